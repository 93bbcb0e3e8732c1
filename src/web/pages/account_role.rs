//! The role of an account and the communes that it sees, for IT staff.

use super::accounts::{communes, existing, known_communes, scope_of};
use super::draw::{Page, draw, draw_with, see};
use crate::access::{Permission, may};
use crate::problem::Problem;
use crate::web::app::{App, Failure, Reader, Who, fields_of_form, frame, role_name};
use crate::web::views::{AccountRolePage, Choice, FormError};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::json;
use store::Scope;
use store::ledger::{Account, Role};

/// What is chosen: as it is, or as it was typed.
struct Chosen {
    role: String,
    communes: Vec<String>,
}

impl Chosen {
    fn of(account: &Account) -> Self {
        let communes = match &account.scope {
            Scope::Province => vec!["*".to_owned()],
            Scope::Communes(codes) => codes.iter().cloned().collect(),
        };
        Self { role: account.role.as_str().to_owned(), communes }
    }

    fn read(body: &[u8]) -> Self {
        let mut chosen = Self { role: String::new(), communes: Vec::new() };
        for (name, value) in fields_of_form(body) {
            match name.as_str() {
                "role" => chosen.role = value,
                "communes" => chosen.communes.push(value),
                _ => {}
            }
        }
        chosen
    }

    fn checked(&self, app: &App) -> Result<(Role, Scope), Problem> {
        let role = Role::parse(&self.role).ok_or_else(|| Problem::usage("ROLE", "there is no such role"))?;
        known_communes(app, &self.communes)?;
        if may(role, Permission::Check) && self.communes.is_empty() {
            return Err(Problem::usage("NO_COMMUNE", "choose communes, or the whole province"));
        }
        Ok((role, scope_of(&self.communes)))
    }
}

pub async fn form(State(app): State<App>, who: Who, reader: Reader, Path(id): Path<String>) -> Page {
    let account = anothers(&app, &who, &id).await?;
    let chosen = Chosen::of(&account);
    draw(&page(&app, &who, &reader, account, chosen, Vec::new()).await?)
}

pub async fn change(State(app): State<App>, who: Who, reader: Reader, Path(id): Path<String>, body: Bytes) -> Page {
    let account = anothers(&app, &who, &id).await?;
    let chosen = Chosen::read(&body);
    match chosen.checked(&app) {
        Ok((role, scope)) => {
            let detail = json!({ "role": role.as_str(), "communes": scope.to_text() }).to_string();
            let trail = &app.desk.workspace.trail;
            trail.note(&who.signed_in.account.login, "account.role", &account.login, detail).await?;
            app.ledger().set_role(&id, role, &scope).await?;
            // What was looked at with the old communes is not looked at any more.
            app.looks.forget(&id);
            see("/accounts")
        }
        Err(problem) => {
            let field = if problem.code == "ROLE" { "role" } else { "communes" };
            let errors = vec![FormError { field: field.into(), text: problem.next_step(reader.lang).to_owned() }];
            let page = page(&app, &who, &reader, account, chosen, errors).await?;
            draw_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// Who takes the own role away needs another's help to get it back.
async fn anothers(app: &App, who: &Who, id: &str) -> Result<Account, Failure> {
    let account = existing(app, id).await?;
    if account.account_id == who.signed_in.account.account_id {
        return Err(Problem::usage("FORBIDDEN", "nobody changes the own role").into());
    }
    Ok(account)
}

async fn page(
    app: &App,
    who: &Who,
    reader: &Reader,
    account: Account,
    chosen: Chosen,
    errors: Vec<FormError>,
) -> Result<AccountRolePage, Failure> {
    let lang = reader.lang;
    let role = |role: Role| Choice {
        value: role.as_str().to_owned(),
        label: role_name(role, lang).to_owned(),
        chosen: role.as_str() == chosen.role,
    };
    Ok(AccountRolePage {
        frame: frame(app, who, reader, "accounts", lang.pick("Vai trò và xã", "Role and communes")).await?,
        id: account.account_id,
        name: account.display_name,
        account: account.login,
        errors,
        roles: Role::ALL.into_iter().map(role).collect(),
        communes: communes(app, &chosen.communes, lang),
    })
}
