//! Every page, in one list, with what it asks of whoever comes.

mod account_role;
mod accounts;
mod assets;
mod check;
mod corrections;
mod decisions;
mod draw;
mod escalations;
mod health;
mod incidents;
mod keys;
mod language;
mod morning;
mod paper;
mod province;
mod runs;
mod sign_in;
mod verdict;
mod words;

use super::app::{App, Needs, Registry};
use crate::access::Permission as P;
use crate::problem::Problem;

async fn nowhere() -> draw::Page {
    Err(Problem::usage("NOT_FOUND", "there is no such page").into())
}

/// All pages.
pub fn all(app: App) -> Registry {
    use Needs::{May, Nothing, SignedIn};
    Registry::new(app)
        .get("/", SignedIn, sign_in::home)
        .get("/login", Nothing, sign_in::form)
        .post("/login", Nothing, sign_in::submit)
        .get("/login/province", Nothing, province::leave)
        .get("/login/callback", Nothing, province::back)
        .post("/logout", SignedIn, sign_in::leave)
        .get("/setup", Nothing, sign_in::setup_form)
        .post("/setup", Nothing, sign_in::setup)
        .get("/invitation", Nothing, sign_in::invitation_form)
        .post("/invitation", Nothing, sign_in::invitation)
        .post("/language", Nothing, language::choose)
        .get("/assets/{name}", Nothing, assets::asset)
        .get("/check", May(P::Check), check::form)
        .post("/check", May(P::Check), check::ask)
        .get("/check/{handle}", May(P::Check), check::again)
        .post("/check/choose", May(P::Check), check::choose)
        .post("/check/anyway", May(P::LookOutside), check::anyway)
        .post("/check/ask", May(P::Check), check::ask_now)
        .post("/decisions", May(P::Decide), decisions::decide)
        .post("/decisions/undo", May(P::Decide), decisions::undo)
        .get("/morning", May(P::Check), morning::list)
        .post("/morning/open", May(P::Check), morning::open)
        .get("/slip/{handle}", May(P::Draft), paper::slip)
        .get("/corrections", May(P::Draft), corrections::list)
        .get("/corrections/{id}", May(P::Draft), corrections::one)
        .get("/corrections/{id}/print", May(P::Draft), paper::letter)
        .get("/corrections/{id}/export.xlsx", May(P::Draft), paper::workbook)
        .post("/corrections/{id}/send", May(P::SendCorrection), corrections::send)
        .post("/corrections/{id}/withdraw", May(P::SendCorrection), corrections::withdraw)
        .post("/corrections/{id}/answered", May(P::SendCorrection), corrections::answered)
        .post("/corrections/{id}/close", May(P::SendCorrection), corrections::close)
        .post("/corrections/{id}/remove", May(P::Draft), corrections::remove)
        .get("/escalations", SignedIn, escalations::list)
        .post("/escalations", May(P::Draft), escalations::escalate)
        .post("/escalations/{id}/answer", May(P::AnswerEscalation), escalations::answer)
        .post("/escalations/{id}/open", May(P::Check), escalations::open)
        .get("/health", May(P::SeeHealth), health::list)
        .get("/health/wall", May(P::SeeHealth), health::wall)
        .get("/health/export/{format}", May(P::SeeHealth), health::export)
        .get("/health/communes/{code}", May(P::SeeHealth), health::one)
        .get("/health/communes/{code}/week.xlsx", May(P::Draft), health::week)
        .post("/health/communes/{code}/readiness", May(P::FillReadiness), health::fill)
        .post("/health/communes/{code}/sign-off", May(P::SignOffReadiness), health::sign_off)
        .get("/health/sources/{id}", May(P::SeeHealth), health::source)
        .get("/incidents", May(P::SeeHealth), incidents::list)
        .get("/runs", May(P::SeeRuns), runs::list)
        .get("/runs/{id}", May(P::SeeRuns), runs::one)
        .get("/runs/{id}/rejects.csv", May(P::RunNights), runs::rejects)
        .post("/runs/start", May(P::RunNights), runs::start)
        .post("/runs/resume", May(P::RunNights), runs::resume)
        .post("/runs/stop", May(P::RunNights), runs::stop)
        .get("/accounts", May(P::ManageAccounts), accounts::list)
        .post("/accounts/invite", May(P::ManageAccounts), accounts::invite)
        .post("/accounts/{id}/disable", May(P::ManageAccounts), accounts::disable)
        .post("/accounts/{id}/enable", May(P::ManageAccounts), accounts::enable)
        .post("/accounts/{id}/unlock", May(P::ManageAccounts), accounts::unlock)
        .post("/accounts/{id}/invite", May(P::ManageAccounts), accounts::invite_again)
        .get("/accounts/{id}/role", May(P::ManageAccounts), account_role::form)
        .post("/accounts/{id}/role", May(P::ManageAccounts), account_role::change)
        .get("/keys", May(P::ManageAccounts), keys::list)
        .post("/keys/new", May(P::ManageAccounts), keys::create)
        .post("/keys/{id}/revoke", May(P::ManageAccounts), keys::revoke)
        .otherwise(nowhere)
}
