//! What went wrong, as a page: code, cause, next step, and a name by which IT finds it. Whoever is
//! signed in keeps the navigation and has a way back.

use super::cookies::{Cookies, LANGUAGE};
use super::{App, RequestId, Who};
use crate::Lang;
use crate::problem::Problem;
use crate::web::views::{Frame, ProblemPage};
use askama::Template;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

/// A problem on its way out. [`drawn`] makes a page of it, in the reader's language.
pub struct Failure(Problem);

impl<E: Into<Problem>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

#[derive(Clone)]
struct Undrawn {
    code: String,
    cause: String,
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = status(&self.0.code, self.0.exit).into_response();
        response.extensions_mut().insert(Undrawn { code: self.0.code, cause: self.0.cause });
        response
    }
}

/// Draws what failed behind it.
pub async fn drawn(State(app): State<App>, request: Request, next: Next) -> Response {
    let lang = language(&app, request.headers());
    let id = request.extensions().get::<RequestId>().map(|RequestId(id)| id.clone()).unwrap_or_default();
    let mut response = next.run(request).await;
    let Some(undrawn) = response.extensions_mut().remove::<Undrawn>() else { return response };
    let status = response.status();
    let problem = Problem::failed(undrawn.code, undrawn.cause);
    if status.is_server_error() {
        tracing::error!(request_id = id, code = problem.code, cause = problem.cause, "a page could not be made");
    }
    // What the machine says is for IT staff; who stands at the counter is not told its insides.
    let cause = if status.is_server_error() { String::new() } else { problem.cause.clone() };
    let who = response.extensions_mut().remove::<Who>();
    let frame = who.map_or_else(|| Frame::bare(&app, lang), |who| Frame::of_person(&app, &who, lang));
    let (next_path, next_label) = way_back(&frame, &problem.code);
    let page = ProblemPage {
        frame: Frame { title: lang.pick("Chưa làm được", "Not done").to_owned(), ..frame },
        heading: heading(status, lang).to_owned(),
        next_step: problem.next_step(lang).to_owned(),
        code: problem.code,
        cause,
        correlation_id: id,
        next_path: next_path.to_owned(),
        next_label: next_label.to_owned(),
    };
    let html = page.render().unwrap_or_else(|_| page.code.clone());
    (status, Html(html)).into_response()
}

/// To where this reader may go.
fn way_back(frame: &Frame, code: &str) -> (&'static str, &'static str) {
    match (frame.signed_in, frame.sees_check && code != "FORBIDDEN") {
        (false, _) => ("/login", frame.lang.pick("Về trang đăng nhập", "Back to signing in")),
        (true, true) => ("/check", frame.lang.pick("Về trang tra cứu", "Back to the box")),
        (true, false) => ("/", frame.lang.pick("Về trang của bạn", "Back to your pages")),
    }
}

fn heading(status: StatusCode, lang: Lang) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => lang.pick("Không tìm thấy", "Not found"),
        StatusCode::FORBIDDEN => lang.pick("Không được phép", "Not allowed"),
        StatusCode::CONFLICT => lang.pick("Đã thay đổi", "It has changed"),
        StatusCode::TOO_MANY_REQUESTS => lang.pick("Quá nhiều yêu cầu", "Too many requests"),
        StatusCode::UNAUTHORIZED => lang.pick("Cần đăng nhập lại", "Sign in again"),
        status if status.is_server_error() => lang.pick("Chưa làm được", "It could not be done"),
        _ => lang.pick("Chưa đúng", "Something is wrong"),
    }
}

fn status(code: &str, exit: u8) -> StatusCode {
    match code {
        "NOT_FOUND" => StatusCode::NOT_FOUND,
        "FORBIDDEN" | "FOREIGN_PAGE" | "FORM_TOKEN" | "OIDC_TOKEN" => StatusCode::FORBIDDEN,
        "SIGN_IN" => StatusCode::UNAUTHORIZED,
        "WRONG_STATE" | "CONFLICT" | "LOGIN_TAKEN" => StatusCode::CONFLICT,
        "TOO_MANY_REQUESTS" => StatusCode::TOO_MANY_REQUESTS,
        "LEDGER_UNREACHABLE" | "LEDGER_LOCKED" | "AUDIT_UNWRITABLE" | "AUDIT_BROKEN" | "OIDC_UNREACHABLE" => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        "OIDC_PROVIDER" | "OIDC_CLIENT" => StatusCode::BAD_GATEWAY,
        _ if exit == crate::problem::EXIT_USAGE => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Vietnamese first, English on request.
pub(super) fn language(app: &App, headers: &axum::http::HeaderMap) -> Lang {
    Cookies::of(headers).get(app, LANGUAGE).and_then(|text| Lang::parse(&text)).unwrap_or_default()
}
