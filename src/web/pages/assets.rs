//! What pages are drawn with. Part of the program: nothing is fetched from anywhere else.

use super::draw::Page;
use crate::problem::Problem;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;

const STYLE: &str = include_str!("../assets/style.css");
const SCRIPT: &str = include_str!("../assets/check.js");
const HTMX: &str = include_str!("../assets/htmx.min.js");
const MARK: &str = include_str!("../assets/mark.svg");

pub async fn asset(Path(name): Path<String>) -> Page {
    let (kind, text) = match name.as_str() {
        "style.css" => ("text/css; charset=utf-8", STYLE),
        "check.js" => ("text/javascript; charset=utf-8", SCRIPT),
        "htmx.min.js" => ("text/javascript; charset=utf-8", HTMX),
        "mark.svg" => ("image/svg+xml", MARK),
        _ => return Err(Problem::usage("NOT_FOUND", "there is no such file").into()),
    };
    // Their address has the version in it.
    Ok(([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=86400")], text).into_response())
}
