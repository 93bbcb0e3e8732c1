//! Coming in and going out.

use super::draw::{Page, draw, draw_with, see};
use crate::access::{FEWEST_CHARACTERS, Permission, hash_token, redeem, setup_first, sign_in, worthless};
use crate::problem::Problem;
use crate::web::app::{Address, App, Reader, SESSION, VISIT, Who, set_cookie};
use crate::web::views::{FormError, Frame, LoginPage, MessagePage, SetPasswordPage, SetupPage};
use axum::extract::{Form, Query, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use store::ledger::Purpose;

/// The first page of somebody who is signed in.
pub async fn home(who: Who) -> Page {
    see(if who.actor().may(Permission::Check) { "/check" } else { "/accounts" })
}

/// A frame for a form before signing in, and the cookie that it is tied to.
fn visiting(app: &App, reader: &Reader, title: &str) -> Result<(Frame, String), Problem> {
    let visit = visit_of(app, reader)?;
    Ok((Frame { title: title.to_owned(), ..Frame::of_visit(app, reader.lang, &visit) }, visit))
}

/// The name of the visit: a fresh one where the browser has none.
pub(super) fn visit_of(app: &App, reader: &Reader) -> Result<String, Problem> {
    match reader.visit() {
        Some(visit) if !visit.is_empty() => Ok(visit.to_owned()),
        _ => crate::access::random_id(app.entropy.as_ref()),
    }
}

pub(super) fn with_visit(app: &App, visit: &str, page: Page) -> Page {
    let mut response = page?;
    response.headers_mut().append(header::SET_COOKIE, set_cookie(app, VISIT, Some(visit)));
    Ok(response)
}

fn login_page(app: &App, reader: &Reader, account: String, error: &str) -> Result<(LoginPage, String), Problem> {
    let (frame, visit) = visiting(app, reader, reader.lang.pick("Đăng nhập", "Sign in"))?;
    let oidc = app.desk.workspace.settings.serve.oidc.as_ref();
    let page = LoginPage {
        frame,
        error: error.to_owned(),
        account,
        province_login: oidc.is_some(),
        province_name: oidc.map(|oidc| oidc.label.clone()).unwrap_or_default(),
    };
    Ok((page, visit))
}

pub async fn form(State(app): State<App>, reader: Reader) -> Page {
    let (page, visit) = login_page(&app, &reader, String::new(), "")?;
    with_visit(&app, &visit, draw(&page))
}

#[derive(Deserialize)]
pub struct Login {
    account: String,
    password: String,
}

pub async fn submit(
    State(app): State<App>,
    Address(address): Address,
    reader: Reader,
    Form(login): Form<Login>,
) -> Page {
    if !app.crowd.admits_sign_in(&address) {
        return Err(Problem::failed("TOO_MANY_REQUESTS", "too many sign-ins from this address").into());
    }
    let outcome = sign_in(
        app.ledger(),
        &app.passwords,
        &app.sessions,
        &login.account,
        &login.password,
        app.now(),
        app.entropy.as_ref(),
    )
    .await?;
    match outcome {
        Ok((account, token)) => {
            note(&app, &account.login, "sign_in", &account.account_id).await?;
            Ok(signed_in(&app, token.text())?)
        }
        Err(_) => {
            // Who it was may be a mistyped password: it is not kept.
            note(&app, "", "sign_in.refused", &login.account.trim().to_lowercase()).await?;
            let wrong = reader.lang.pick(
                "Sai tài khoản hoặc mật khẩu, hoặc tài khoản đang bị khóa. Sai nhiều lần thì khóa một lúc.",
                "Account or password are wrong, or the account is locked. After several mistakes it is locked for a while.",
            );
            let (page, visit) = login_page(&app, &reader, login.account, wrong)?;
            with_visit(&app, &visit, draw_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// A fresh session, whatever the browser had before.
pub(super) fn signed_in(app: &App, token: &str) -> Result<Response, Problem> {
    use axum::response::{IntoResponse, Redirect};
    let mut response = Redirect::to("/").into_response();
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, set_cookie(app, SESSION, Some(token)));
    headers.append(header::SET_COOKIE, set_cookie(app, VISIT, None));
    Ok(response)
}

pub(super) async fn note(app: &App, actor: &str, event: &str, about: &str) -> Result<(), Problem> {
    Ok(app.desk.workspace.trail.note(actor, event, about, "{}".to_owned()).await?)
}

pub async fn leave(State(app): State<App>, who: Who, reader: Reader) -> Page {
    app.sessions.end(&who.signed_in).await?;
    app.looks.forget(&who.signed_in.account.account_id);
    note(&app, &who.signed_in.account.login, "sign_out", &who.signed_in.account.account_id).await?;
    let lang = reader.lang;
    let page = MessagePage {
        frame: Frame { title: lang.pick("Đã đăng xuất", "Signed out").into(), ..Frame::bare(&app, lang) },
        heading: lang.pick("Đã đăng xuất", "Signed out").into(),
        text: lang.pick("Phiên làm việc đã kết thúc trên máy chủ.", "The session has ended on the server.").into(),
        next_path: "/login".into(),
        next_label: lang.pick("Đăng nhập lại", "Sign in again").into(),
    };
    let mut response = draw(&page)?;
    response.headers_mut().append(header::SET_COOKIE, set_cookie(&app, SESSION, None));
    Ok(response)
}

#[derive(Deserialize)]
pub struct Link {
    token: String,
}

#[derive(Deserialize)]
pub struct Setup {
    token: String,
    name: String,
    account: String,
    password: String,
    password_again: String,
}

fn setup_page(
    app: &App,
    reader: &Reader,
    setup: &Setup,
    errors: Vec<FormError>,
) -> Result<(SetupPage, String), Problem> {
    let (frame, visit) = visiting(app, reader, reader.lang.pick("Tài khoản đầu tiên", "The first account"))?;
    let page = SetupPage {
        frame,
        token: setup.token.clone(),
        errors,
        name: setup.name.clone(),
        account: setup.account.clone(),
        password_min: FEWEST_CHARACTERS,
    };
    Ok((page, visit))
}

pub async fn setup_form(State(app): State<App>, reader: Reader, Query(link): Query<Link>) -> Page {
    let known = app.ledger().link(&hash_token(&link.token), app.now()).await?;
    if !matches!(known, Some((Purpose::Setup, _))) {
        return Err(worthless().into());
    }
    let (name, account, password, password_again) = Default::default();
    let empty = Setup { token: link.token, name, account, password, password_again };
    let (page, visit) = setup_page(&app, &reader, &empty, Vec::new())?;
    with_visit(&app, &visit, draw(&page))
}

pub async fn setup(State(app): State<App>, reader: Reader, Form(form): Form<Setup>) -> Page {
    let made = if form.password == form.password_again {
        let who = (form.account.as_str(), form.name.as_str(), form.password.as_str());
        setup_first(app.ledger(), &app.passwords, &form.token, who, app.now(), app.entropy.as_ref()).await
    } else {
        Err(differ())
    };
    match made {
        Ok(account) => {
            note(&app, &account.login, "account.first", &account.account_id).await?;
            let token = app.sessions.open(&account, app.now(), app.entropy.as_ref()).await?;
            Ok(signed_in(&app, token.text())?)
        }
        Err(problem) => {
            let (page, visit) = setup_page(&app, &reader, &form, vec![error(&reader, problem)?])?;
            with_visit(&app, &visit, draw_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

#[derive(Deserialize)]
pub struct Invitation {
    token: String,
    password: String,
    password_again: String,
}

async fn invitation_page(
    app: &App,
    reader: &Reader,
    token: &str,
    errors: Vec<FormError>,
) -> Result<(SetPasswordPage, String), Problem> {
    let Some((Purpose::Password { account_id }, until)) = app.ledger().link(&hash_token(token), app.now()).await?
    else {
        return Err(worthless());
    };
    let account = app.ledger().account(&account_id).await?.ok_or_else(worthless)?;
    let (frame, visit) = visiting(app, reader, reader.lang.pick("Đặt mật khẩu", "Set a password"))?;
    let page = SetPasswordPage {
        frame,
        token: token.to_owned(),
        errors,
        name: account.display_name,
        account: account.login,
        password_min: FEWEST_CHARACTERS,
        until: reader.lang.instant(until),
    };
    Ok((page, visit))
}

pub async fn invitation_form(State(app): State<App>, reader: Reader, Query(link): Query<Link>) -> Page {
    let (page, visit) = invitation_page(&app, &reader, &link.token, Vec::new()).await?;
    with_visit(&app, &visit, draw(&page))
}

pub async fn invitation(State(app): State<App>, reader: Reader, Form(form): Form<Invitation>) -> Page {
    let set = if form.password == form.password_again {
        redeem(app.ledger(), &app.passwords, &form.token, &form.password, app.now(), app.entropy.as_ref()).await
    } else {
        Err(differ())
    };
    match set {
        Ok(account) => {
            note(&app, &account.login, "account.password", &account.account_id).await?;
            let token = app.sessions.open(&account, app.now(), app.entropy.as_ref()).await?;
            Ok(signed_in(&app, token.text())?)
        }
        Err(problem) => {
            let errors = vec![error(&reader, problem)?];
            let (page, visit) = invitation_page(&app, &reader, &form.token, errors).await?;
            with_visit(&app, &visit, draw_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

fn differ() -> Problem {
    Problem::usage("PASSWORDS_DIFFER", "the two passwords are not the same")
}

/// What can be mended in the form; anything else is a page of its own.
fn error(reader: &Reader, problem: Problem) -> Result<FormError, Problem> {
    let field = match problem.code.as_str() {
        "PASSWORD_SHORT" | "PASSWORD_LONG" | "PASSWORD_WEAK" => "password",
        "PASSWORDS_DIFFER" => "password-again",
        "LOGIN_FORM" | "LOGIN_TAKEN" => "account",
        "DISPLAY_NAME" => "name",
        _ => return Err(problem),
    };
    Ok(FormError { field: field.into(), text: problem.next_step(reader.lang).to_owned() })
}
