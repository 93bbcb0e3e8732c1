//! `doisoat accounts`: for whoever administers the machine, also where nobody can sign in any more.

use super::args::{AccountsAction, AccountsArgs};
use super::table::table;
use crate::Lang;
use crate::access::{Invitation, Permission, SystemEntropy, Token, invite, may, new_link};
use crate::problem::{EXIT_COMPLETE, Problem};
use crate::workspace::{Workspace, load_settings};
use schemas::clock::SystemClock;
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use store::Scope;
use store::ledger::{Account, Role};

/// Who does it, in the audit log: nobody has signed in.
const ACTOR: &str = "command-line";

pub async fn run(config: Option<&Path>, args: AccountsArgs, lang: Lang) -> Result<u8, Problem> {
    let workspace = Workspace::open(load_settings(config)?.settings, Arc::new(SystemClock), 0).await?;
    let done = act(&workspace, args.action, lang).await;
    workspace.ledger.close().await;
    done.map(|()| EXIT_COMPLETE)
}

async fn act(workspace: &Workspace, action: AccountsAction, lang: Lang) -> Result<(), Problem> {
    let (ledger, now) = (workspace.ledger.as_ref(), workspace.clock.now());
    match action {
        AccountsAction::List { json } => {
            list(&ledger.accounts().await?, json, lang);
        }
        AccountsAction::Invite { login, name, role, communes } => {
            let (role, scope) = (role_of(&role)?, scope_of(workspace, &communes)?);
            let invitation = Invitation { login: &login, display_name: &name, role, scope };
            note(workspace, "account.invite", &login).await?;
            let invited = invite(ledger, invitation, now, &SystemEntropy).await?;
            say(workspace, &invited.link, lang);
        }
        AccountsAction::Link { login } => {
            let account = account(workspace, &login).await?;
            note(workspace, "account.invite", &login).await?;
            say(workspace, &new_link(ledger, &account.account_id, now, &SystemEntropy).await?, lang);
        }
        AccountsAction::Role { login, role, communes } => {
            let account = account(workspace, &login).await?;
            let (role, scope) = (role_of(&role)?, scope_of(workspace, &communes)?);
            if may(role, Permission::Check) && scope.to_text().is_empty() {
                return Err(Problem::usage("NO_COMMUNE", "name at least one commune, or * for the whole province"));
            }
            note(workspace, "account.role", &login).await?;
            ledger.set_role(&account.account_id, role, &scope).await?;
            println!("{login}: {}, {}", role.as_str(), scope.to_text());
        }
    }
    Ok(())
}

async fn account(workspace: &Workspace, login: &str) -> Result<Account, Problem> {
    let account = workspace.ledger.account_by_login(&login.trim().to_lowercase()).await?;
    account.ok_or_else(|| Problem::failed("NO_ACCOUNT", format!("there is no account {login}")))
}

fn role_of(text: &str) -> Result<Role, Problem> {
    Role::parse(text).ok_or_else(|| Problem::usage("ROLE", format!("there is no role {text}")))
}

/// Only communes of today's province: a mistyped code would see nothing.
fn scope_of(workspace: &Workspace, text: &str) -> Result<Scope, Problem> {
    let scope = Scope::parse(&text.replace(',', " "));
    let catalogue = workspace.catalogue();
    let known = catalogue.communes_of(workspace.settings.province.code);
    if let Scope::Communes(codes) = &scope
        && let Some(unknown) = codes.iter().find(|code| !known.iter().any(|known| known.as_str() == *code))
    {
        return Err(Problem::usage("NO_COMMUNE", format!("there is no commune {unknown} in the province today")));
    }
    Ok(scope)
}

async fn note(workspace: &Workspace, event: &str, login: &str) -> Result<(), Problem> {
    Ok(workspace.trail.note(ACTOR, event, login, "{}".to_owned()).await?)
}

fn say(workspace: &Workspace, link: &Token, lang: Lang) {
    let serve = &workspace.settings.serve;
    let origin = match serve.public_url.as_str() {
        "" => format!("{}://{}", if serve.tls.is_some() { "https" } else { "http" }, serve.listen),
        url => url.to_owned(),
    };
    let words = lang.pick("Đường dẫn dùng một lần, trong 72 giờ:", "A link that works once, for 72 hours:");
    println!("{words}\n{origin}/invitation?token={}", link.text());
}

fn list(accounts: &[Account], as_json: bool, lang: Lang) {
    if as_json {
        let object = |a: &Account| {
            json!({"login": a.login, "name": a.display_name, "role": a.role.as_str(), "communes": a.scope.to_text(),
                   "disabled": a.disabled, "signed_in_at": a.signed_in_at})
        };
        println!("{}", serde_json::Value::Array(accounts.iter().map(object).collect()));
        return;
    }
    let mut rows = table(&match lang {
        Lang::Vi => ["Tài khoản", "Họ tên", "Vai trò", "Xã", "Vào gần nhất"],
        Lang::En => ["Account", "Name", "Role", "Communes", "Last seen"],
    });
    for account in accounts {
        let seen = account.signed_in_at.map_or_else(|| "–".to_owned(), |at| lang.instant(at));
        let role = if account.disabled { lang.pick("(đã vô hiệu)", "(disabled)") } else { account.role.as_str() };
        rows.add_row([&account.login, &account.display_name, role, &account.scope.to_text(), &seen]);
    }
    println!("{rows}");
}
