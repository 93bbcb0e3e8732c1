//! The listener: `/metrics`, and beside it `/healthz` and `/readyz`.

use super::figures;
use crate::problem::Problem;
use crate::province::Boards;
use crate::web::health_routes;
use crate::workspace::Workspace;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

/// What a scraper that reads OpenMetrics is told.
const KIND: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// A scraper gives up after ten seconds, and would then take the process for the one that is down.
const LONGEST: Duration = Duration::from_secs(5);

#[derive(Clone)]
struct Shared {
    workspace: Workspace,
    boards: Arc<Boards>,
}

/// Until the process ends.
pub async fn serve(listener: TcpListener, workspace: Workspace, boards: Arc<Boards>) {
    let alive = health_routes(workspace.ledger.clone());
    let routes = Router::new().route("/metrics", get(metrics)).with_state(Shared { workspace, boards }).merge(alive);
    let served = match listener.set_nonblocking(true).and_then(|()| tokio::net::TcpListener::from_std(listener)) {
        Ok(listener) => axum::serve(listener, routes).await,
        Err(error) => Err(error),
    };
    if let Err(error) = served {
        tracing::warn!(error = error.to_string(), "the listener for metrics has ended");
    }
}

async fn metrics(State(shared): State<Shared>) -> Response {
    let made = tokio::time::timeout(LONGEST, figures(&shared.workspace, &shared.boards)).await;
    match made.unwrap_or_else(|_| Err(Problem::failed("LEDGER_UNREACHABLE", "the ledger does not answer in time"))) {
        Ok(text) => ([(header::CONTENT_TYPE, KIND)], text).into_response(),
        // An alarm for a ledger that is down needs an answer that says so.
        Err(problem) => {
            tracing::warn!(code = problem.code, "figures could not be made");
            (
                StatusCode::OK,
                [(header::CONTENT_TYPE, KIND)],
                "# TYPE doisoat_ledger_up gauge\ndoisoat_ledger_up 0\n# EOF\n",
            )
                .into_response()
        }
    }
}
