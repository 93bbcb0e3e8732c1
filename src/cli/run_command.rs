//! `doisoat run`: the night.

use super::args::RunArgs;
use super::progress_bars::Bars;
use super::report_text;
use crate::Lang;
use crate::nightly::{self, Report, RunOptions};
use crate::problem::Problem;
use crate::province::Boards;
use crate::watch::{Post, Watchman};
use crate::workspace::{Workspace, load_settings};
use schemas::clock::{AnchoredClock, SystemClock};
use schemas::{Clock, SourceId};
use std::path::Path;
use std::sync::Arc;

pub async fn run(config: Option<&Path>, args: RunArgs, lang: Lang) -> Result<u8, Problem> {
    let loaded = load_settings(config)?;
    let clock: Arc<dyn Clock> = match args.as_if {
        Some(instant) => Arc::new(AnchoredClock::new(instant)),
        None => Arc::new(SystemClock),
    };
    let approve_deletions = args
        .approve_deletions
        .iter()
        .map(|name| SourceId::parse(name).map_err(|e| Problem::usage("USAGE", format!("--approve-deletions: {e}"))))
        .collect::<Result<_, _>>()?;
    let seed = clock.now().as_nanosecond() as u64;
    let workspace = Workspace::open(loaded.settings, clock, seed).await?;
    let options = RunOptions { resume: args.resume, approve_deletions, workers: workers(args.workers) };
    let report = nightly::run(&workspace, &options, Arc::new(Bars::new(lang))).await?;
    tell(&workspace, &report).await;
    workspace.ledger.close().await;
    if args.json {
        print_json(&report)?
    } else {
        report_text::print(&report, lang)
    }
    Ok(report.exit_code())
}

/// Tells those whom the settings name. Where `serve` runs as well, it tells what is left, and nothing twice.
/// A night that was good stays good where nobody could be told.
async fn tell(workspace: &Workspace, report: &Report) {
    let notify = &workspace.settings.notify;
    if notify.mail.is_none() && notify.webhook.is_none() {
        return;
    }
    let told = async {
        let boards = Arc::new(Boards::new(workspace));
        Watchman::new(workspace, boards, &workspace.settings.serve.public_url)?.after_night(report).await?;
        Post::new(workspace)?.deliver().await
    };
    if let Err(problem) = told.await {
        tracing::warn!(code = problem.code, cause = problem.cause, "what the night brought could not be told");
    }
}

/// 0 means one for each processor.
pub fn workers(asked: usize) -> usize {
    if asked > 0 { asked } else { std::thread::available_parallelism().map_or(2, usize::from) }
}

fn print_json(report: &Report) -> Result<(), Problem> {
    println!("{}", serde_json::to_string(report).map_err(|e| Problem::failed("REPORT", e.to_string()))?);
    Ok(())
}
