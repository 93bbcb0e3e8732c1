//! From a view to an answer.

use crate::problem::Problem;
use crate::web::app::Failure;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

/// What handlers answer.
pub type Page = Result<Response, Failure>;

pub fn draw(view: &impl Template) -> Page {
    draw_with(StatusCode::OK, view)
}

pub fn draw_with(status: StatusCode, view: &impl Template) -> Page {
    let html = view.render().map_err(|error| Problem::failed("TEMPLATE", error.to_string()))?;
    Ok((status, Html(html)).into_response())
}

/// After a form: the browser asks for the page anew, so that loading it again sends nothing twice.
pub fn see(path: &str) -> Page {
    Ok(Redirect::to(path).into_response())
}
