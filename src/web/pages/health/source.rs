//! One source: what it was asked night by night, how it stands, and its incidents.

use super::{board, source_name, state_view};
use crate::Lang;
use crate::problem::Problem;
use crate::province::{Board, SourceColumn};
use crate::watch::Incidents;
use crate::web::app::{App, Reader, Who, frame};
use crate::web::pages::draw::{Page, draw};
use crate::web::pages::incidents::line;
use crate::web::views::{SourceNightRow, SourcePage, StateCount};
use axum::extract::{Path, State};
use health::State as Health;
use store::ledger::SourceNight;

pub async fn source(State(app): State<App>, who: Who, reader: Reader, Path(id): Path<String>) -> Page {
    let lang = reader.lang;
    let board = board(&app, &who).await?;
    let source = board.sources.iter().find(|source| source.id.as_str() == id);
    let source = source.ok_or_else(|| Problem::usage("NOT_FOUND", "there is no such source"))?;
    let history = app.boards.history().await?;
    let settings = &app.desk.workspace.settings.sources[&source.id];
    let nights = history.asked.iter().rev().filter(|night| night.source == id);
    let quota = settings.nightly_quota;
    let incidents = Incidents::recent(app.ledger(), app.now()).await?;
    let of_it = incidents
        .iter()
        .filter(|incident| incident.sources.contains(&id) || Some(&incident.name) == source.interconnect.as_ref());
    draw(&SourcePage {
        frame: frame(&app, &who, &reader, "health", &source_name(source, &board.sources, lang)).await?,
        name: source_name(source, &board.sources, lang),
        id: id.clone(),
        states: states(source, lang),
        interconnect: source.interconnect.clone().unwrap_or_default(),
        contact: source.contact.clone(),
        freshness: format!("{} {}", settings.freshness_hours, lang.pick("giờ", "hours")),
        as_of: as_of(&board, source, lang),
        nights: nights.map(|night| row(night, quota, lang)).collect(),
        incidents: of_it.map(|incident| line(incident, &app.desk.workspace.settings, lang)).collect(),
    })
}

fn states(source: &SourceColumn, lang: Lang) -> Vec<StateCount> {
    let there = Health::ALL.into_iter().filter(|state| source.counts.of(*state) > 0);
    there.map(|state| StateCount { state: state_view(state, lang), count: source.counts.of(state) }).collect()
}

fn as_of(board: &Board, source: &SourceColumn, lang: Lang) -> String {
    let at = board.sources.iter().position(|other| other.id == source.id);
    let newest = at.and_then(|at| board.communes.iter().filter_map(|row| row.sources[at].good).max());
    newest.map(|at| lang.instant(at)).unwrap_or_default()
}

fn row(night: &SourceNight, quota: u64, lang: Lang) -> SourceNightRow {
    let count = |value: i64| lang.number(u64::try_from(value).unwrap_or(0));
    let requests = u64::try_from(night.requests).unwrap_or(0);
    let each = if requests == 0 { String::new() } else { lang.decimal(night.seconds * 1000.0 / requests as f64) };
    SourceNightRow {
        night: lang.date(&night.night.to_string()),
        requests: count(night.requests),
        retries: count(night.retries),
        breaker: count(night.breaker_openings),
        each_ms: each,
        records: count(night.records),
        quarantined: count(night.quarantined),
        quota: if quota == 0 { "–".to_owned() } else { super::list::percent(requests, quota, lang) },
    }
}
