//! A finding before its texts: what was seen, ready to be joined with the same finding seen in
//! another record.

use super::row::{Context, Row};
use config::rules::Spelling;
use schemas::{CommuneCode, Dataset, FindingKind, Level, Subject};

/// What one record says.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Said {
    pub source: usize,
    pub dataset: Dataset,
    pub record_key: String,
    pub part: u16,
    pub value: Option<String>,
    /// ISO day.
    pub updated_on: Option<String>,
    /// See [`Row::place`].
    pub commune: Option<String>,
}

impl Said {
    pub fn new(row: &Row<'_>, value: impl Into<Option<String>>) -> Self {
        Self {
            source: row.source,
            dataset: row.dataset(),
            record_key: row.record_key.to_owned(),
            part: row.part,
            value: value.into(),
            updated_on: row.updated_on().map(|day| day.to_string()),
            commune: row.place().map(str::to_owned),
        }
    }
}

#[derive(Clone)]
pub(super) struct Draft {
    pub kind: FindingKind,
    pub subject: Subject,
    pub field: &'static str,
    /// The source that deviates.
    pub source: usize,
    pub unit: Option<String>,
    pub level: Level,
    pub reference: Option<Said>,
    pub values: Vec<Said>,
    pub suggestion: Option<String>,
    pub spelling: Vec<Spelling>,
    /// It is the reference that deviates (it knows less than the others).
    pub of_reference: bool,
}

impl Draft {
    pub fn new(kind: FindingKind, subject: Subject, field: &'static str, row: &Row<'_>, level: Level) -> Self {
        Self {
            kind,
            subject,
            field,
            source: row.source,
            unit: row.commune.map(str::to_owned),
            level,
            reference: None,
            values: Vec::new(),
            suggestion: None,
            spelling: Vec::new(),
            of_reference: false,
        }
    }

    pub fn against(mut self, reference: Said) -> Self {
        self.reference = Some(reference);
        self
    }

    pub fn saying(mut self, value: Said) -> Self {
        // Nearly all have one value, and a table that grows has room for four.
        self.values.reserve_exact(1);
        self.values.push(value);
        self
    }

    pub fn suggesting(mut self, suggestion: impl Into<Option<String>>) -> Self {
        self.suggestion = suggestion.into();
        self
    }

    /// The commune concerned, where the record itself does not say one.
    pub fn or_unit(mut self, unit: Option<CommuneCode>) -> Self {
        self.unit = self.unit.or_else(|| unit.map(|code| code.to_string()));
        self
    }

    fn identity(&self) -> (FindingKind, &Subject, &'static str, usize) {
        (self.kind, &self.subject, self.field, self.source)
    }

    fn content(&self) -> (&Option<Said>, &Vec<Said>, &Option<String>, &Option<String>) {
        (&self.reference, &self.values, &self.suggestion, &self.unit)
    }
}

/// Joins drafts of one identity; the order in which they come makes no difference.
pub(super) fn merge(mut drafts: Vec<Draft>) -> Vec<Draft> {
    drafts.sort_by(|a, b| (a.identity(), a.content()).cmp(&(b.identity(), b.content())));
    let mut out: Vec<Draft> = Vec::with_capacity(drafts.len());
    for draft in drafts {
        match out.last_mut() {
            Some(last) if last.identity() == draft.identity() => {
                last.values.extend(draft.values);
                last.values.extend(draft.reference.filter(|said| last.reference.as_ref() != Some(said)));
                last.spelling.extend(draft.spelling);
                last.suggestion = last.suggestion.take().or(draft.suggestion);
                last.unit = last.unit.take().or(draft.unit);
            }
            _ => out.push(draft),
        }
    }
    for draft in &mut out {
        draft.values.sort();
        draft.values.dedup();
        draft.spelling.sort();
        draft.spelling.dedup();
    }
    out
}

/// Whether a kind of finding is switched on.
pub(super) fn wanted(context: &Context, kind: FindingKind) -> bool {
    context.rules.enabled(kind).is_some()
}
