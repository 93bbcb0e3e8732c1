//! Cases: one case under two codes, and a status that lags behind.

use super::super::arena::{Arena, Span};
use super::super::draft::{Draft, Said, wanted};
use super::super::row::{Context, Row, day_of};
use super::hash;
use crate::hashed::Hashes;
use config::SourceKind;
use schemas::record::DossierView;
use schemas::{Dataset, FindingKind, Level, Subject};
use std::collections::BTreeMap;

/// The first look: hashes of codes, and what is not finished.
#[derive(Default)]
pub(super) struct Cases {
    codes: Vec<u64>,
    nationals: Vec<u64>,
    polls: Vec<Poll>,
}

/// Codes that two records speak of.
#[derive(Default)]
pub(super) struct Met {
    codes: Hashes,
    polls: Vec<Poll>,
}

/// The cases with such a code, by it.
#[derive(Default)]
pub(super) struct Meeting {
    cases: Vec<Case>,
    texts: Arena,
}

/// A case at a one-stop centre.
struct Case {
    code: u64,
    national: Option<u64>,
    done: bool,
    source: usize,
    part: u16,
    /// Code, commune, record key, day of update.
    text: Span,
}

/// What the processing system says of a case; only such as are not finished.
struct Poll {
    codes: Vec<u64>,
    said: Said,
    unit: Option<String>,
}

/// Its code and its national code, where it has another one.
fn codes(context: &Context, row: &Row<'_>, view: &DossierView<'_>) -> Option<(u64, Option<u64>)> {
    let code = view.code.filter(|_| context.kind(row) != SourceKind::CivilStatus)?;
    let national = view.national_code.filter(|national| *national != code);
    Some((hash(0, &[code]), national.map(|national| hash(0, &[national]))))
}

impl Cases {
    pub fn see(&mut self, context: &Context, row: &Row<'_>, view: &DossierView<'_>) {
        if let Some((code, national)) = codes(context, row, view) {
            self.codes.push(code);
            self.nationals.extend(national);
        } else if context.kind(row) == SourceKind::CivilStatus
            && let Some(status) = view.status.filter(|status| is_open(status))
        {
            let codes = [view.code, view.national_code].into_iter().flatten().map(|code| hash(0, &[code])).collect();
            let unit = row.commune.map(str::to_owned);
            self.polls.push(Poll { codes, said: Said::new(row, status.to_owned()), unit });
        }
    }

    pub fn add(&mut self, mut other: Self) {
        self.codes.append(&mut other.codes);
        self.nationals.append(&mut other.nationals);
        self.polls.append(&mut other.polls);
    }

    pub fn met(self) -> Met {
        let known: Hashes = self.nationals.into_iter().collect();
        let paired = self.codes.into_iter().filter(|code| known.contains(code));
        let polled = self.polls.iter().flat_map(|poll| poll.codes.iter().copied());
        Met { codes: paired.chain(polled).collect(), polls: self.polls }
    }
}

impl Meeting {
    pub fn see(&mut self, context: &Context, met: &Met, row: &Row<'_>, view: &DossierView<'_>) {
        let (Some((code, national)), Some(text)) = (codes(context, row, view), view.code) else { return };
        if !met.codes.contains(&code) && !national.is_some_and(|national| met.codes.contains(&national)) {
            return;
        }
        let updated = row.updated_at.unwrap_or_default();
        self.cases.push(Case {
            code,
            national,
            done: view.status == Some("done"),
            source: row.source,
            part: row.part,
            text: self.texts.push(&[text, row.commune.unwrap_or_default(), row.record_key, updated]),
        });
    }

    pub fn add(&mut self, other: Self) {
        let by = self.texts.append(&other.texts);
        self.cases.extend(other.cases.into_iter().map(|case| Case { text: case.text.later(by), ..case }));
    }

    pub fn finish(mut self, context: &Context, met: &Met, out: &mut Vec<Draft>) {
        let Self { cases, texts } = &mut self;
        let place = |case: &Case| texts.fields::<4>(case.text);
        cases
            .sort_unstable_by(|a, b| (a.code, a.source).cmp(&(b.code, b.source)).then_with(|| place(a).cmp(&place(b))));
        let pairs = self.pairs();
        if wanted(context, FindingKind::DossierCodePair) {
            for (second, first) in &pairs {
                out.push(self.pair(&self.cases[*first], &self.cases[*second]));
            }
        }
        if wanted(context, FindingKind::StatusLag) {
            self.lags(&met.polls, &pairs, out);
        }
    }

    fn with_code(&self, code: u64) -> impl Iterator<Item = usize> {
        let from = self.cases.partition_point(|case| case.code < code);
        (from..self.cases.len()).take_while(move |at| self.cases[*at].code == code)
    }

    /// The record under the national code, and the record whose national code it is.
    fn pairs(&self) -> BTreeMap<usize, usize> {
        let mut pairs = BTreeMap::new();
        for (first, case) in self.cases.iter().enumerate() {
            for second in case.national.into_iter().flat_map(|national| self.with_code(national)) {
                if second != first && self.cases[second].source == case.source {
                    pairs.insert(second, first);
                }
            }
        }
        pairs
    }

    fn pair(&self, first: &Case, second: &Case) -> Draft {
        let code = |case: &Case| Some(self.texts.fields::<4>(case.text)[0].to_owned());
        self.draft(
            FindingKind::DossierCodePair,
            "code",
            first,
            self.said(second, code(second)),
            self.said(first, code(first)),
        )
    }

    fn lags(&self, polls: &[Poll], pairs: &BTreeMap<usize, usize>, out: &mut Vec<Draft>) {
        let mut nationals: Vec<(u64, usize)> =
            self.cases.iter().enumerate().filter_map(|(at, case)| case.national.map(|code| (code, at))).collect();
        nationals.sort_unstable();
        for poll in polls {
            let mut hits: Vec<usize> = Vec::new();
            for code in &poll.codes {
                hits.extend(self.with_code(*code));
                let from = nationals.partition_point(|(national, _)| national < code);
                hits.extend(nationals[from..].iter().take_while(|(national, _)| national == code).map(|(_, at)| *at));
            }
            hits.sort_unstable();
            hits.dedup();
            for at in hits.into_iter().filter(|at| self.cases[*at].done) {
                let case = &self.cases[pairs.get(&at).copied().unwrap_or(at)];
                let reference = self.said(&self.cases[at], Some("done".to_owned()));
                let mut draft = self.draft(FindingKind::StatusLag, "status", case, poll.said.clone(), reference);
                draft.source = poll.said.source;
                draft.unit = poll.unit.clone().or(draft.unit);
                out.push(draft);
            }
        }
    }

    fn said(&self, case: &Case, value: Option<String>) -> Said {
        let [_, commune, record_key, updated] = self.texts.fields::<4>(case.text);
        Said {
            source: case.source,
            dataset: Dataset::Dossier,
            record_key: record_key.to_owned(),
            part: case.part,
            value,
            updated_on: day_of(updated).map(|day| day.to_string()),
            commune: (!commune.is_empty()).then(|| commune.to_owned()),
        }
    }

    fn draft(&self, kind: FindingKind, field: &'static str, case: &Case, value: Said, reference: Said) -> Draft {
        let [code, commune, ..] = self.texts.fields::<4>(case.text);
        Draft {
            kind,
            subject: Subject::case(code),
            field,
            source: case.source,
            unit: (!commune.is_empty()).then(|| commune.to_owned()),
            level: Level::Different,
            reference: Some(reference),
            values: vec![value],
            suggestion: None,
            spelling: Vec::new(),
            of_reference: false,
        }
    }
}

/// A case that is still being worked on.
pub(in super::super) fn is_open(status: &str) -> bool {
    matches!(status, "received" | "processing" | "supplement")
}
