//! Coming in with the account that the province gives: to its provider and back.

use super::draw::{Page, draw, draw_with, see};
use super::sign_in::{note, visit_of, with_visit};
use crate::access::oidc::{Identity, Oidc};
use crate::access::{Admission, admission};
use crate::problem::Problem;
use crate::web::app::{Address, App, Reader, RequestId, SESSION, VISIT, set_cookie};
use crate::web::views::{Frame, MessagePage};
use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use store::ledger::Account;

/// What the provider sends the browser back with. Anybody can write it.
#[derive(Deserialize)]
pub struct Answer {
    #[serde(default)]
    state: String,
    code: Option<String>,
}

fn provider(app: &App) -> Result<&Oidc, Problem> {
    app.oidc.as_ref().ok_or_else(|| Problem::usage("OIDC_OFF", "signing in with the province's account is not set up"))
}

pub async fn leave(State(app): State<App>, Address(address): Address, reader: Reader) -> Page {
    let provider = provider(&app)?;
    // Each beginning takes a place among those who are remembered.
    if !app.crowd.admits_sign_in(&address) {
        return Err(Problem::failed("TOO_MANY_REQUESTS", "too many sign-ins from this address").into());
    }
    let visit = visit_of(&app, &reader)?;
    let there = provider.begin(&visit, app.now(), app.entropy.as_ref()).await?;
    with_visit(&app, &visit, see(&there))
}

pub async fn back(
    State(app): State<App>,
    RequestId(request_id): RequestId,
    reader: Reader,
    Query(answer): Query<Answer>,
) -> Page {
    let provider = provider(&app)?;
    let visit = reader.visit().unwrap_or_default();
    let finished = match &answer.code {
        Some(code) => provider.finish(visit, &answer.state, code, app.now()).await,
        None => Err(provider.declined(visit, &answer.state, app.now())),
    };
    let identity = match finished.map_err(Problem::from) {
        Ok(identity) => identity,
        Err(problem) => {
            // Which of the proofs was wrong is IT staff's to know.
            tracing::warn!(request_id, code = problem.code, cause = problem.cause, "a sign-in was not finished");
            return Err(problem.into());
        }
    };
    match admitted(&app, &identity).await? {
        Some(account) => arrived(&app, &reader, &account).await,
        None => {
            note(&app, "", "sign_in.refused", &identity.subject).await?;
            without_account(&app, &reader)
        }
    }
}

/// The account of whoever the provider vouches for; an invited one is bound at the first time.
async fn admitted(app: &App, identity: &Identity) -> Result<Option<Account>, Problem> {
    match admission(app.ledger(), identity).await? {
        Admission::Known(account) => Ok(Some(account)),
        Admission::Invited(account) => {
            note(app, &account.login, "account.bind", &account.account_id).await?;
            app.ledger().bind_subject(&account.account_id, &identity.subject).await?;
            Ok(Some(account))
        }
        Admission::Refused => Ok(None),
    }
}

/// A session, and a page that goes on by itself. A redirect would not do: it would still be the
/// provider's page that leads here, and browsers keep the session's cookie back (SameSite=Strict).
async fn arrived(app: &App, reader: &Reader, account: &Account) -> Page {
    note(app, &account.login, "sign_in", &account.account_id).await?;
    let token = app.sessions.open(account, app.now(), app.entropy.as_ref()).await?;
    let lang = reader.lang;
    let mut response = draw(&MessagePage {
        frame: Frame { title: lang.pick("Đã đăng nhập", "Signed in").into(), ..Frame::bare(app, lang) },
        heading: lang.pick("Đã đăng nhập", "Signed in").into(),
        text: account.display_name.clone(),
        next_path: "/".into(),
        next_label: lang.pick("Vào làm việc", "Go on").into(),
    })?;
    let headers = response.headers_mut();
    headers.insert(header::REFRESH, HeaderValue::from_static("0; url=/"));
    headers.append(header::SET_COOKIE, set_cookie(app, SESSION, Some(token.text())));
    headers.append(header::SET_COOKIE, set_cookie(app, VISIT, None));
    Ok(response)
}

/// The same words whether there is no account or a disabled one.
fn without_account(app: &App, reader: &Reader) -> Page {
    let lang = reader.lang;
    let heading = lang.pick("Chưa được cấp tài khoản", "No account yet");
    let page = MessagePage {
        frame: Frame { title: heading.into(), ..Frame::bare(app, lang) },
        heading: heading.into(),
        text: lang
            .pick(
                "Chưa được cấp tài khoản doisoat cho tài khoản này của tỉnh, hoặc tài khoản không còn dùng. \
                 Nhờ người quản trị mời.",
                "This account of the province has no doisoat account, or one that is no longer in use. \
                 Ask your administrator for an invitation.",
            )
            .into(),
        next_path: "/login".into(),
        next_label: lang.pick("Về trang đăng nhập", "Back to signing in").into(),
    };
    draw_with(StatusCode::FORBIDDEN, &page)
}
