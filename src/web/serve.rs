//! All routes, and the listener.

use super::app::{App, RouteInfo, drawn, headers, within_capacity};
use super::{health, openrefine, pages, units};
use crate::problem::Problem;
use crate::units::UnitService;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use config::settings::ServeTls;
use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

/// Longer than any page may take: a live question ends before it.
const LONGEST: Duration = Duration::from_secs(10);
/// For those who are being answered when it stops.
const GRACE: Duration = Duration::from_secs(5);

/// What is served, and how.
pub struct Serving {
    pub app: App,
    pub units: Arc<UnitService>,
    pub tls: Option<RustlsConfig>,
}

/// Reads certificate and key: before anybody is told where it serves.
pub async fn certificate(tls: &ServeTls) -> Result<RustlsConfig, Problem> {
    let config = RustlsConfig::from_pem_file(&tls.cert_file, &tls.key_file).await;
    config.map_err(|e| Problem::usage("CONFIG_TLS", format!("serve.tls: {e}")))
}

/// All routes, and the list of those that are pages.
pub fn router(app: &App, units: Arc<UnitService>) -> (Router, Vec<RouteInfo>) {
    let pages = pages::all(app.clone());
    let routes = pages.routes.clone();
    let ledger = app.desk.workspace.ledger.clone();
    let (api, _) = super::api::routes(app.clone(), &routes);
    let open = Router::new().merge(units::routes()).merge(openrefine::routes()).with_state(units);
    let router = pages
        .router()
        .merge(open)
        .merge(api)
        .layer(from_fn_with_state(app.clone(), within_capacity))
        .merge(health::routes(ledger))
        .layer(TimeoutLayer::with_status_code(axum::http::StatusCode::SERVICE_UNAVAILABLE, LONGEST))
        // A page in the office's network: the last kilobyte is not worth the milliseconds.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(from_fn_with_state(app.clone(), drawn))
        .layer(from_fn_with_state(app.clone(), headers));
    (router, routes)
}

/// Serves on a socket that listens already, until `until` is done.
pub async fn serve(
    listener: TcpListener,
    serving: Serving,
    until: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Problem> {
    listener.set_nonblocking(true)?;
    let (router, _) = router(&serving.app, serving.units);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let handle = Handle::new();
    let stopping = handle.clone();
    tokio::spawn(async move {
        until.await;
        stopping.graceful_shutdown(Some(GRACE));
    });
    let listen = |e: std::io::Error| Problem::failed("LISTEN", e.to_string());
    match serving.tls {
        Some(tls) => {
            let server = axum_server::from_tcp_rustls(listener, tls).map_err(listen)?;
            server.handle(handle).serve(service).await.map_err(listen)
        }
        None => axum_server::from_tcp(listener).map_err(listen)?.handle(handle).serve(service).await.map_err(listen),
    }
}
