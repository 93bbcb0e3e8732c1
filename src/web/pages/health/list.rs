//! All communes, worst first.

use super::strip::Strips;
use super::{age, board, source_name, state_view};
use crate::Lang;
use crate::province::{Board, CommuneRow, FindingTrend, SourceColumn, words};
use crate::web::app::{App, Reader, Who, frame};
use crate::web::pages::draw::{Page, draw};
use crate::web::views::{FilterLink, HealthCell, HealthPage, HealthRow, HealthSource};
use axum::extract::{Query, State};
use health::State as Health;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

#[derive(Deserialize, Default, Clone)]
pub struct Narrow {
    /// A state's word, or nothing.
    #[serde(default)]
    pub state: String,
    /// A part of a commune's name or code.
    #[serde(default)]
    pub q: String,
    /// `name`, `verified`, `findings`, `stale` or `ready`; else worst first.
    #[serde(default)]
    pub sort: String,
}

pub const SORTS: [&str; 6] = ["", "name", "verified", "findings", "stale", "ready"];

impl Narrow {
    fn path(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let parts = [("state", &self.state), ("q", &self.q), ("sort", &self.sort)];
        parts.into_iter().filter(|(_, value)| !value.is_empty()).for_each(|(name, value)| {
            query.append_pair(name, value);
        });
        match query.finish() {
            empty if empty.is_empty() => "/health".to_owned(),
            query => format!("/health?{query}"),
        }
    }

    /// What is no state and no order is left out.
    fn known(mut self) -> Self {
        if Health::parse(&self.state).is_none() {
            self.state.clear();
        }
        if !SORTS.contains(&self.sort.as_str()) {
            self.sort.clear();
        }
        self.q.truncate(self.q.char_indices().nth(60).map_or(self.q.len(), |(at, _)| at));
        self
    }

    pub fn apply<'b>(&self, board: &'b Board) -> Vec<&'b CommuneRow> {
        let state = Health::parse(&self.state);
        let wanted = folded(&self.q);
        let fits = |row: &&CommuneRow| {
            state.is_none_or(|state| row.state == state)
                && (wanted.is_empty() || folded(&row.name).contains(&wanted) || row.code == self.q.trim())
        };
        let mut rows: Vec<&CommuneRow> = board.communes.iter().filter(fits).collect();
        let share = |row: &CommuneRow| row.stale.map_or(0.0, |s| s.stale as f64 / s.addresses.max(1) as f64);
        match self.sort.as_str() {
            "name" => rows.sort_by_key(|row| (folded(&row.name), row.name.clone())),
            "verified" => rows.sort_by_key(|row| row.verified_through),
            "findings" => rows.sort_by_key(|row| std::cmp::Reverse(row.findings.map(|f| (f.stops, f.all())))),
            "stale" => rows.sort_by(|a, b| share(b).total_cmp(&share(a))),
            "ready" => rows.sort_by_key(|row| (row.readiness.have, row.readiness.signed_off)),
            _ => {}
        }
        rows
    }
}

/// Without marks and capitals: what people type into a search box.
fn folded(text: &str) -> String {
    let lower = text.trim().to_lowercase().replace('đ', "d");
    lower.nfd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).collect()
}

pub async fn list(State(app): State<App>, who: Who, reader: Reader, Query(narrow): Query<Narrow>) -> Page {
    let lang = reader.lang;
    let board = board(&app, &who).await?;
    let narrow = narrow.known();
    let shown = narrow.apply(&board);
    let mut strips = Strips::default();
    let rows = shown.iter().map(|row| view(row, &mut strips, lang)).collect();
    draw(&HealthPage {
        frame: frame(&app, &who, &reader, "health", lang.pick("Tình trạng các xã", "Health of communes")).await?,
        sentence: words::sentence(&board.counts, lang),
        as_of: as_of(&board, lang),
        failure: failure(&board, lang),
        filters: filters(&board, &narrow, lang),
        sorts: sorts(&narrow, board.communes.len(), lang),
        q: narrow.q.clone(),
        state: narrow.state.clone(),
        sort: narrow.sort.clone(),
        sources: board.sources.iter().map(|source| header(source, &board.sources, lang)).collect(),
        shapes: strips.shapes,
        rows,
        nights: app.desk.workspace.settings.health.nights,
    })
}

fn header(source: &SourceColumn, all: &[SourceColumn], lang: Lang) -> HealthSource {
    let bad: usize = source.counts.by_state.iter().filter(|(state, _)| !state.is_calm()).map(|(_, count)| count).sum();
    HealthSource {
        id: source.id.to_string(),
        name: source_name(source, all, lang),
        note: match (bad, source.required) {
            (0, true) => String::new(),
            (0, false) => lang.pick("không bắt buộc", "not required").to_owned(),
            (bad, _) => format!("{bad} {}", lang.pick("xã chưa ổn", "not well")),
        },
    }
}

fn view(row: &CommuneRow, strips: &mut Strips, lang: Lang) -> HealthRow {
    let cells = row.sources.iter().map(|cell| HealthCell {
        state: state_view(cell.judged.state, lang),
        strip: strips.name(&cell.strip, lang),
        age: age(cell.judged.age, lang),
    });
    HealthRow {
        code: row.code.clone(),
        name: row.name.clone(),
        state: state_view(row.state, lang),
        cells: cells.collect(),
        verified: row.verified_through.map(|day| lang.date(&day.to_string())).unwrap_or_default(),
        findings: row.findings.map(|findings| findings_words(findings, lang)).unwrap_or_default(),
        trend: row.findings.map(trend).unwrap_or_default(),
        stale: row.stale.map(|share| percent(share.stale, share.addresses, lang)).unwrap_or_default(),
        ready: if row.readiness.of == 0 {
            String::new()
        } else {
            format!("{}/{}", row.readiness.have, row.readiness.of)
        },
    }
}

/// “3 dừng · 12 kiểm tra · 40 lưu ý” is too long for a row: the three numbers, in that order.
pub fn findings_words(findings: FindingTrend, lang: Lang) -> String {
    let number = |value: i64| lang.number(u64::try_from(value).unwrap_or(0));
    format!("{} · {} · {}", number(findings.stops), number(findings.checks), number(findings.notes))
}

/// Since a week ago: “↑12”, “↓3”, “=”.
pub fn trend(findings: FindingTrend) -> String {
    match findings.before.map(|before| findings.all() - before) {
        None => String::new(),
        Some(0) => "=".to_owned(),
        Some(more) if more > 0 => format!("↑{more}"),
        Some(less) => format!("↓{}", -less),
    }
}

pub fn percent(part: u64, whole: u64, lang: Lang) -> String {
    format!("{} %", lang.decimal(part as f64 * 100.0 / whole.max(1) as f64))
}

pub fn as_of(board: &Board, lang: Lang) -> String {
    match board.data_as_of {
        Some(at) => format!("{} {}", lang.pick("số liệu đến", "data as of"), lang.instant(at)),
        None => lang.pick("có nguồn bắt buộc chưa từng tải được", "a required source has never been read").to_owned(),
    }
}

/// The newest run failed as a whole: said on top, with its code.
pub fn failure(board: &Board, lang: Lang) -> String {
    match &board.failure {
        Some((code, cause)) => {
            format!(
                "{} [{code}]: {cause}",
                lang.pick("Lượt chạy gần nhất không xong", "The newest run did not end well")
            )
        }
        None => String::new(),
    }
}

fn filters(board: &Board, narrow: &Narrow, lang: Lang) -> Vec<FilterLink> {
    let link = |word: &str, label: &str, count: usize| FilterLink {
        label: label.to_owned(),
        path: Narrow { state: word.to_owned(), ..narrow.clone() }.path(),
        count: u32::try_from(count).unwrap_or(u32::MAX),
        current: narrow.state == word,
    };
    let mut links = vec![link("", lang.pick("Tất cả", "All"), board.counts.all)];
    let there = Health::ALL.into_iter().filter(|state| board.counts.of(*state) > 0);
    links.extend(there.map(|state| link(state.as_str(), words::state(state, lang), board.counts.of(state))));
    links
}

fn sorts(narrow: &Narrow, count: usize, lang: Lang) -> Vec<FilterLink> {
    let label = |sort: &str| match sort {
        "name" => lang.pick("tên", "name"),
        "verified" => lang.pick("đối soát đến", "verified through"),
        "findings" => lang.pick("sai lệch", "findings"),
        "stale" => lang.pick("tên cũ", "old names"),
        "ready" => lang.pick("sẵn sàng", "readiness"),
        _ => lang.pick("nặng nhất trước", "worst first"),
    };
    SORTS
        .into_iter()
        .map(|sort| FilterLink {
            label: label(sort).to_owned(),
            path: Narrow { sort: sort.to_owned(), ..narrow.clone() }.path(),
            count: u32::try_from(count).unwrap_or(u32::MAX),
            current: narrow.sort == sort,
        })
        .collect()
}
