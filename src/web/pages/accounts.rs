//! Accounts, for IT staff.

use super::draw::{Page, draw, draw_with, see};
use super::sign_in::note;
use crate::Lang;
use crate::access::{self, Invitation};
use crate::problem::Problem;
use crate::web::app::{App, Failure, Reader, Who, fields_of_form, frame, role_name, scope_words, unit_name};
use crate::web::views::{AccountRow, AccountsPage, Choice, FormError, OneTime};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use store::Scope;
use store::ledger::{Account, Role};

const INVITATION_LIFE: SignedDuration = SignedDuration::from_hours(72);

/// What was typed, and what is shown once.
#[derive(Default)]
struct Typed {
    name: String,
    account: String,
    role: String,
    communes: Vec<String>,
    errors: Vec<FormError>,
    one_time: Option<(String, String)>,
}

pub async fn list(State(app): State<App>, who: Who, reader: Reader) -> Page {
    draw(&page(&app, &who, &reader, Typed::default()).await?)
}

async fn page(app: &App, who: &Who, reader: &Reader, typed: Typed) -> Result<AccountsPage, Failure> {
    let lang = reader.lang;
    let accounts = app.ledger().accounts().await?;
    let active = accounts.iter().filter(|a| !a.disabled && (a.password_hash.is_some() || a.subject.is_some())).count();
    let until = lang.instant(app.now().saturating_add(INVITATION_LIFE).unwrap_or(Timestamp::MAX));
    let role = |role: Role| Choice {
        value: role.as_str().to_owned(),
        label: role_name(role, lang).to_owned(),
        chosen: role.as_str() == typed.role,
    };
    let one_time = match typed.one_time {
        Some((about, value)) => OneTime { shown: true, about, value, until },
        None => OneTime { shown: false, about: String::new(), value: String::new(), until: String::new() },
    };
    Ok(AccountsPage {
        frame: frame(app, who, reader, "accounts", lang.pick("Tài khoản", "Accounts")).await?,
        sentence: format!(
            "{} {}, {active} {}",
            accounts.len(),
            lang.pick("tài khoản", "accounts"),
            lang.pick("đang dùng", "in use")
        ),
        rows: accounts.iter().map(|account| row(app, who, account, lang)).collect(),
        one_time,
        errors: typed.errors,
        name: typed.name,
        account: typed.account,
        roles: Role::ALL.into_iter().map(role).collect(),
        communes: communes(app, &typed.communes, lang),
    })
}

/// The whole province, and each commune of today.
pub(super) fn communes(app: &App, chosen: &[String], lang: Lang) -> Vec<Choice> {
    let context = app.desk.context();
    let choice = |value: String, label: String| Choice { chosen: chosen.contains(&value), value, label };
    let mut choices = vec![choice("*".into(), lang.pick("Cả tỉnh", "The whole province").to_owned())];
    let codes = context.catalogue.communes_of(context.province);
    choices.extend(codes.iter().map(|code| choice(code.to_string(), unit_name(app, code.as_str()))));
    choices
}

/// What was ticked: the province covers all.
pub(super) fn scope_of(chosen: &[String]) -> Scope {
    if chosen.iter().any(|code| code == "*") {
        Scope::Province
    } else {
        Scope::Communes(chosen.iter().cloned().collect())
    }
}

/// Only units of today: a mistyped code would see nothing and nobody would know why.
pub(super) fn known_communes(app: &App, chosen: &[String]) -> Result<(), Problem> {
    let context = app.desk.context();
    let known = context.catalogue.communes_of(context.province);
    match chosen.iter().find(|code| *code != "*" && !known.iter().any(|known| known.as_str() == *code)) {
        Some(_) => Err(Problem::usage("NO_COMMUNE", "there is no such commune in the province today")),
        None => Ok(()),
    }
}

fn row(app: &App, who: &Who, account: &Account, lang: Lang) -> AccountRow {
    let now = app.now();
    let locked = account.locked_until.is_some_and(|until| now < until);
    let is_self = account.account_id == who.signed_in.account.account_id;
    let state = match (account.disabled, locked, account.password_hash.is_some() || account.subject.is_some()) {
        (true, ..) => lang.pick("đã vô hiệu", "disabled"),
        (_, true, _) => lang.pick("bị khóa tạm", "locked for a while"),
        (_, _, false) => lang.pick("chờ nhận lời mời", "invited"),
        _ => lang.pick("đang dùng", "in use"),
    };
    AccountRow {
        id: account.account_id.clone(),
        name: account.display_name.clone(),
        account: account.login.clone(),
        role: role_name(account.role, lang).to_owned(),
        communes: scope_words(app, &account.scope, lang),
        state_words: state.to_owned(),
        last_seen: account.signed_in_at.map(|at| lang.instant(at)).unwrap_or_default(),
        // Whoever locks oneself out needs another's help.
        may_disable: !account.disabled && !is_self,
        may_enable: account.disabled,
        may_unlock: locked,
        may_invite_again: !account.disabled && !is_self,
        may_change_role: !is_self,
    }
}

pub async fn invite(State(app): State<App>, who: Who, reader: Reader, body: Bytes) -> Page {
    let fields = fields_of_form(&body);
    let field =
        |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default();
    let communes: Vec<String> =
        fields.iter().filter(|(key, _)| key == "communes").map(|(_, value)| value.clone()).collect();
    let mut typed =
        Typed { name: field("name"), account: field("account"), role: field("role"), communes, ..Typed::default() };
    match invited(&app, &typed).await {
        Ok(link) => {
            note(&app, &who.signed_in.account.login, "account.invite", &typed.account.trim().to_lowercase()).await?;
            let about = format!(
                "{}: {}",
                reader.lang.pick("Đường dẫn đặt mật khẩu của", "Link to set the password of"),
                typed.account
            );
            typed = Typed { one_time: Some((about, link)), ..Typed::default() };
            draw(&page(&app, &who, &reader, typed).await?)
        }
        Err(problem) => {
            let field = match problem.code.as_str() {
                "LOGIN_FORM" | "LOGIN_TAKEN" => "account",
                "DISPLAY_NAME" => "name",
                "NO_COMMUNE" => "communes",
                "ROLE" => "role",
                _ => return Err(problem.into()),
            };
            typed.errors = vec![FormError { field: field.into(), text: problem.next_step(reader.lang).to_owned() }];
            draw_with(StatusCode::UNPROCESSABLE_ENTITY, &page(&app, &who, &reader, typed).await?)
        }
    }
}

async fn invited(app: &App, typed: &Typed) -> Result<String, Problem> {
    let role = Role::parse(&typed.role).ok_or_else(|| Problem::usage("ROLE", "there is no such role"))?;
    known_communes(app, &typed.communes)?;
    let scope = scope_of(&typed.communes);
    let invitation = Invitation { login: &typed.account, display_name: &typed.name, role, scope };
    let invited = access::invite(app.ledger(), invitation, app.now(), app.entropy.as_ref()).await?;
    Ok(format!("{}/invitation?token={}", app.origin, invited.link.text()))
}

pub async fn invite_again(State(app): State<App>, who: Who, reader: Reader, Path(id): Path<String>) -> Page {
    let account = existing(&app, &id).await?;
    let link = access::new_link(app.ledger(), &id, app.now(), app.entropy.as_ref()).await?;
    note(&app, &who.signed_in.account.login, "account.invite", &account.login).await?;
    let about =
        format!("{}: {}", reader.lang.pick("Đường dẫn đặt mật khẩu của", "Link to set the password of"), account.login);
    let value = format!("{}/invitation?token={}", app.origin, link.text());
    draw(&page(&app, &who, &reader, Typed { one_time: Some((about, value)), ..Typed::default() }).await?)
}

pub(super) async fn existing(app: &App, id: &str) -> Result<Account, Failure> {
    let account = app.ledger().account(id).await?;
    account.ok_or_else(|| Problem::usage("NOT_FOUND", "there is no such account").into())
}

pub async fn disable(State(app): State<App>, who: Who, Path(id): Path<String>) -> Page {
    let account = existing(&app, &id).await?;
    if account.account_id == who.signed_in.account.account_id {
        return Err(Problem::usage("FORBIDDEN", "nobody disables the own account").into());
    }
    note(&app, &who.signed_in.account.login, "account.disable", &account.login).await?;
    app.ledger().set_disabled(&id, true).await?;
    app.ledger().end_sessions_of(&id).await?;
    app.looks.forget(&id);
    see("/accounts")
}

pub async fn enable(State(app): State<App>, who: Who, Path(id): Path<String>) -> Page {
    let account = existing(&app, &id).await?;
    note(&app, &who.signed_in.account.login, "account.enable", &account.login).await?;
    app.ledger().set_disabled(&id, false).await?;
    see("/accounts")
}

pub async fn unlock(State(app): State<App>, who: Who, Path(id): Path<String>) -> Page {
    let account = existing(&app, &id).await?;
    note(&app, &who.signed_in.account.login, "account.unlock", &account.login).await?;
    app.ledger().clear_failures(&id).await?;
    see("/accounts")
}
