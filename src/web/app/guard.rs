//! In front of every page: is somebody signed in, may they, and does the request come from our own
//! page? A handler behind it cannot forget to ask.

use super::cookies::{self, Cookies};
use super::{App, Failure, RequestId};
use crate::access::{Actor, Permission, SignedIn, hash_token};
use crate::problem::Problem;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use std::net::SocketAddr;
use subtle::ConstantTimeEq;
use tracing::Instrument;

/// A form is no file.
const MOST_BYTES: usize = 64 << 10;

/// What a page asks of whoever comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Anybody may: the forms before signing in, what browsers fetch along.
    Nothing,
    /// A session.
    SignedIn,
    /// A session whose role may do this.
    May(Permission),
}

#[derive(Clone)]
pub(super) struct Guard {
    pub app: App,
    pub needs: Needs,
    /// As the list of pages has it: without what is asked for.
    pub route: &'static str,
}

/// Somebody with a session, who may do what the page is for.
#[derive(Clone)]
pub struct Who {
    pub signed_in: SignedIn,
}

impl Who {
    pub fn actor(&self) -> Actor {
        self.signed_in.actor()
    }
}

impl FromRequestParts<App> for Who {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Failure> {
        parts.extensions.get::<Who>().cloned().ok_or_else(|| Problem::failed("SIGN_IN", "nobody is signed in").into())
    }
}

pub(super) async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let span = tracing::info_span!("request", method = %request.method(), route = guard.route);
    guarded(guard, request, next).instrument(span).await
}

async fn guarded(guard: Guard, request: Request, next: Next) -> Response {
    let signed_in = match session(&guard.app, request.headers()).await {
        Ok(signed_in) => signed_in,
        Err(problem) => return Failure::from(problem).into_response(),
    };
    let who = signed_in.clone().map(|signed_in| Who { signed_in });
    let mut response = match admitted(&guard, request, signed_in).await {
        Ok(request) => filled_in(next.run(request).await),
        Err(response) => *response,
    };
    // An error is drawn further out, with the navigation of whoever reads it.
    if let Some(who) = who {
        response.extensions_mut().insert(who);
    }
    response
}

async fn session(app: &App, headers: &HeaderMap) -> Result<Option<SignedIn>, Problem> {
    match Cookies::of(headers).get(app, cookies::SESSION) {
        Some(token) => app.sessions.signed_in(&token, app.now()).await,
        None => Ok(None),
    }
}

/// A form that lacks a field is refused before its handler, in bare words: pages do not send such.
fn filled_in(response: Response) -> Response {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if response.status().is_client_error() && kind.is_some_and(|kind| kind.starts_with("text/plain")) {
        return Failure::from(Problem::usage("FORM", "the form lacks a field, or a field has no such value"))
            .into_response();
    }
    response
}

async fn admitted(guard: &Guard, mut request: Request, signed_in: Option<SignedIn>) -> Result<Request, Box<Response>> {
    let app = &guard.app;
    let refuse = |problem: Problem| Box::new(Failure::from(problem).into_response());
    let changes = request.method() != Method::GET && request.method() != Method::HEAD;
    if changes && !is_our_own_page(app, request.headers()) {
        return Err(refuse(Problem::failed("FOREIGN_PAGE", "the request comes from another site's page")));
    }
    let address = Address::of(app, &request);
    let caller = signed_in.as_ref().map_or(address.0.clone(), |s| s.account.account_id.clone());
    request.extensions_mut().insert(address);
    if !app.crowd.admits(&caller) {
        return Err(refuse(Problem::failed("TOO_MANY_REQUESTS", "more requests came than one person makes")));
    }
    if guard.needs != Needs::Nothing && signed_in.is_none() {
        return Err(Box::new(to_sign_in(request.headers(), changes)));
    }
    if let (Needs::May(permission), Some(who)) = (guard.needs, &signed_in)
        && !who.actor().may(permission)
    {
        return Err(refuse(Problem::usage("FORBIDDEN", "this role may not open the page")));
    }
    if changes {
        // Forms before signing in are tied to the visit, all others to the session.
        let visit = Cookies::of(request.headers()).get(app, cookies::VISIT).filter(|_| guard.needs == Needs::Nothing);
        let mut expected: Vec<String> = visit.map(|visit| visit_token(&visit)).into_iter().collect();
        expected.extend(signed_in.as_ref().map(|signed_in| signed_in.csrf.clone()));
        request = with_its_token(request, &expected).await.map_err(refuse)?;
    }
    if let Some(signed_in) = signed_in {
        request.extensions_mut().insert(Who { signed_in });
    }
    Ok(request)
}

/// Where a request comes from; from behind a proxy that is believed, what the proxy says.
#[derive(Clone)]
pub struct Address(pub String);

impl Address {
    fn of(app: &App, request: &Request) -> Self {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(at)| at.ip());
        let believed = peer.is_some_and(|peer| app.desk.workspace.settings.serve.proxies.contains(&peer));
        let header = request.headers().get("x-forwarded-for").filter(|_| believed).and_then(|v| v.to_str().ok());
        let said = header.and_then(|all| all.rsplit(',').next()).map(|last| last.trim().to_owned());
        Self(said.or(peer.map(|peer| peer.to_string())).unwrap_or_default())
    }
}

impl FromRequestParts<App> for Address {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get::<Address>().cloned().unwrap_or_else(|| Address(String::new())))
    }
}

/// By what the browser says of where a request comes from. One that says nothing is an old browser
/// or no browser: then the token in the form decides.
fn is_our_own_page(app: &App, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match text("origin") {
        Some(origin) => {
            let host = text("host").unwrap_or_default();
            origin == app.origin || origin.split_once("://").is_some_and(|(_, of_origin)| of_origin == host)
        }
        None => true,
    }
}

/// Reads the form, compares its token, and gives the form back unread.
async fn with_its_token(request: Request, expected: &[String]) -> Result<Request, Problem> {
    let refused = || Problem::failed("FORM_TOKEN", "the form is not one of this session: open the page again");
    let is_form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    if !is_form || expected.is_empty() {
        return Err(refused());
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, MOST_BYTES).await.map_err(|_| Problem::usage("TOO_LONG", "the form is too large"))?;
    let fields: Vec<(String, String)> = serde_urlencoded_fields(&bytes);
    let given = fields.iter().find(|(name, _)| name == "csrf").map(|(_, value)| value.as_str()).unwrap_or_default();
    if !expected.iter().any(|expected| bool::from(given.as_bytes().ct_eq(expected.as_bytes()))) {
        return Err(refused());
    }
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

/// Name and value of each field of a form.
pub(in crate::web) fn serde_urlencoded_fields(bytes: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(bytes).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// The token of forms before signing in, tied to the visit's cookie.
pub(super) fn visit_token(visit: &str) -> String {
    hash_token(&format!("form of {visit}"))
}

/// A page is asked for again after signing in; what was sent is lost, and is said so.
fn to_sign_in(headers: &HeaderMap, changes: bool) -> Response {
    if headers.contains_key("hx-request") {
        return (StatusCode::UNAUTHORIZED, [("hx-redirect", "/login")]).into_response();
    }
    if changes {
        return Failure::from(Problem::failed("SIGN_IN", "the session is over")).into_response();
    }
    Redirect::to("/login").into_response()
}

/// The name of the request, for handlers.
impl FromRequestParts<App> for RequestId {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get::<RequestId>().cloned().unwrap_or_else(|| RequestId("unnamed".into())))
    }
}
