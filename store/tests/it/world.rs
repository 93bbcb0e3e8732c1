//! Made-up pages and findings.

use jiff::Timestamp;
use schemas::{
    CanonicalRecord, Cursor, Dataset, Envelope, Finding, FindingKind, Level, Page, Partition, PersonRecord, Record,
    Reject, Sensitive, Severity, SourceId, SourceValue, Subject,
};
use store::ledger::FindingLine;

pub fn source(name: &str) -> SourceId {
    SourceId::parse(name).expect("a source name")
}

pub fn partition(key: &str) -> Partition {
    Partition::new(&source("population"), Dataset::Person, key)
}

pub fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

pub fn person(key: &str, version: i64, id: &str, name: &str) -> CanonicalRecord {
    CanonicalRecord {
        envelope: Envelope {
            record_key: key.into(),
            part: 0,
            commune: Some("00691".into()),
            version,
            updated_at: None,
            deleted: false,
        },
        record: Record::Person(PersonRecord {
            personal_id: Some(id.into()),
            name: Some(name.into()),
            ..PersonRecord::default()
        }),
    }
}

pub fn page(records: Vec<CanonicalRecord>, next: Option<&str>) -> Page {
    Page {
        served: records.len() as u64,
        records,
        rejects: Vec::new(),
        next: next.map(|c| Cursor(c.into())),
        as_of: at("2026-11-24T02:00:00Z"),
        total: None,
    }
}

pub fn reject(reason: &str, payload: &str) -> Reject {
    Reject {
        record_key: Some("r-9".into()),
        reason: reason.into(),
        detail: "a date was expected".into(),
        payload: Sensitive::new(payload),
    }
}

/// Findings as a night brings them in.
pub fn lines(findings: &[Finding]) -> Vec<FindingLine> {
    findings.iter().map(|finding| FindingLine::of(finding).expect("JSON")).collect()
}

pub fn finding(id: &str, value: &str) -> Finding {
    Finding {
        kind: FindingKind::NameDiff,
        severity: Severity::Stop,
        subject: Subject::person(id),
        field: "name".into(),
        source: source("land"),
        unit: Some("00691".into()),
        level: Level::Different,
        values: vec![SourceValue {
            source: source("land"),
            dataset: Dataset::LandRight,
            record_key: "1/2".into(),
            value: Some(Sensitive::new(value)),
            updated_on: None,
            forgotten: false,
        }],
        suggestion: None,
        owner: "land".into(),
        explanation_vi: Sensitive::new("…"),
        explanation_en: Sensitive::new("…"),
        next_step_vi: "…".into(),
        next_step_en: "…".into(),
    }
}
