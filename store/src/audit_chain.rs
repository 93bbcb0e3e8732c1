//! The audit log as a chain: each entry carries a keyed hash over itself and the entry before it.
//!
//! Changing, removing or exchanging entries breaks the chain at that place; who has no key cannot
//! mend it. An end that was cut off is noticed against a head kept elsewhere. The key and the head
//! are files of the data directory, not of the database.

use crate::error::{Result, StoreError};
use hmac::{Hmac, KeyInit, Mac};
use schemas::Sensitive;
use sha2::Sha256;

/// The hash before the first entry.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What is written into the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditEntry {
    /// RFC 3339, UTC.
    pub at: String,
    /// `lookup.open`, `lookup.close`, …
    pub event: String,
    /// Who: an officer's number, an account, or `nightly`.
    pub actor: String,
    /// About whom: a keyed hash, never a number.
    pub subject: String,
    /// Joins an opening entry with its closing one and with the source's own log.
    pub request_id: String,
    /// JSON without personal values: purpose, agency, outcome.
    pub detail: String,
}

/// An entry in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainedEntry {
    /// From 1 without a gap.
    pub number: i64,
    pub entry: AuditEntry,
    pub hash: String,
}

/// The key of the chain and of the hashes of subjects: 32 bytes.
#[derive(Clone)]
pub struct AuditKey(Sensitive);

impl AuditKey {
    /// From 64 hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self> {
        let bytes = hex::decode(text.trim()).ok().filter(|bytes| bytes.len() == 32);
        if bytes.is_none() {
            return Err(StoreError::Corrupt { what: "audit key" });
        }
        Ok(Self(Sensitive::new(text.trim())))
    }

    /// What stands for a personal number in the log.
    pub fn subject(&self, number: &str) -> String {
        self.mac(&[b"subject", number.as_bytes()])
    }

    /// The hash of an entry behind `before`.
    pub fn link(&self, before: &str, number: i64, entry: &AuditEntry) -> String {
        let number = number.to_be_bytes();
        self.mac(&[
            b"entry",
            before.as_bytes(),
            &number,
            entry.at.as_bytes(),
            entry.event.as_bytes(),
            entry.actor.as_bytes(),
            entry.subject.as_bytes(),
            entry.request_id.as_bytes(),
            entry.detail.as_bytes(),
        ])
    }

    /// Each part with its length before it, so that no two lists of parts give the same bytes.
    fn mac(&self, parts: &[&[u8]]) -> String {
        let key = hex::decode(self.0.expose()).unwrap_or_default();
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else { return String::new() };
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        hex::encode(mac.finalize().into_bytes())
    }
}

/// Where a chain is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("entry {number} does not follow the one before it: something was changed, removed or moved there")]
    Link { number: i64 },
    #[error("entry {missing} is missing")]
    Gap { missing: i64 },
    #[error("the log ends at entry {last}, but entry {head} was written once: its end was cut off")]
    Cut { last: i64, head: i64 },
    #[error("entry {number} is another one than was written")]
    Head { number: i64 },
}

/// Follows a chain, entry by entry.
pub struct Verifier<'a> {
    key: &'a AuditKey,
    last: i64,
    hash: String,
    head: Option<(i64, String)>,
}

impl<'a> Verifier<'a> {
    /// `head`: number and hash of the last entry as noted outside the database.
    pub fn new(key: &'a AuditKey, head: Option<(i64, String)>) -> Self {
        Self { key, last: 0, hash: GENESIS.to_owned(), head }
    }

    pub fn next(&mut self, chained: &ChainedEntry) -> std::result::Result<(), Broken> {
        let number = self.last + 1;
        if chained.number != number {
            return Err(Broken::Gap { missing: number });
        }
        if self.key.link(&self.hash, number, &chained.entry) != chained.hash {
            return Err(Broken::Link { number });
        }
        if self.head.as_ref().is_some_and(|(head, hash)| *head == number && *hash != chained.hash) {
            return Err(Broken::Head { number });
        }
        (self.last, self.hash) = (number, chained.hash.clone());
        Ok(())
    }

    /// The number of entries, if the end is there.
    pub fn finish(self) -> std::result::Result<i64, Broken> {
        match self.head {
            Some((head, _)) if head > self.last => Err(Broken::Cut { last: self.last, head }),
            _ => Ok(self.last),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> AuditKey {
        AuditKey::parse(&"5a".repeat(32)).expect("a key")
    }

    fn chain(entries: i64) -> Vec<ChainedEntry> {
        let (key, mut before) = (key(), GENESIS.to_owned());
        (1..=entries)
            .map(|number| {
                let entry = AuditEntry { event: format!("e{number}"), ..AuditEntry::default() };
                before = key.link(&before, number, &entry);
                ChainedEntry { number, entry, hash: before.clone() }
            })
            .collect()
    }

    fn verify(chain: &[ChainedEntry], head: Option<(i64, String)>) -> std::result::Result<i64, Broken> {
        let key = key();
        let mut verifier = Verifier::new(&key, head);
        chain.iter().try_for_each(|entry| verifier.next(entry))?;
        verifier.finish()
    }

    #[test]
    fn every_way_of_tampering_is_named_with_its_place() {
        let whole = chain(5);
        let head = Some((5, whole[4].hash.clone()));
        assert_eq!(verify(&whole, head.clone()), Ok(5));
        let mut flipped = whole.clone();
        flipped[2].entry.actor = "another".into();
        assert_eq!(verify(&flipped, head.clone()), Err(Broken::Link { number: 3 }));
        let mut removed = whole.clone();
        removed.remove(1);
        assert_eq!(verify(&removed, head.clone()), Err(Broken::Gap { missing: 2 }));
        let mut moved = whole.clone();
        moved.swap(1, 2);
        (moved[1].number, moved[2].number) = (2, 3);
        assert_eq!(verify(&moved, head.clone()), Err(Broken::Link { number: 2 }));
        assert_eq!(verify(&whole[..4], head), Err(Broken::Cut { last: 4, head: 5 }));
        assert_eq!(verify(&whole[..4], None), Ok(4), "without a head a cut cannot be seen");
    }

    #[test]
    fn an_entry_that_was_rewritten_with_the_key_is_another_than_the_head() {
        let (whole, key) = (chain(2), key());
        let entry = AuditEntry { event: "forged".into(), ..AuditEntry::default() };
        let hash = key.link(&whole[0].hash, 2, &entry);
        let forged = [whole[0].clone(), ChainedEntry { number: 2, entry, hash }];
        assert_eq!(verify(&forged, Some((2, whole[1].hash.clone()))), Err(Broken::Head { number: 2 }));
    }

    #[test]
    fn fields_cannot_flow_into_each_other() {
        let one = AuditEntry { actor: "ab".into(), subject: "c".into(), ..AuditEntry::default() };
        let other = AuditEntry { actor: "a".into(), subject: "bc".into(), ..AuditEntry::default() };
        assert_ne!(key().link(GENESIS, 1, &one), key().link(GENESIS, 1, &other));
    }
}
