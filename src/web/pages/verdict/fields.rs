//! Field by field, a column a source.

use super::name_of;
use crate::Lang;
use crate::check::Checked;
use crate::check::wording::{answer_words, label, level_words};
use crate::web::app::App;
use crate::web::pages::words::age_words;
use crate::web::views::{Cell, FieldRow, SourceColumn, Stretch};
use reconcile::engine::{FieldBeside, ValueBeside};
use reconcile::explain::differences;
use schemas::{Level, SourceId};

/// The sources that say something, in the order of references.
fn speaking(checked: &Checked) -> Vec<&SourceId> {
    let mut sources: Vec<&SourceId> = Vec::new();
    for value in checked.fields.iter().flat_map(|field| &field.values) {
        let Some(record) = checked.records.get(value.row) else { continue };
        if !sources.contains(&&record.source) {
            sources.push(&record.source);
        }
    }
    sources
}

pub fn columns(app: &App, checked: &Checked, lang: Lang) -> Vec<SourceColumn> {
    let column = |source: &&SourceId| {
        let answer = checked.answers.iter().find(|answer| answer.source == **source);
        let as_of = answer.and_then(|answer| answer.as_of);
        let issued = checked.records.iter().find(|r| r.source == **source).and_then(|r| r.updated_at.as_deref());
        let age = match (answer, as_of) {
            (Some(_), Some(as_of)) => {
                let seconds = app.now().duration_since(as_of).as_secs();
                let until = lang.pick("số liệu đến", "data as of");
                format!("{until} {}, {}", lang.instant(as_of), age_words(seconds, lang))
            }
            // A card is as old as it is.
            (None, _) => issued
                .map(|day| {
                    format!("{} {}", lang.pick("cấp ngày", "issued on"), lang.date(day.get(..10).unwrap_or(day)))
                })
                .unwrap_or_default(),
            _ => String::new(),
        };
        SourceColumn {
            name: name_of(checked, source, lang),
            age,
            stale: answer.is_some_and(|answer| answer.stale),
            answer: answer.map_or("", |answer| answer_words(answer.state, lang)).to_owned(),
        }
    };
    speaking(checked).iter().map(column).collect()
}

/// What differs, and what does not.
pub fn rows(checked: &Checked, lang: Lang) -> (Vec<FieldRow>, Vec<FieldRow>) {
    let sources = speaking(checked);
    let (mut differing, mut same) = (Vec::new(), Vec::new());
    for field in &checked.fields {
        let cells = sources.iter().map(|source| cell(checked, field, source, lang)).collect();
        let row = FieldRow { label: capital(label(field.field, lang)), cells };
        // A spelling is told as the same, with a note.
        // Where one source speaks alone, nothing is folded: it is all there is.
        let alone = field.values.len() == 1 && sources.len() > 1;
        let agrees = matches!(field.level, Level::Same | Level::Spelling) && sources.len() > 1 || alone;
        if agrees { &mut same } else { &mut differing }.push(row);
    }
    (differing, same)
}

fn cell(checked: &Checked, field: &FieldBeside, source: &SourceId, lang: Lang) -> Cell {
    let of_source = |value: &&ValueBeside| checked.records.get(value.row).is_some_and(|r| r.source == *source);
    let mut cell = Cell {
        source: name_of(checked, source, lang),
        stretches: Vec::new(),
        note: String::new(),
        today: String::new(),
    };
    let mut said: Vec<&str> = Vec::new();
    for value in field.values.iter().filter(of_source) {
        let shown = lang.pick(&value.shown_vi, &value.shown_en);
        if said.contains(&shown) {
            continue;
        }
        if !said.is_empty() {
            cell.stretches.push(Stretch { text: " · ".into(), differs: false });
        }
        said.push(shown);
        cell.stretches.extend(marked(field, value, lang));
        if !matches!(value.level, Level::Same) && cell.note.is_empty() && field.values.len() > 1 {
            cell.note = level_words(value.level, lang).to_owned();
        }
        if let Some(today) = value.today.as_ref().filter(|today| !shown.contains(today.as_str())) {
            cell.today.clone_from(today);
        }
    }
    if said.is_empty() {
        cell.note = lang.pick("không ghi", "says nothing").to_owned();
    }
    cell
}

/// The value with what differs from the first one marked; in the first one, what the farthest other
/// does not have. Wholly different values, and words that stand for a code, are marked whole.
fn marked(field: &FieldBeside, value: &ValueBeside, lang: Lang) -> Vec<Stretch> {
    let words = |value: &'_ ValueBeside| lang.pick(&value.shown_vi, &value.shown_en).to_owned();
    let shown = words(value);
    let whole = |differs: bool| vec![Stretch { text: shown.clone(), differs }];
    let differing = field.values.iter().find(|other| other.level == Level::Different);
    let Some(first) = field.values.first() else { return whole(false) };
    let is_first = value.row == first.row;
    let other = match (is_first, differing) {
        (true, Some(other)) => words(other),
        (false, _) if value.level == Level::Different => words(first),
        _ => return whole(false),
    };
    if matches!(field.field, "sex" | "marital_status" | "ethnicity") {
        return whole(!is_first);
    }
    let (own, _) = differences(&shown, &other);
    let alike = own.iter().any(|stretch| !stretch.differs && !stretch.text.trim().is_empty());
    if !alike {
        return whole(!is_first);
    }
    own.into_iter().map(|stretch| Stretch { text: stretch.text, differs: stretch.differs }).collect()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
