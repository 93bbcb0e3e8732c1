//! The language of the pages.

use super::draw::{Page, see};
use crate::Lang;
use crate::web::app::{App, LANGUAGE, set_cookie};
use axum::extract::{Form, State};
use axum::http::header;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Choice {
    lang: String,
    #[serde(default)]
    back: String,
}

pub async fn choose(State(app): State<App>, Form(choice): Form<Choice>) -> Page {
    let lang = Lang::parse(&choice.lang).unwrap_or_default();
    // Only a path of our own: "//host" would lead away.
    let is_ours = choice.back.starts_with('/') && !choice.back.starts_with("//") && !choice.back.contains('\\');
    let mut response = see(if is_ours { &choice.back } else { "/" })?;
    let cookie = set_cookie(&app, LANGUAGE, Some(lang.pick("vi", "en")));
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}
