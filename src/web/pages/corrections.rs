//! Correction requests: what is under way, and one of them.

use super::draw::{Page, draw, draw_with, see};
use super::words::{clock_words, number_words, state_words};
use crate::Lang;
use crate::access::Permission;
use crate::check::wording::label;
use crate::check::wording::owner_words;
use crate::problem::Problem;
use crate::web::app::{App, Failure, Reader, Who, frame};
use crate::web::views::{CorrectionEvent, CorrectionItem, CorrectionPage, CorrectionRow, CorrectionsPage, FilterLink};
use crate::work::{self, Move};
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use config::rules::{source_name_en, source_name_vi};
use reconcile::engine::shown_value;
use schemas::{Finding, SourceId};
use serde::Deserialize;
use store::ledger::{Correction, CorrectionState};

#[derive(Deserialize)]
pub struct Narrow {
    #[serde(default)]
    state: String,
}

pub async fn list(State(app): State<App>, who: Who, reader: Reader, Query(narrow): Query<Narrow>) -> Page {
    let lang = reader.lang;
    let all = app.ledger().corrections(&who.actor().scope).await?;
    let state = CorrectionState::parse(&narrow.state);
    let rows = all.iter().filter(|(c, _)| state.is_none_or(|state| c.state == state)).map(|(c, items)| {
        let (clock, overdue) = clock_words(&app, c.state, c.due_on, lang);
        CorrectionRow {
            number: number_words(c),
            path: format!("/corrections/{}", c.correction_id),
            owner: owner_words(&c.owner, lang).to_owned(),
            items: *items,
            state: c.state.as_str().to_owned(),
            state_words: state_words(c.state, lang).to_owned(),
            sent_on: c.sent_at.map(|at| lang.instant(at)).unwrap_or_default(),
            clock,
            overdue,
        }
    });
    let rows = rows.collect();
    draw(&CorrectionsPage {
        frame: frame(&app, &who, &reader, "corrections", lang.pick("Phiếu đính chính", "Correction requests")).await?,
        sentence: sentence(&app, &all, lang),
        filters: filters(&all, state, lang),
        rows,
    })
}

fn sentence(app: &App, all: &[(Correction, u32)], lang: Lang) -> String {
    let count = |state| all.iter().filter(|(c, _)| c.state == state).count();
    let overdue = all.iter().filter(|(c, _)| clock_words(app, c.state, c.due_on, lang).1).count();
    match lang {
        Lang::Vi => format!(
            "{} phiếu: {} nháp · {} đã gửi, {overdue} quá hạn · {} đã trả lời",
            all.len(),
            count(CorrectionState::Draft),
            count(CorrectionState::Sent),
            count(CorrectionState::Answered)
        ),
        Lang::En => format!(
            "{} requests: {} drafts · {} sent, {overdue} overdue · {} answered",
            all.len(),
            count(CorrectionState::Draft),
            count(CorrectionState::Sent),
            count(CorrectionState::Answered)
        ),
    }
}

fn filters(all: &[(Correction, u32)], chosen: Option<CorrectionState>, lang: Lang) -> Vec<FilterLink> {
    let link = |state: Option<CorrectionState>| {
        let count = all.iter().filter(|(c, _)| state.is_none_or(|state| c.state == state)).count();
        FilterLink {
            label: state.map_or(lang.pick("tất cả", "all"), |state| state_words(state, lang)).to_owned(),
            path: state.map_or("/corrections".to_owned(), |state| format!("/corrections?state={}", state.as_str())),
            count: u32::try_from(count).unwrap_or(u32::MAX),
            current: state == chosen,
        }
    };
    std::iter::once(None).chain(CorrectionState::ALL.map(Some)).map(link).collect()
}

pub async fn one(State(app): State<App>, who: Who, reader: Reader, Path(id): Path<String>) -> Page {
    draw(&page(&app, &who, &reader, &id, "").await?)
}

async fn page(app: &App, who: &Who, reader: &Reader, id: &str, error: &str) -> Result<CorrectionPage, Failure> {
    let lang = reader.lang;
    let actor = who.actor();
    let (c, items) = app.ledger().correction(&actor.scope, id).await?;
    note_view(app, &actor.name, &c).await?;
    let (clock, overdue) = clock_words(app, c.state, c.due_on, lang);
    let may = actor.may(Permission::SendCorrection);
    let to = |next| may && c.state.may_become(next);
    let removable = actor.may(Permission::Draft) && c.state == CorrectionState::Draft;
    Ok(CorrectionPage {
        frame: frame(
            app,
            who,
            reader,
            "corrections",
            &format!("{} {}", lang.pick("Phiếu", "Request"), number_words(&c)),
        )
        .await?,
        number: number_words(&c),
        path: format!("/corrections/{id}"),
        owner: owner_words(&c.owner, lang).to_owned(),
        state: c.state.as_str().to_owned(),
        state_words: state_words(c.state, lang).to_owned(),
        clock,
        overdue,
        made_by: c.created_by.clone(),
        made_on: lang.instant(c.created_at),
        items: items.iter().map(|item| item_view(app, &item.finding_id, &item.finding, removable, lang)).collect(),
        history: history(&c, lang),
        may_send: to(CorrectionState::Sent) && !items.is_empty(),
        may_withdraw: to(CorrectionState::Withdrawn),
        may_answer: to(CorrectionState::Answered),
        may_close: to(CorrectionState::Closed),
        error: error.to_owned(),
    })
}

/// Who opens a request sees people's values.
pub(super) async fn note_view(app: &App, actor: &str, correction: &Correction) -> Result<(), Problem> {
    let about = format!("correction:{}", correction.correction_id);
    let detail = serde_json::json!({ "correction": correction.correction_id }).to_string();
    Ok(app.desk.workspace.trail.note(actor, "correction.view", &about, detail).await?)
}

fn history(c: &Correction, lang: Lang) -> Vec<CorrectionEvent> {
    let event = |at: Option<jiff::Timestamp>, who: &str, what: String| {
        at.map(|at| CorrectionEvent { at: lang.instant(at), who: who.to_owned(), what })
    };
    let ended = state_words(c.state, lang);
    [
        event(Some(c.created_at), &c.created_by, lang.pick("lập phiếu", "drafted").to_owned()),
        event(c.sent_at, "", lang.pick("gửi đi", "sent").to_owned()),
        event(
            c.answered_at,
            "",
            format!("{}: {}", lang.pick("trả lời", "answered"), c.answer.as_deref().unwrap_or_default()),
        ),
        event(c.closed_at, "", ended.to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A finding as the agency that must correct it reads it.
pub(super) fn item_view(app: &App, id: &str, finding: &Finding, may_remove: bool, lang: Lang) -> CorrectionItem {
    let words = |text: &str| shown_value(&finding.field, text, lang == Lang::Vi);
    let shown = |value: &schemas::SourceValue| value.value.as_ref().map(|v| words(v.expose())).unwrap_or_default();
    let of_source: Vec<&schemas::SourceValue> = finding.values.iter().filter(|v| v.source == finding.source).collect();
    let reference = finding.values.iter().find(|v| v.source != finding.source);
    let asked = finding.suggestion.as_ref().map(|s| words(s.expose())).or_else(|| reference.map(shown));
    let basis = reference.map(|r| {
        let day = r.updated_on.as_deref().map(|day| format!(" ({})", lang.date(day))).unwrap_or_default();
        format!("{}{day}", source_words(app, &r.source, lang))
    });
    CorrectionItem {
        item: id.to_owned(),
        subject: finding.subject.key().to_owned(),
        record: of_source.iter().map(|v| v.record_key.as_str()).collect::<Vec<_>>().join("; "),
        field: label(&finding.field, lang).to_owned(),
        value_now: of_source.iter().map(|v| shown(v)).filter(|v| !v.is_empty()).collect::<Vec<_>>().join("; "),
        value_asked: asked.unwrap_or_default(),
        basis: basis
            .unwrap_or_else(|| lang.pick(finding.explanation_vi.expose(), finding.explanation_en.expose()).to_owned()),
        may_remove,
    }
}

/// A configured source as people call it.
pub(super) fn source_words(app: &App, source: &SourceId, lang: Lang) -> String {
    match app.desk.workspace.settings.sources.get(source) {
        Some(settings) => lang.pick(source_name_vi(settings.system()), source_name_en(settings.system())).to_owned(),
        None => source.to_string(),
    }
}

async fn moved(app: &App, who: &Who, id: &str, step: Move<'_>) -> Page {
    work::step(&app.desk, &who.actor(), id, step).await?;
    see(&format!("/corrections/{id}"))
}

pub async fn send(State(app): State<App>, who: Who, Path(id): Path<String>) -> Page {
    moved(&app, &who, &id, Move::Send).await
}

pub async fn withdraw(State(app): State<App>, who: Who, Path(id): Path<String>) -> Page {
    moved(&app, &who, &id, Move::Withdraw).await
}

pub async fn close(State(app): State<App>, who: Who, Path(id): Path<String>) -> Page {
    moved(&app, &who, &id, Move::Close).await
}

#[derive(Deserialize)]
pub struct Answer {
    #[serde(default)]
    answer: String,
}

pub async fn answered(
    State(app): State<App>,
    who: Who,
    reader: Reader,
    Path(id): Path<String>,
    Form(form): Form<Answer>,
) -> Page {
    match work::step(&app.desk, &who.actor(), &id, Move::Answered(&form.answer)).await {
        Ok(_) => see(&format!("/corrections/{id}")),
        Err(problem) if problem.code == "ANSWER" => {
            let error = reader.lang.pick("Ghi cơ quan đã trả lời thế nào.", "Write what the agency answered.");
            draw_with(StatusCode::UNPROCESSABLE_ENTITY, &page(&app, &who, &reader, &id, error).await?)
        }
        Err(problem) => Err(problem.into()),
    }
}

#[derive(Deserialize)]
pub struct Remove {
    item: String,
}

pub async fn remove(State(app): State<App>, who: Who, Path(id): Path<String>, Form(form): Form<Remove>) -> Page {
    let (c, items) = app.ledger().correction(&who.actor().scope, &id).await?;
    if c.state != CorrectionState::Draft || !items.iter().any(|item| item.finding_id == form.item) {
        return Err(Problem::usage("WRONG_STATE", "only what is in a draft can be taken out").into());
    }
    let (name, about) = (who.actor().name, format!("correction:{id}"));
    let detail = serde_json::json!({ "correction": id, "finding": form.item }).to_string();
    app.desk.workspace.trail.note(&name, "correction.remove", &about, detail).await?;
    app.ledger().undraft(&form.item).await?;
    see(if items.len() == 1 { "/corrections".to_owned() } else { format!("/corrections/{id}") }.as_str())
}
