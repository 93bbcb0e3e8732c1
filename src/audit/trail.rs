//! Looks at single citizens, written into the ledger's audit log.

use super::AuditFiles;
use connectors::{AuditFailed, AuditTrail, Closing, Opening};
use futures::future::BoxFuture;
use schemas::Clock;
use std::sync::{Arc, Mutex, PoisonError};
use store::Ledger;
use store::audit_chain::{AuditEntry, AuditKey};

pub struct LedgerTrail {
    ledger: Arc<dyn Ledger>,
    clock: Arc<dyn Clock>,
    key: AuditKey,
    files: AuditFiles,
    /// The head only moves forward, however many write.
    noted: Mutex<i64>,
}

impl LedgerTrail {
    pub fn new(ledger: Arc<dyn Ledger>, clock: Arc<dyn Clock>, files: AuditFiles, key: AuditKey) -> Self {
        Self { ledger, clock, key, files, noted: Mutex::new(0) }
    }

    /// The head is kept by all processes that write here, and only moves forward. Where the entry that
    /// it names is no longer in the log, the end was cut off: nothing is written, the head is left as
    /// the proof, and nothing may be looked at until somebody has seen to it.
    async fn append(&self, entries: Vec<AuditEntry>) -> Result<(), AuditFailed> {
        if entries.is_empty() {
            return Ok(());
        }
        let of_head = |_| AuditFailed { code: "AUDIT_HEAD".into() };
        let head = self.files.head().map_err(of_head)?;
        let (number, hash) = self
            .ledger
            .append_audit(&self.key, head.as_ref(), &entries)
            .await
            .map_err(|error| AuditFailed { code: error.code().to_owned() })?;
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let known = self.files.head().map_err(of_head)?.map_or(0, |(number, _)| number);
        if number > (*noted).max(known) {
            self.files.note_head(number, &hash).map_err(|_| AuditFailed { code: "AUDIT_HEAD".into() })?;
            *noted = number;
        }
        Ok(())
    }

    /// A look at what is already here, before anything is read. `about`: a number, a case code or
    /// what else was asked; the log keeps a keyed hash of it. `detail`: JSON without personal values.
    pub async fn look(&self, actor: &str, about: &str, request_id: &str, detail: String) -> Result<(), AuditFailed> {
        let entry = AuditEntry {
            at: self.now(),
            event: "check.open".into(),
            actor: actor.to_owned(),
            subject: self.key.subject(about),
            request_id: request_id.to_owned(),
            detail,
        };
        self.append(vec![entry]).await
    }

    /// What came of a look.
    pub async fn looked(&self, request_id: &str, detail: String) -> Result<(), AuditFailed> {
        let (event, request_id) = ("check.close".to_owned(), request_id.to_owned());
        self.append(vec![AuditEntry { at: self.now(), event, request_id, detail, ..AuditEntry::default() }]).await
    }

    /// Something that was done: `event` as in the list of `docs/tra-cuu.md`.
    pub async fn note(&self, actor: &str, event: &str, about: &str, detail: String) -> Result<(), AuditFailed> {
        let (event, actor, subject) = (event.to_owned(), actor.to_owned(), self.key.subject(about));
        self.append(vec![AuditEntry { at: self.now(), event, actor, subject, detail, ..AuditEntry::default() }]).await
    }

    fn now(&self) -> String {
        format!("{:.3}", self.clock.now())
    }
}

impl AuditTrail for LedgerTrail {
    fn open<'a>(&'a self, openings: &'a [Opening]) -> BoxFuture<'a, Result<(), AuditFailed>> {
        let entries = openings.iter().map(|opening| AuditEntry {
            at: self.now(),
            event: "lookup.open".into(),
            actor: opening.officer.expose().to_owned(),
            subject: self.key.subject(opening.subject.expose()),
            request_id: opening.request_id.clone(),
            detail: serde_json::json!({
                "source": opening.source,
                "operation": opening.operation,
                "procedure": opening.procedure,
                "agency": opening.agency,
            })
            .to_string(),
        });
        Box::pin(self.append(entries.collect()))
    }

    fn close<'a>(&'a self, closings: &'a [Closing]) -> BoxFuture<'a, Result<(), AuditFailed>> {
        let entries = closings.iter().map(|closing| AuditEntry {
            at: self.now(),
            event: "lookup.close".into(),
            request_id: closing.request_id.clone(),
            detail: serde_json::json!({"source": closing.source, "outcome": closing.outcome}).to_string(),
            ..AuditEntry::default()
        });
        Box::pin(self.append(entries.collect()))
    }
}
