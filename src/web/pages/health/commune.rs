//! One commune: each source with its last trouble in plain words, and what it still lacks.

use super::list::{findings_words, percent, trend};
use super::strip::Strips;
use super::{age, board, source_name, state_view};
use crate::Lang;
use crate::access::Permission;
use crate::problem::Problem;
use crate::province::readiness::STATES;
use crate::province::{CommuneRow, Quality, SourceCell, SourceColumn, words};
use crate::web::app::{App, Failure, Reader, Who, frame};
use crate::web::pages::draw::{Page, draw, see};
use crate::web::pages::sign_in::note;
use crate::web::views::{CommunePage, CommuneSource, ReadinessLine};
use axum::extract::{Form, Path, State};
use schemas::{Band, Criterion};
use serde::Deserialize;
use store::Scope;
use store::ledger::{ReadinessRow, SourceNight};

/// A note is a sentence.
const LONGEST_NOTE: usize = 300;

pub async fn one(State(app): State<App>, who: Who, reader: Reader, Path(code): Path<String>) -> Page {
    let lang = reader.lang;
    let board = board(&app, &who).await?;
    let row = board.commune(&code).ok_or_else(unknown)?;
    let history = app.boards.history().await?;
    let mut strips = Strips::default();
    let sources = row.sources.iter().zip(&board.sources).map(|(cell, source)| CommuneSource {
        tried: history.newest_of(source.id.as_str()).map(|night| tried(night, lang)).unwrap_or_default(),
        ..of_source(cell, source, &board.sources, &mut strips, lang)
    });
    let sources = sources.collect();
    let actor = who.actor();
    draw(&CommunePage {
        frame: frame(&app, &who, &reader, "health", &row.name).await?,
        code: row.code.clone(),
        name: row.name.clone(),
        state: state_view(row.state, lang),
        verified: verified(row, lang),
        findings: row.findings.map(|f| format!("{} {}", findings_words(f, lang), trend(f))).unwrap_or_default(),
        stale: row.stale.map(|s| percent(s.stale, s.addresses, lang)).unwrap_or_default(),
        sources,
        shapes: strips.shapes,
        readiness: lines(&app, &code, lang).await?,
        may_fill: actor.may(Permission::FillReadiness),
        may_sign_off: actor.may(Permission::SignOffReadiness),
        may_run: actor.may(Permission::RunNights),
        may_fetch: actor.may(Permission::Draft),
    })
}

/// A commune of another scope and one that does not exist look the same.
fn unknown() -> Problem {
    Problem::usage("NOT_FOUND", "there is no such commune here")
}

fn of_source(
    cell: &SourceCell,
    source: &SourceColumn,
    all: &[SourceColumn],
    strips: &mut Strips,
    lang: Lang,
) -> CommuneSource {
    let said = cell.judged.code.as_deref().map(|code| (code, words::trouble(code, lang)));
    CommuneSource {
        id: source.id.to_string(),
        name: source_name(source, all, lang),
        required: source.required,
        state: state_view(cell.judged.state, lang),
        strip: strips.name(&cell.strip, lang),
        age: age(cell.judged.age, lang),
        as_of: cell.good.map(|at| lang.instant(at)).unwrap_or_default(),
        quality: cell.quality.as_ref().map(|quality| quality_words(quality, lang)).unwrap_or_default(),
        code: said.map(|(code, _)| code.to_owned()).unwrap_or_default(),
        trouble: said.map(|(_, (what, _))| what.to_owned()).unwrap_or_default(),
        tried: String::new(),
        what_to_do: said.map(|(_, (_, next))| next.to_owned()).unwrap_or_default(),
        who: cell.judged.blame.map(|blame| words::blame(blame, lang).to_owned()).unwrap_or_default(),
        contact: source.contact.clone(),
    }
}

/// “231 lượt gọi, 10 lần gọi lại, ngắt mạch 1 lần (đêm 24/11/2026)”.
fn tried(night: &SourceNight, lang: Lang) -> String {
    let count = |value: i64| lang.number(u64::try_from(value).unwrap_or(0));
    format!(
        "{} {}, {} {}, {} {} ({} {})",
        count(night.requests),
        lang.pick("lượt gọi", "requests"),
        count(night.retries),
        lang.pick("lần gọi lại", "retries"),
        count(night.breaker_openings),
        lang.pick("lần ngắt mạch", "times the breaker opened"),
        lang.pick("đêm", "night of"),
        lang.date(&night.night.to_string())
    )
}

/// The index with its band in a word, then the criteria in the order of the law.
fn quality_words(quality: &Quality, lang: Lang) -> String {
    let share = |hundredths: u32| percent(u64::from(hundredths), 10_000, lang);
    let band = match quality.band {
        Some(Band::Green) => lang.pick("tốt", "good"),
        Some(Band::Yellow) => lang.pick("cần cải thiện", "to be improved"),
        Some(Band::Red) => lang.pick("kém", "poor"),
        None => "",
    };
    let criteria: Vec<String> =
        quality.criteria.iter().map(|(one, value)| format!("{} {}", criterion(*one, lang), share(*value))).collect();
    format!("{} ({band}): {}", share(quality.dqi), criteria.join(" · "))
}

fn criterion(criterion: Criterion, lang: Lang) -> &'static str {
    match criterion {
        Criterion::Accuracy => lang.pick("đúng", "accurate"),
        Criterion::Completeness => lang.pick("đủ", "complete"),
        Criterion::Cleanness => lang.pick("sạch", "clean"),
        Criterion::Timeliness => lang.pick("sống", "timely"),
        Criterion::Consistency => lang.pick("thống nhất", "consistent"),
    }
}

fn verified(row: &CommuneRow, lang: Lang) -> String {
    let day = |day: jiff::civil::Date| lang.date(&day.to_string());
    match (row.verified_through, row.unbroken_since) {
        (Some(through), Some(since)) if since < through => {
            format!("{} ({} {})", day(through), lang.pick("liền mạch từ", "without a gap since"), day(since))
        }
        (Some(through), _) => day(through),
        _ => lang.pick("chưa có", "never").to_owned(),
    }
}

async fn lines(app: &App, code: &str, lang: Lang) -> Result<Vec<ReadinessLine>, Failure> {
    let filled = app.ledger().readiness(&Scope::parse(code)).await?;
    let items = &app.desk.workspace.settings.health.readiness;
    let line = |item: &config::settings::ReadinessItem| {
        let row = filled.iter().find(|row| row.item == item.code);
        ReadinessLine {
            item: item.code.clone(),
            name: lang.pick(&item.vi, &item.en).to_owned(),
            state: row.map(|row| row.state.clone()).unwrap_or_default(),
            words: row.map_or(lang.pick("chưa điền", "not filled in"), |row| state_words(&row.state, lang)).to_owned(),
            note: row.map(|row| row.note.clone()).unwrap_or_default(),
            filled: row.map(|row| format!("{}, {}", row.filled_by, lang.instant(row.filled_at))).unwrap_or_default(),
            signed_off: row
                .and_then(|row| row.signed_off.as_ref())
                .map(|(by, at)| format!("{by}, {}", lang.instant(*at)))
                .unwrap_or_default(),
        }
    };
    Ok(items.iter().map(line).collect())
}

fn state_words(state: &str, lang: Lang) -> &'static str {
    match state {
        "have" => lang.pick("đã có", "there"),
        "partly" => lang.pick("mới có một phần", "partly"),
        _ => lang.pick("chưa có", "missing"),
    }
}

#[derive(Deserialize)]
pub struct Filled {
    item: String,
    state: String,
    #[serde(default)]
    note: String,
}

pub async fn fill(State(app): State<App>, who: Who, Path(code): Path<String>, Form(filled): Form<Filled>) -> Page {
    let actor = who.actor();
    if !actor.scope.sees(Some(&code)) || !app.boards.knows(&code) {
        return Err(unknown().into());
    }
    let items = &app.desk.workspace.settings.health.readiness;
    if !items.iter().any(|item| item.code == filled.item) || !STATES.contains(&filled.state.as_str()) {
        return Err(Problem::usage("NOT_FOUND", "there is no such item, or no such state").into());
    }
    let row = ReadinessRow {
        commune: code.clone(),
        item: filled.item.clone(),
        state: filled.state,
        note: filled.note.chars().take(LONGEST_NOTE).collect(),
        filled_by: actor.name.clone(),
        filled_at: app.now(),
        signed_off: None,
    };
    note(&app, &actor.name, "readiness.fill", &format!("{code}/{}", filled.item)).await?;
    app.ledger().fill_readiness(&actor.scope, &row).await?;
    see(&format!("/health/communes/{code}#readiness"))
}

#[derive(Deserialize)]
pub struct SignedOff {
    item: String,
}

pub async fn sign_off(
    State(app): State<App>,
    who: Who,
    Path(code): Path<String>,
    Form(signed): Form<SignedOff>,
) -> Page {
    let actor = who.actor();
    if !actor.scope.sees(Some(&code)) {
        return Err(unknown().into());
    }
    note(&app, &actor.name, "readiness.sign_off", &format!("{code}/{}", signed.item)).await?;
    app.ledger().sign_off_readiness(&code, &signed.item, &actor.name, app.now()).await?;
    see(&format!("/health/communes/{code}#readiness"))
}
