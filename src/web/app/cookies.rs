//! Cookies: three, none readable by scripts.

use super::App;
use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, SameSite, time::Duration};

/// The session's token.
pub const SESSION: &str = "session";
/// Before signing in: what the forms there are tied to.
pub const VISIT: &str = "visit";
/// The language that was chosen.
pub const LANGUAGE: &str = "language";

/// What a request brought.
pub struct Cookies<'r>(&'r HeaderMap);

impl<'r> Cookies<'r> {
    pub fn of(headers: &'r HeaderMap) -> Self {
        Self(headers)
    }

    pub fn get(&self, app: &App, name: &str) -> Option<String> {
        let name = full_name(app, name);
        let texts = self.0.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let all = texts.flat_map(|text| Cookie::split_parse(text).flatten());
        all.into_iter().find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
    }
}

/// `__Host-` binds a cookie to this host, to TLS and to the whole site; without TLS, which is only
/// allowed on this machine, browsers refuse such a name.
fn full_name(app: &App, name: &str) -> String {
    if app.is_https() { format!("__Host-{name}") } else { name.to_owned() }
}

/// A header that sets a cookie for as long as the browser is open; `None` removes it.
pub fn set(app: &App, name: &str, value: Option<&str>) -> HeaderValue {
    let mut cookie = Cookie::build((full_name(app, name), value.unwrap_or_default().to_owned()))
        .path("/")
        .http_only(true)
        .secure(app.is_https())
        .same_site(if name == VISIT { SameSite::Lax } else { SameSite::Strict })
        .build();
    if value.is_none() {
        cookie.set_max_age(Duration::ZERO);
    }
    // Our names and values are letters and digits.
    HeaderValue::from_str(&cookie.to_string()).unwrap_or_else(|_| HeaderValue::from_static(""))
}
