//! Of all versions of a record that came, the one that counts.

use super::winner;
use crate::error::{Result, StoreError};
use crate::invariants::Tally;
use schemas::{CanonicalRecord, Record, bucket_of};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One line of the first spill, sorted by record key.
#[derive(Serialize, Deserialize)]
pub(super) struct Entry {
    /// Which page it came in, from 1; 0: carried over from the previous snapshot.
    #[serde(rename = "o")]
    pub order: u64,
    #[serde(rename = "a")]
    pub as_of: String,
    /// `None`: only says that the previous snapshot had this record.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub row: Option<CanonicalRecord>,
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

impl Entry {
    pub fn key(&self) -> &str {
        self.row.as_ref().map(|r| r.envelope.record_key.as_str()).or(self.key.as_deref()).unwrap_or_default()
    }

    /// A deletion that does not say of which version it is deletes every version.
    fn version(&self) -> i64 {
        match &self.row {
            Some(row) if row.envelope.deleted && row.envelope.version == 0 => i64::MAX,
            Some(row) => row.envelope.version,
            None => i64::MIN,
        }
    }
}

/// What one thread has folded.
#[derive(Default)]
pub(super) struct Folded {
    pub tally: Tally,
    pub records: u64,
    /// Rows that are in the snapshot, by the bucket of their link key: until the piece that is folded is
    /// done.
    pub winners: Vec<Vec<u8>>,
}

impl Folded {
    pub fn new(buckets: u32) -> Self {
        Self { winners: vec![Vec::new(); buckets as usize], ..Self::default() }
    }

    /// Takes the newest version of each record of one key bucket.
    pub fn fold(&mut self, bytes: Vec<u8>) -> Result<()> {
        let mut entries: Vec<Entry> = Vec::new();
        for line in bytes.split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
            entries.push(serde_json::from_slice(line).map_err(|_| StoreError::Corrupt { what: "spilled record" })?);
        }
        drop(bytes);
        // Newest version first; of equal versions the one just pulled before the carried one, and
        // among pulled ones the first page. Pages may come in any order, so copies that claim one
        // version must not decide by order alone: the content breaks the tie.
        entries.sort_by(|a, b| {
            a.key()
                .cmp(b.key())
                .then_with(|| b.version().cmp(&a.version()))
                .then_with(|| (a.order == 0).cmp(&(b.order == 0)))
                .then_with(|| a.row.as_ref().map(|r| r.envelope.part).cmp(&b.row.as_ref().map(|r| r.envelope.part)))
                .then_with(|| content(a).cmp(&content(b)))
        });
        let mut rest = entries.as_mut_slice();
        while !rest.is_empty() {
            let same = rest.iter().take_while(|e| e.key() == rest[0].key()).count();
            let (group, others) = rest.split_at_mut(same);
            rest = others;
            if self.keep(group)? {
                self.records += 1;
            }
        }
        Ok(())
    }

    /// Decides over all entries of one record; answers whether the record is in the snapshot.
    fn keep(&mut self, group: &mut [Entry]) -> Result<bool> {
        let version = group[0].version();
        let winner_is_pulled = group[0].order > 0;
        let winner_is_deleted = group[0].row.as_ref().is_some_and(|r| r.envelope.deleted);
        let in_previous = group.iter().any(|e| e.order == 0);
        let mut copies = 0u64;
        for entry in group.iter().filter(|e| e.order > 0 && e.row.as_ref().is_some_and(|r| r.envelope.part == 0)) {
            if entry.version() == version { copies += 1 } else { self.tally.superseded += 1 }
        }
        if group[0].row.is_none() {
            self.tally.gone += 1;
            return Ok(false);
        }
        if winner_is_deleted {
            self.tally.deletions += copies;
            self.tally.gone += u64::from(in_previous);
            return Ok(false);
        }
        if winner_is_pulled {
            self.tally.kept += 1;
            self.tally.repeated += copies.saturating_sub(1);
        } else {
            self.tally.carried += 1;
            self.tally.repeated += copies;
        }
        let former = former_ids(group, version);
        let mut parts = BTreeSet::new();
        for entry in group.iter_mut() {
            if entry.version() != version || (entry.order > 0) != winner_is_pulled {
                continue;
            }
            let Some(mut row) = entry.row.take() else { continue };
            if !parts.insert(row.envelope.part) {
                continue;
            }
            if let Record::Person(person) = &mut row.record {
                person.former_ids = former.clone();
            }
            let bucket =
                bucket_of(row.record.link_key().unwrap_or(&row.envelope.record_key), self.winners.len() as u32);
            winner::write(&row, &entry.as_of, &mut self.winners[bucket as usize])?;
        }
        Ok(true)
    }
}

fn content(entry: &Entry) -> Vec<u8> {
    entry.row.as_ref().and_then(|r| serde_json::to_vec(&r.record).ok()).unwrap_or_default()
}

/// Numbers that earlier versions of the person had and the newest has not, sorted, joined by `;`.
fn former_ids(group: &[Entry], version: i64) -> Option<String> {
    let mut former = BTreeSet::new();
    let mut current = None;
    for entry in group {
        let Some(CanonicalRecord { record: Record::Person(person), envelope }) = &entry.row else { continue };
        if entry.version() == version && current.is_none() {
            current = person.personal_id.clone();
        } else if !envelope.deleted {
            former.extend(person.personal_id.clone());
        }
        former.extend(person.former_ids.iter().flat_map(|list| list.split(';')).map(str::to_owned));
    }
    former.retain(|id| !id.is_empty() && Some(id) != current.as_ref());
    (!former.is_empty()).then(|| former.into_iter().collect::<Vec<_>>().join(";"))
}
