//! `doisoat serve`: the pages for clerks and the units service, until interrupted.

use super::args::ServeArgs;
use crate::Lang;
use crate::access::{SystemEntropy, first_link};
use crate::check::Desk;
use crate::problem::Problem;
use crate::schedule::{Keeper, Runner, Tasks, Timetable};
use crate::units::{UnitService, learned};
use crate::watch::{Post, Watchman};
use crate::web::{AppState, Serving, certificate, serve};
use crate::workspace::{Workspace, load_settings};
use reconcile::units::Resolver;
use schemas::Clock;
use schemas::clock::{FixedClock, SystemClock};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};

pub async fn run(config: Option<&Path>, args: ServeArgs, lang: Lang) -> Result<u8, Problem> {
    let settings = load_settings(config)?.settings;
    let (tls, public_url) = (settings.serve.tls.clone(), settings.serve.public_url.clone());
    let listen = args.listen.unwrap_or(settings.serve.listen);
    if tls.is_none() && !listen.ip().is_loopback() {
        return Err(Problem::usage(
            "NO_TLS",
            format!(
                "{listen} can be reached from elsewhere, and there is no serve.tls: citizens' data would go in clear"
            ),
        ));
    }
    let clock: Arc<dyn Clock> = match args.as_if {
        Some(instant) => Arc::new(FixedClock(instant)),
        None => Arc::new(SystemClock),
    };
    let workspace = Workspace::open(settings, clock, 0).await?;
    let taught = learned::for_resolver(&workspace.ledger.learned().await?);
    let units = Arc::new(UnitService::new(Resolver::new(&workspace.units), taught));
    let entropy = Arc::new(SystemEntropy);
    let first = first_link(workspace.ledger.as_ref(), workspace.clock.now(), entropy.as_ref()).await?;
    let (listener, address) = bound(listen)?;
    let tls = match &tls {
        Some(tls) => Some(certificate(tls).await?),
        None => None,
    };
    let here = format!("{}://{address}", if tls.is_some() { "https" } else { "http" });
    let origin = if public_url.is_empty() { here.clone() } else { public_url };
    let runner = Arc::new(runner(config, &workspace)?);
    let app = Arc::new(AppState::new(Desk::new(workspace)?, entropy, origin.clone(), runner)?);
    let figures = metrics(&app)?;
    // As if it were another time: for looking only. No night begins, nobody is told anything.
    if args.as_if.is_none() {
        tokio::spawn(keeper(&app)?.keep());
    }
    println!("{} {here}", lang.pick("Đang phục vụ tại", "Serving at"));
    println!("OpenRefine: {here}/reconcile");
    if let Some(address) = figures {
        println!("{} http://{address}/metrics", lang.pick("Số đo cho Prometheus:", "Metrics:"));
    }
    if let Some(link) = first {
        let words = lang.pick(
            "Chưa có tài khoản nào. Tạo tài khoản đầu tiên (trong 1 giờ, một lần):",
            "There is no account yet. Make the first one (within an hour, once):",
        );
        println!("{words}\n{origin}/setup?token={}", link.text());
    }
    let mut told = signal(SignalKind::terminate())?;
    let until = async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = told.recv() => {}
        }
    };
    serve(listener, Serving { app: app.clone(), units, tls }, until).await?;
    app.ledger().close().await;
    Ok(0)
}

/// A night is this very program again, with the same settings.
fn runner(config: Option<&Path>, workspace: &Workspace) -> Result<Runner, Problem> {
    let arguments = match config {
        Some(file) => vec!["--config".to_owned(), file.to_string_lossy().into_owned()],
        None => Vec::new(),
    };
    Ok(Runner::new(std::env::current_exe()?, arguments, workspace.clock.clone()))
}

fn keeper(app: &Arc<AppState>) -> Result<Keeper, Problem> {
    let workspace = &app.desk.workspace;
    let schedule = &workspace.settings.schedule;
    let tasks = Tasks {
        runner: app.runner.clone(),
        nightly: Timetable::new(&schedule.nightly, &schedule.time_zone)?,
        weekly: Timetable::new(&schedule.weekly, &schedule.time_zone)?,
        watchman: Watchman::new(workspace, app.boards.clone(), &app.origin)?,
        post: Post::new(workspace)?,
    };
    Ok(Keeper::new(workspace, tasks))
}

/// The listener for Prometheus, where the settings have one.
fn metrics(app: &Arc<AppState>) -> Result<Option<SocketAddr>, Problem> {
    let Some(listen) = app.desk.workspace.settings.metrics.listen else { return Ok(None) };
    let (listener, address) = bound(listen)?;
    tokio::spawn(crate::metrics::serve(listener, app.desk.workspace.clone(), app.boards.clone()));
    Ok(Some(address))
}

fn bound(listen: SocketAddr) -> Result<(TcpListener, SocketAddr), Problem> {
    let listener = TcpListener::bind(listen).map_err(|e| Problem::failed("LISTEN", format!("{listen}: {e}")))?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}
