//! What an officer says of a finding.

use super::check::{kept, one};
use super::draw::{Page, draw_with, see};
use crate::check::{Checked, case_row};
use crate::problem::Problem;
use crate::web::app::{App, Look, Reader, RequestId, Who};
use crate::work::{self, Deciding};
use axum::extract::{Form, State};
use axum::http::StatusCode;
use reconcile::verdict::Said;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Decision {
    look: String,
    finding: String,
    #[serde(default)]
    choice: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    note: String,
}

pub async fn decide(
    State(app): State<App>,
    who: Who,
    reader: Reader,
    request: RequestId,
    Form(form): Form<Decision>,
) -> Page {
    let look = kept(&app, &who, &form.look)?;
    let checked = one(&app, &who, &look, &request).await?;
    let said = match form.choice.as_str() {
        "right" => Some(Said::SourceRight),
        "wrong" => Some(Said::SourceWrong),
        "undecided" => Some(Said::NotEnough),
        _ => None,
    };
    let said = said.ok_or_else(|| Problem::usage("REASON", "say who is right"))?;
    let deciding = Deciding { finding_id: &form.finding, said, reason: &form.reason, note: &form.note };
    let decided = work::decide(&app.desk, &who.actor(), &checked, &deciding, app.entropy.as_ref()).await;
    match decided {
        Ok(()) => {
            let notice = reader.lang.pick("Đã ghi quyết định.", "The decision is recorded.");
            done(&app, &who, &request, (&form.look, &look, &form.finding), notice).await
        }
        Err(problem) if problem.code == "REASON" => {
            let error = reader.lang.pick(
                "Lý do không hợp với lựa chọn. Chọn lý do bắt đầu bằng đúng lựa chọn của bạn.",
                "The reason does not fit your choice. Take one that begins with what you chose.",
            );
            refused(&app, &who, &reader, (&form.look, &look, &form.finding), &checked, error).await
        }
        Err(problem) => Err(problem.into()),
    }
}

#[derive(Deserialize)]
pub struct Undo {
    look: String,
    finding: String,
}

pub async fn undo(
    State(app): State<App>,
    who: Who,
    reader: Reader,
    request: RequestId,
    Form(form): Form<Undo>,
) -> Page {
    let look = kept(&app, &who, &form.look)?;
    let checked = one(&app, &who, &look, &request).await?;
    work::undo(&app.desk, &who.actor(), &checked, &form.finding).await?;
    let notice = reader.lang.pick("Đã hoàn tác quyết định.", "The decision is undone.");
    done(&app, &who, &request, (&form.look, &look, &form.finding), notice).await
}

/// Back to the verdict, at the finding.
async fn done(
    app: &App,
    who: &Who,
    request: &RequestId,
    (handle, look, finding): (&str, &Look, &str),
    notice: &str,
) -> Page {
    let checked = one(app, who, look, request).await?;
    // The morning's list tells it, too.
    if checked.case.is_some() {
        app.ledger().rejudge_case(&case_row(&app.desk, &checked, "", "")).await?;
    }
    app.looks.change(handle, |look| look.notice = notice.to_owned());
    see(&format!("/check/{handle}#finding-{finding}"))
}

/// The verdict again, with what is wrong said where it was given.
async fn refused(
    app: &App,
    who: &Who,
    reader: &Reader,
    (handle, look, finding): (&str, &Look, &str),
    checked: &Checked,
    error: &str,
) -> Page {
    let mut page = super::verdict::page(app, who, reader, handle, look, checked).await?;
    let lists = page.conflicts.iter_mut().chain(&mut page.notes).chain(&mut page.aside);
    lists.filter(|view| view.id == finding).for_each(|view| view.error = error.to_owned());
    draw_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}
