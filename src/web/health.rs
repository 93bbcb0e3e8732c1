//! Alive and ready: two questions that a supervisor asks, with two answers.
//!
//! Alive means that this process answers. Ready means that it can do its work, for which it needs
//! the ledger. An unreachable ledger is no reason to restart it: it goes on when the ledger does.

use super::problem::HttpProblem;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use std::sync::Arc;
use std::time::Duration;
use store::Ledger;

/// A ledger that takes longer than this to say anything is no ledger to work with.
const LONGEST: Duration = Duration::from_secs(2);

pub fn routes(ledger: Arc<dyn Ledger>) -> Router {
    Router::new().route("/healthz", get(|| async { "ok" })).route("/readyz", get(ready)).with_state(ledger)
}

async fn ready(State(ledger): State<Arc<dyn Ledger>>) -> Result<&'static str, HttpProblem> {
    let unreachable = |detail: &str| HttpProblem::unavailable("LEDGER_UNREACHABLE", detail);
    match tokio::time::timeout(LONGEST, ledger.ping()).await {
        Ok(Ok(())) => Ok("ok"),
        Ok(Err(error)) => Err(unreachable(&format!("the ledger fails with {}", error.code()))),
        Err(_) => Err(unreachable("the ledger does not answer in time")),
    }
}
