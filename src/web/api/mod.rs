//! The same questions for other programs: JSON, with a key of their own.
//!
//! A key is scoped to what it may do and to communes, expires, and can be revoked; it is sent as
//! `Authorization: Bearer dsk_…` and stands in no address and no log. Errors are problem documents
//! (RFC 9457). A request that changes something may carry an `Idempotency-Key` and may then be sent
//! again. The description is at `/api/openapi.json`; pages stand in it, too.

mod answers;
mod check;
mod decisions;
mod description;
mod health;
mod idempotent;
mod key;
mod morning;
mod refusal;

pub use health::told as health_of;

use super::app::{App, RouteInfo};
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of the API, and the description of these and of the pages.
pub fn routes(app: App, pages: &[RouteInfo]) -> (Router, utoipa::openapi::OpenApi) {
    let (router, described) = OpenApiRouter::new()
        .routes(routes!(check::check))
        .routes(routes!(decisions::decide))
        .routes(routes!(morning::morning))
        .routes(routes!(health::health))
        .split_for_parts();
    let described = description::whole(described, pages);
    let text = described.to_json().unwrap_or_default();
    let own = move || {
        let text = text.clone();
        async move { json(text) }
    };
    (router.with_state(app).route("/api/openapi.json", get(own)), described)
}

fn json(text: String) -> Response {
    ([(axum::http::header::CONTENT_TYPE, "application/json")], text).into_response()
}
