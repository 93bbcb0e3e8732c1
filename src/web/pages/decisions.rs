//! What an officer says of a finding.

use super::check::{kept, one};
use super::draw::{Page, draw, draw_with, see};
use super::verdict::finding_view;
use crate::check::{Checked, case_row};
use crate::problem::Problem;
use crate::web::app::{App, Look, Reader, RequestId, Who, frame};
use crate::web::views::FindingPart;
use crate::work::{self, Deciding};
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
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
    headers: HeaderMap,
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
            done(&app, &who, &reader, &request, &headers, (&form.look, &look, &form.finding), notice).await
        }
        Err(problem) if problem.code == "REASON" => {
            let error = reader.lang.pick(
                "Lý do không hợp với lựa chọn. Chọn lý do bắt đầu bằng đúng lựa chọn của bạn.",
                "The reason does not fit your choice. Take one that begins with what you chose.",
            );
            refused(&app, &who, &reader, &headers, (&form.look, &look, &form.finding), &checked, error).await
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
    headers: HeaderMap,
    Form(form): Form<Undo>,
) -> Page {
    let look = kept(&app, &who, &form.look)?;
    let checked = one(&app, &who, &look, &request).await?;
    work::undo(&app.desk, &who.actor(), &checked, &form.finding).await?;
    let notice = reader.lang.pick("Đã hoàn tác quyết định.", "The decision is undone.");
    done(&app, &who, &reader, &request, &headers, (&form.look, &look, &form.finding), notice).await
}

/// The finding alone for a page that is not loaded anew; else back to the verdict.
async fn done(
    app: &App,
    who: &Who,
    reader: &Reader,
    request: &RequestId,
    headers: &HeaderMap,
    (handle, look, finding): (&str, &Look, &str),
    notice: &str,
) -> Page {
    let checked = one(app, who, look, request).await?;
    // The morning's list tells it, too.
    if checked.case.is_some() {
        app.ledger().rejudge_case(&case_row(&app.desk, &checked, "", "")).await?;
    }
    if !headers.contains_key("hx-request") {
        app.looks.change(handle, |look| look.notice = notice.to_owned());
        return see(&format!("/check/{handle}#finding-{finding}"));
    }
    let part = part(app, who, reader, handle, &checked, finding).await?;
    draw(&part)
}

async fn refused(
    app: &App,
    who: &Who,
    reader: &Reader,
    headers: &HeaderMap,
    (handle, look, finding): (&str, &Look, &str),
    checked: &Checked,
    error: &str,
) -> Page {
    if headers.contains_key("hx-request") {
        let mut part = part(app, who, reader, handle, checked, finding).await?;
        part.finding.error = error.to_owned();
        return draw_with(StatusCode::UNPROCESSABLE_ENTITY, &part);
    }
    let mut page = super::verdict::page(app, who, reader, handle, look, checked).await?;
    let lists = page.conflicts.iter_mut().chain(&mut page.notes).chain(&mut page.aside);
    lists.filter(|view| view.id == finding).for_each(|view| view.error = error.to_owned());
    draw_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn part(
    app: &App,
    who: &Who,
    reader: &Reader,
    handle: &str,
    checked: &Checked,
    finding: &str,
) -> Result<FindingPart, crate::web::app::Failure> {
    let found = checked.findings.iter().find(|f| f.finding_id == finding);
    let found =
        found.ok_or_else(|| Problem::usage("NOT_FOUND", "there is no such finding about this case any more"))?;
    Ok(FindingPart {
        frame: frame(app, who, reader, "check", "").await?,
        handle: handle.to_owned(),
        finding: finding_view(app, &who.actor(), checked, found, reader.lang),
    })
}
