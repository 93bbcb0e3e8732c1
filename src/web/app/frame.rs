//! What stands around a page, and who reads it.

use super::cookies::{Cookies, VISIT};
use super::failure::language;
use super::guard::visit_token;
use super::{App, Failure, Who};
use crate::Lang;
use crate::access::Permission;
use crate::web::views::Frame;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use schemas::clock::vietnam_date;
use store::ledger::Role;

/// The language of whoever reads, and the token of forms before signing in.
pub struct Reader {
    pub lang: Lang,
    visit: Option<String>,
}

impl Reader {
    /// The name of the visit, if the browser has one already.
    pub fn visit(&self) -> Option<&str> {
        self.visit.as_deref()
    }
}

impl FromRequestParts<App> for Reader {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self { lang: language(app, &parts.headers), visit: Cookies::of(&parts.headers).get(app, VISIT) })
    }
}

impl Frame {
    /// Around a page for nobody in particular.
    pub fn bare(app: &App, lang: Lang) -> Self {
        let serve = &app.desk.workspace.settings.serve;
        Self {
            lang,
            agency: serve.agency.to_uppercase(),
            title: String::new(),
            here: String::new(),
            path: "/check".into(),
            csrf: String::new(),
            signed_in: false,
            officer: String::new(),
            role: String::new(),
            sees_check: false,
            sees_morning: false,
            sees_corrections: false,
            sees_escalations: false,
            sees_accounts: false,
            sees_keys: false,
            sees_health: false,
            sees_runs: false,
            unread_corrections: 0,
            unread_escalations: 0,
            notice: String::new(),
            help: serve.phone.clone(),
            version: env!("CARGO_PKG_VERSION").into(),
        }
    }

    /// Around a page of somebody who is signed in, by what their session says: an error is told also
    /// where the ledger can say nothing more.
    pub fn of_person(app: &App, who: &Who, lang: Lang) -> Self {
        let actor = who.actor();
        let may = |permission| actor.may(permission);
        Self {
            path: "/".into(),
            csrf: who.signed_in.csrf.clone(),
            signed_in: true,
            officer: who.signed_in.account.display_name.clone(),
            role: role_words(app, who, lang),
            sees_check: may(Permission::Check),
            sees_morning: may(Permission::Check),
            sees_corrections: may(Permission::Draft) || may(Permission::SendCorrection),
            sees_escalations: may(Permission::AnswerEscalation) || may(Permission::Draft),
            sees_accounts: may(Permission::ManageAccounts),
            sees_keys: may(Permission::ManageAccounts),
            sees_health: may(Permission::SeeHealth),
            sees_runs: may(Permission::SeeRuns),
            ..Self::bare(app, lang)
        }
    }

    /// Around a form before signing in, tied to this visit.
    pub fn of_visit(app: &App, lang: Lang, visit: &str) -> Self {
        Self { csrf: visit_token(visit), path: "/login".into(), ..Self::bare(app, lang) }
    }
}

/// Around a page of somebody who is signed in. `here`: the entry of the navigation.
pub async fn frame(app: &App, who: &Who, reader: &Reader, here: &str, title: &str) -> Result<Frame, Failure> {
    let actor = who.actor();
    let frame = Frame::of_person(app, who, reader.lang);
    let today = vietnam_date(app.now());
    let unread_corrections =
        if frame.sees_corrections { app.ledger().corrections_to_see(&actor.scope, today).await? } else { 0 };
    let answers = actor.may(Permission::AnswerEscalation);
    let unread_escalations = if answers { app.ledger().open_escalations(&actor.scope).await? } else { 0 };
    Ok(Frame {
        title: title.to_owned(),
        here: here.to_owned(),
        path: if here.is_empty() { "/check".into() } else { format!("/{here}") },
        unread_corrections,
        unread_escalations,
        ..frame
    })
}

/// The role and where: “Cán bộ một cửa, xã Cẩm Giàng”.
fn role_words(app: &App, who: &Who, lang: Lang) -> String {
    let account = &who.signed_in.account;
    format!("{}, {}", role_name(account.role, lang), scope_words(app, &account.scope, lang))
}

pub fn role_name(role: Role, lang: Lang) -> &'static str {
    match role {
        Role::Clerk => lang.pick("Cán bộ một cửa", "Clerk"),
        Role::Reviewer => lang.pick("Người duyệt", "Reviewer"),
        Role::CommuneLead => lang.pick("Lãnh đạo xã", "Commune lead"),
        Role::It => lang.pick("Quản trị kỹ thuật", "IT staff"),
        Role::Province => lang.pick("Cán bộ tỉnh", "Province"),
    }
}

/// The communes by name, or how many they are.
pub fn scope_words(app: &App, scope: &store::Scope, lang: Lang) -> String {
    match scope {
        store::Scope::Province => lang.pick("toàn tỉnh", "the whole province").to_owned(),
        store::Scope::Communes(codes) if codes.len() > 2 => {
            format!("{} {}", codes.len(), lang.pick("xã, phường", "communes"))
        }
        store::Scope::Communes(codes) => codes.iter().map(|code| unit_name(app, code)).collect::<Vec<_>>().join(", "),
    }
}

/// The name of a unit of today; its code where there is none.
pub fn unit_name(app: &App, code: &str) -> String {
    match schemas::CommuneCode::parse(code) {
        Ok(parsed) => {
            let full = app.desk.context().catalogue.full_name(parsed);
            full.split(", ").next().unwrap_or(&full).to_owned()
        }
        Err(_) => code.to_owned(),
    }
}
