//! What communes handed up.

use super::check::{kept, one};
use super::draw::{Page, draw, draw_with, see};
use crate::access::Permission;
use crate::check::Question;
use crate::problem::Problem;
use crate::web::app::{App, Look, Reader, RequestId, Who, frame, unit_name};
use crate::web::views::{EscalationRow, EscalationsPage, FilterLink};
use crate::work::{self, Escalating};
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use schemas::{PersonalId, Subject};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Narrow {
    #[serde(default)]
    state: String,
}

pub async fn list(State(app): State<App>, who: Who, reader: Reader, Query(narrow): Query<Narrow>) -> Page {
    let (lang, actor) = (reader.lang, who.actor());
    if !actor.may(Permission::AnswerEscalation) && !actor.may(Permission::Draft) {
        return Err(Problem::usage("FORBIDDEN", "this role may not open the page").into());
    }
    let all = app.ledger().escalations(&actor.scope).await?;
    let open = all.iter().filter(|e| e.answered.is_none()).count();
    let state = |answered: bool| if answered { "answered" } else { "open" };
    let chosen = match narrow.state.as_str() {
        "open" => Some(false),
        "answered" => Some(true),
        _ => None,
    };
    let rows =
        all.iter().filter(|e| chosen.is_none_or(|answered| e.answered.is_some() == answered)).map(|e| EscalationRow {
            id: e.escalation_id.clone(),
            commune: e.unit.as_deref().map(|code| unit_name(&app, code)).unwrap_or_default(),
            officer: e.officer.clone(),
            at: lang.instant(e.escalated_at),
            about: {
                let masked = Subject::from(e.subject.clone()).masked();
                masked.split_once(':').map_or(masked.clone(), |(_, key)| key.to_owned())
            },
            note: e.note.clone(),
            ticket: e.ticket.clone(),
            state: state(e.answered.is_some()).to_owned(),
            state_words: if e.answered.is_some() {
                lang.pick("đã trả lời", "answered")
            } else {
                lang.pick("đang chờ", "waiting")
            }
            .to_owned(),
            answer: e.answered.as_ref().map(|a| a.text.clone()).unwrap_or_default(),
            answered_by: e
                .answered
                .as_ref()
                .map(|a| format!("{}, {}", a.officer, lang.instant(a.at)))
                .unwrap_or_default(),
            may_answer: e.answered.is_none() && actor.may(Permission::AnswerEscalation),
            may_open: actor.may(Permission::Check),
        });
    let rows = rows.collect();
    let link = |which: Option<bool>, label: &str| FilterLink {
        label: label.to_owned(),
        path: which.map_or("/escalations".to_owned(), |answered| format!("/escalations?state={}", state(answered))),
        count: u32::try_from(all.iter().filter(|e| which.is_none_or(|w| e.answered.is_some() == w)).count())
            .unwrap_or(u32::MAX),
        current: chosen == which,
    };
    let filters = vec![
        link(None, lang.pick("tất cả", "all")),
        link(Some(false), lang.pick("đang chờ", "waiting")),
        link(Some(true), lang.pick("đã trả lời", "answered")),
    ];
    draw(&EscalationsPage {
        frame: frame(&app, &who, &reader, "escalations", lang.pick("Việc chuyển lên", "Passed up")).await?,
        sentence: format!("{open} {}", lang.pick("việc đang chờ trả lời", "waiting for an answer")),
        filters,
        rows,
    })
}

#[derive(Deserialize)]
pub struct Escalation {
    look: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    ticket: String,
}

pub async fn escalate(
    State(app): State<App>,
    who: Who,
    reader: Reader,
    request: RequestId,
    Form(form): Form<Escalation>,
) -> Page {
    let look = kept(&app, &who, &form.look)?;
    let checked = one(&app, &who, &look, &request).await?;
    let escalating = Escalating { note: &form.note, ticket: &form.ticket };
    match work::escalate(&app.desk, &who.actor(), &checked, &escalating, app.entropy.as_ref()).await {
        Ok(()) => {
            let notice = reader.lang.pick("Đã chuyển cấp trên.", "It is passed up.").to_owned();
            app.looks.change(&form.look, |look| look.notice = notice);
            see(&format!("/check/{}", form.look))
        }
        Err(problem) if problem.code == "NOTE" || problem.code == "TOO_LONG" => {
            let mut page = super::verdict::page(&app, &who, &reader, &form.look, &look, &checked).await?;
            page.escalation.error =
                reader.lang.pick("Viết cần tỉnh giúp việc gì.", "Write what the province should help with.").into();
            (page.escalation.note, page.escalation.ticket) = (form.note, form.ticket);
            draw_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(problem) => Err(problem.into()),
    }
}

#[derive(Deserialize)]
pub struct Answer {
    #[serde(default)]
    answer: String,
}

pub async fn answer(State(app): State<App>, who: Who, Path(id): Path<String>, Form(form): Form<Answer>) -> Page {
    work::answer(&app.desk, &who.actor(), &id, &form.answer).await?;
    see("/escalations")
}

/// The verdict that it is about, looked at anew.
pub async fn open(State(app): State<App>, who: Who, Path(id): Path<String>) -> Page {
    let all = app.ledger().escalations(&who.actor().scope).await?;
    let nothing = || Problem::usage("NOT_FOUND", "there is no such escalation");
    let subject =
        all.into_iter().find(|e| e.escalation_id == id).map(|e| Subject::from(e.subject)).ok_or_else(nothing)?;
    let question = match subject.kind() {
        "case" => Question::Case(subject.key().to_owned()),
        _ => Question::Number(PersonalId::parse(subject.key()).map_err(|_| nothing())?),
    };
    let handle = app.looks.keep(Look::new(&who, question, None), app.now(), app.entropy.as_ref())?;
    see(&format!("/check/{handle}"))
}
