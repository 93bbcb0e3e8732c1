//! Puts a page together, so that each record that was served is counted exactly once.
//!
//! A record version that the source repeats with the same content is repeated; one that it repeats
//! with other content is a reject, because nobody can say which one is true.

use crate::read::Problem;
use jiff::Timestamp;
use schemas::{CanonicalRecord, Cursor, ErrorClass, Page, Reject, Sensitive, SourceError};
use std::collections::HashMap;

/// Longer payloads of rejects are cut: quarantine is for people, not for bombs.
const LONGEST_PAYLOAD: usize = 64 << 10;

/// Ten times the largest page that the settings allow: a source may have its own size of pages, but
/// an unreadable record costs hundreds of bytes even when it is one byte on the wire.
const MOST_RECORDS: usize = 100_000;

/// Refuses a page that floods us with records, before any of them is read.
pub fn refuse_a_flood(records: usize) -> Result<(), SourceError> {
    if records <= MOST_RECORDS {
        return Ok(());
    }
    let detail = format!("a page has more than {MOST_RECORDS} records");
    Err(SourceError::new(ErrorClass::Contract, "too_many_records", detail))
}

#[derive(Default)]
pub struct PageBuilder {
    records: Vec<CanonicalRecord>,
    rejects: Vec<Reject>,
    /// (key, version) → where its rows are.
    seen: HashMap<(String, i64), std::ops::Range<usize>>,
}

impl PageBuilder {
    /// Adds one record of the source: its rows, or the reason why it cannot be read.
    pub fn add(&mut self, rows: Result<Vec<CanonicalRecord>, Problem>, payload: impl FnOnce() -> String) {
        match rows {
            Ok(rows) => self.add_rows(rows, payload),
            Err(problem) => self.reject(problem, payload()),
        }
    }

    fn add_rows(&mut self, rows: Vec<CanonicalRecord>, payload: impl FnOnce() -> String) {
        let Some(first) = rows.first() else { return };
        let name = (first.envelope.record_key.clone(), first.envelope.version);
        if let Some(place) = self.seen.get(&name) {
            if self.records.get(place.clone()) == Some(rows.as_slice()) {
                self.records.extend(rows);
            } else {
                let problem = Problem::new("conflicting_version", "one key and version with two contents").of(&name.0);
                self.reject(problem, payload());
            }
            return;
        }
        let begin = self.records.len();
        self.records.extend(rows);
        self.seen.insert(name, begin..self.records.len());
    }

    pub fn reject(&mut self, problem: Problem, mut payload: String) {
        if payload.len() > LONGEST_PAYLOAD {
            let end = (0..=LONGEST_PAYLOAD).rev().find(|end| payload.is_char_boundary(*end)).unwrap_or(0);
            payload.truncate(end);
        }
        self.rejects.push(Reject {
            record_key: problem.record_key,
            reason: problem.reason.to_owned(),
            detail: problem.detail,
            payload: Sensitive::new(payload),
        });
    }

    /// What was rejected so far.
    pub fn rejected(&self) -> &[Reject] {
        &self.rejects
    }

    pub fn finish(self, next: Option<Cursor>, as_of: Timestamp, total: Option<u64>) -> Page {
        let records = self.records.iter().filter(|row| row.envelope.part == 0).count();
        Page {
            served: (records + self.rejects.len()) as u64,
            records: self.records,
            rejects: self.rejects,
            next,
            as_of,
            total,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::{Envelope, PersonRecord, Record};

    fn row(key: &str, version: i64, name: &str) -> Vec<CanonicalRecord> {
        vec![CanonicalRecord {
            envelope: Envelope {
                record_key: key.into(),
                part: 0,
                commune: None,
                version,
                updated_at: None,
                deleted: false,
            },
            record: Record::Person(PersonRecord { name: Some(name.into()), ..Default::default() }),
        }]
    }

    #[test]
    fn a_repeated_record_is_repeated_and_a_contradiction_is_a_reject() {
        let mut page = PageBuilder::default();
        for (version, name) in [(1, "MẪU"), (1, "MẪU"), (2, "MẪU"), (1, "KHÁC")] {
            page.add(Ok(row("a", version, name)), || "payload".into());
        }
        page.add(Err(Problem::new("no_key", "the record has no key")), || "payload".into());
        let page = page.finish(None, Timestamp::UNIX_EPOCH, None);
        assert_eq!((page.records.len(), page.rejects.len(), page.served), (3, 2, 5));
        assert_eq!(page.rejects[0].reason, "conflicting_version");
        assert_eq!(page.rejects[0].record_key.as_deref(), Some("a"));
    }

    #[test]
    fn a_long_payload_is_cut_between_characters() {
        let mut page = PageBuilder::default();
        page.reject(Problem::new("no_key", ""), "ữ".repeat(40_000));
        let page = page.finish(None, Timestamp::UNIX_EPOCH, None);
        let length = page.rejects[0].payload.expose().len();
        assert!(length <= LONGEST_PAYLOAD && length > LONGEST_PAYLOAD - 3);
    }
}
