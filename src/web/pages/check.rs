//! The one box, and what comes of it.

use super::draw::{Page, draw, draw_with, see};
use super::verdict;
use super::words::outside_reasons;
use crate::Lang;
use crate::check::{Asking, Checked, Live, Looked, Question, look, procedure_code};
use crate::problem::Problem;
use crate::web::app::{App, Failure, Look, Reader, RequestId, Who, frame};
use crate::web::views::{CandidateRow, CandidatesPage, CheckPage, Choice, NotVisiblePage, SearchBox};
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode};
use reconcile::verdict::Caveat;
use schemas::{PersonalId, Subject};
use serde::Deserialize;

/// Of many people who fit, as many are listed as fit a screen.
const MOST_SHOWN: usize = 20;

/// The box, with what stands in it.
pub(super) fn search_box(app: &App, procedure: &str, compact: bool) -> SearchBox {
    let choice = |p: &config::procedures::Procedure| Choice {
        value: p.code.clone(),
        label: p.name.clone(),
        chosen: p.code == procedure,
    };
    SearchBox {
        question: String::new(),
        error: String::new(),
        procedure: procedure.to_owned(),
        procedures: app.desk.procedures.iter().map(choice).collect(),
        compact,
    }
}

pub async fn form(State(app): State<App>, who: Who, reader: Reader) -> Page {
    let frame = frame(&app, &who, &reader, "check", reader.lang.pick("Tra cứu", "Check")).await?;
    draw(&CheckPage { frame, search: search_box(&app, "", false) })
}

#[derive(Deserialize)]
pub struct Asked {
    question: String,
    #[serde(default)]
    procedure: String,
}

pub async fn ask(State(app): State<App>, who: Who, reader: Reader, Form(asked): Form<Asked>) -> Page {
    // What is chosen from the list may come with its name behind it.
    let procedure = asked.procedure.split_whitespace().next().unwrap_or_default().to_owned();
    let both = Question::parse(&asked.question).and_then(|question| Ok((question, procedure_code(&procedure)?)));
    match both {
        Ok((question, procedure)) => {
            let look = Look::new(&who, question, procedure.map(str::to_owned));
            let handle = app.looks.keep(look, app.now(), app.entropy.as_ref())?;
            see(&format!("/check/{handle}"))
        }
        Err(problem) => {
            let frame = frame(&app, &who, &reader, "check", reader.lang.pick("Tra cứu", "Check")).await?;
            let error = problem.next_step(reader.lang).to_owned();
            let search = SearchBox { question: asked.question, error, ..search_box(&app, &procedure, false) };
            draw_with(StatusCode::UNPROCESSABLE_ENTITY, &CheckPage { frame, search })
        }
    }
}

/// A look that is kept; who comes back too late, or with another's, asks again.
pub(super) fn kept(app: &App, who: &Who, handle: &str) -> Result<Look, Failure> {
    let look = app.looks.get(handle, &who.signed_in.account.account_id, app.now());
    look.ok_or_else(|| Problem::usage("NOT_FOUND", "what was looked at is no longer held: look again").into())
}

/// Looks anew: each time a page is drawn is a look, and is in the audit log.
pub(super) async fn looked(
    app: &App,
    who: &Who,
    look_: &Look,
    request: &RequestId,
    live: Live<'_>,
) -> Result<Looked, Failure> {
    let actor = who.actor();
    let asking = Asking {
        actor: &actor,
        request_id: &request.0,
        procedure: look_.procedure.as_deref(),
        outside: look_.outside.as_deref(),
        outside_note: &look_.outside_note,
        live,
    };
    Ok(look(&app.desk, &look_.question, &asking).await?)
}

/// One subject of a look, for what is done about it.
pub(super) async fn one(app: &App, who: &Who, look: &Look, request: &RequestId) -> Result<Checked, Failure> {
    match looked(app, who, look, request, Live::Known(&look.live)).await? {
        Looked::One(checked) => Ok(*checked),
        Looked::Several(_) => Err(Problem::usage("NOT_FOUND", "choose one of the people first").into()),
    }
}

pub async fn again(
    State(app): State<App>,
    who: Who,
    reader: Reader,
    request: RequestId,
    Path(handle): Path<String>,
) -> Page {
    let look = kept(&app, &who, &handle)?;
    let looked = looked(&app, &who, &look, &request, Live::Known(&look.live)).await?;
    shown(&app, &who, &reader, &handle, &look, looked).await
}

async fn shown(app: &App, who: &Who, reader: &Reader, handle: &str, look: &Look, looked: Looked) -> Page {
    match looked {
        Looked::One(checked) if checked.verdict.caveats.contains(&Caveat::Nowhere) => {
            not_visible(app, who, reader, handle, look, "").await
        }
        Looked::One(checked) => draw(&verdict::page(app, who, reader, handle, look, &checked).await?),
        Looked::Several(people) => {
            let numbers = people.iter().map(|person| person.person.clone()).collect();
            app.looks.change(handle, |look| look.candidates = numbers);
            let lang = reader.lang;
            let frame =
                frame(app, who, reader, "check", lang.pick("Nhiều người phù hợp", "Several people fit")).await?;
            let row = |(at, person): (usize, &crate::check::Candidate)| {
                let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
                CandidateRow {
                    candidate: at.to_string(),
                    masked_number: Subject::person(&person.person).masked().trim_start_matches("person:").to_owned(),
                    name: or(&person.name),
                    birth_date: person.birth_date.as_deref().map_or_else(|| "–".to_owned(), |day| lang.date(day)),
                    residence: or(&person.residence),
                }
            };
            draw(&CandidatesPage {
                frame,
                search: search_box(app, look.procedure.as_deref().unwrap_or_default(), true),
                handle: handle.to_owned(),
                count: format!("{} {}", people.len(), lang.pick("người phù hợp", "people fit")),
                more: people.len() > MOST_SHOWN,
                people: people.iter().enumerate().take(MOST_SHOWN).map(row).collect(),
            })
        }
    }
}

/// The same for who is nowhere and for who is of another commune.
async fn not_visible(app: &App, who: &Who, reader: &Reader, handle: &str, look: &Look, error: &str) -> Page {
    let frame = frame(app, who, reader, "check", reader.lang.pick("Không tìm thấy", "Not found")).await?;
    let page = NotVisiblePage {
        frame,
        search: search_box(app, look.procedure.as_deref().unwrap_or_default(), true),
        handle: handle.to_owned(),
        reasons: outside_reasons(reader.lang),
        error: error.to_owned(),
        reason_text: String::new(),
    };
    let status = if error.is_empty() { StatusCode::NOT_FOUND } else { StatusCode::UNPROCESSABLE_ENTITY };
    draw_with(status, &page)
}

#[derive(Deserialize)]
pub struct Chosen {
    look: String,
    candidate: usize,
}

pub async fn choose(State(app): State<App>, who: Who, Form(chosen): Form<Chosen>) -> Page {
    let look = kept(&app, &who, &chosen.look)?;
    let number = look.candidates.get(chosen.candidate).and_then(|number| PersonalId::parse(number).ok());
    let number = number.ok_or_else(|| Problem::usage("NOT_FOUND", "there is no such person in the list"))?;
    let look = Look { question: Question::Number(number), candidates: Vec::new(), ..look };
    let handle = app.looks.keep(look, app.now(), app.entropy.as_ref())?;
    see(&format!("/check/{handle}"))
}

#[derive(Deserialize)]
pub struct Anyway {
    look: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    reason_text: String,
}

pub async fn anyway(State(app): State<App>, who: Who, reader: Reader, Form(form): Form<Anyway>) -> Page {
    let look = kept(&app, &who, &form.look)?;
    let is_reason = crate::check::REASONS.contains(&form.reason.as_str());
    if !is_reason || form.reason_text.trim().is_empty() {
        let error = reader.lang.pick("Chọn một lý do và viết rõ thêm.", "Choose a reason and say more about it.");
        return not_visible(&app, &who, &reader, &form.look, &look, error).await;
    }
    let look = Look { outside: Some(form.reason), outside_note: form.reason_text, ..look };
    let handle = app.looks.keep(look, app.now(), app.entropy.as_ref())?;
    see(&format!("/check/{handle}"))
}

#[derive(Deserialize)]
pub struct AskNow {
    look: String,
}

/// Asks the sources now. Without scripts the whole page comes anew.
pub async fn ask_now(
    State(app): State<App>,
    who: Who,
    reader: Reader,
    request: RequestId,
    headers: HeaderMap,
    Form(form): Form<AskNow>,
) -> Page {
    let look = kept(&app, &who, &form.look)?;
    let before = one(&app, &who, &look, &request).await?.verdict.conclusion;
    let Looked::One(checked) = looked(&app, &who, &look, &request, Live::Ask(&app.live)).await? else {
        return Err(Problem::usage("NOT_FOUND", "choose one of the people first").into());
    };
    let answers = checked.live_answers.clone();
    let asked = answers.iter().filter(|answer| answer.is_an_answer()).count();
    let notice = match reader.lang {
        Lang::Vi => format!("Đã hỏi {} nguồn, {asked} nguồn trả lời. Xem mục “Hỏi ngay các nguồn”.", answers.len()),
        Lang::En => format!("{} sources were asked, {asked} answered. See “Ask the sources now”.", answers.len()),
    };
    app.looks.change(&form.look, |look| (look.live, look.notice) = (answers, notice));
    if !headers.contains_key("hx-request") {
        return see(&format!("/check/{}", form.look));
    }
    let frame = frame(&app, &who, &reader, "check", "").await?;
    let changed = before != checked.verdict.conclusion;
    draw(&verdict::asked_part(&app, frame, &form.look, &checked, changed))
}
