//! The HTTP face: units as JSON and as an OpenRefine reconciliation service.
//!
//! Nothing here asks anybody else: an address that comes in is resolved in this process and goes
//! nowhere. Requests are not logged with what they ask.

mod health;
mod openrefine;
mod problem;
mod units;

use crate::problem::Problem;
use crate::units::UnitService;
use axum::Router;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use store::Ledger;

/// All routes.
pub fn router(units: Arc<UnitService>, ledger: Arc<dyn Ledger>) -> Router {
    Router::new().merge(units::routes()).merge(openrefine::routes()).with_state(units).merge(health::routes(ledger))
}

/// Serves until `until` is done; `ready` hears the address.
pub async fn serve(
    listen: SocketAddr,
    units: Arc<UnitService>,
    ledger: Arc<dyn Ledger>,
    ready: impl FnOnce(SocketAddr),
    until: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Problem> {
    let listener =
        tokio::net::TcpListener::bind(listen).await.map_err(|e| Problem::failed("LISTEN", format!("{listen}: {e}")))?;
    ready(listener.local_addr()?);
    axum::serve(listener, router(units, ledger)).with_graceful_shutdown(until).await?;
    Ok(())
}
