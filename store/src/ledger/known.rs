//! What the ledger has already of what a night finds: nearly everything, in an ordinary night.

use crate::error::{Result, StoreError};
use sha2::{Digest, Sha256};

/// Bytes that are kept of a hash.
const BYTES: usize = 12;

/// A hash of a finding as it is kept, of its JSON: equal where nothing of it has changed.
pub fn body_hash(body: &[u8]) -> [u8; BYTES] {
    let mut hash = [0; BYTES];
    hash.copy_from_slice(&Sha256::digest(body)[..BYTES]);
    hash
}

/// The findings of the ledger that are not gone, and which of them a run has seen: 25 bytes each.
#[derive(Debug, Default)]
pub struct KnownFindings {
    /// By identity.
    known: Vec<Known>,
}

#[derive(Debug)]
struct Known {
    id: [u8; BYTES],
    /// All zero where the ledger does not know it.
    body: [u8; BYTES],
    seen: bool,
}

impl KnownFindings {
    /// Identities and hashes of bodies in hex, `identity:hash,identity:hash`; in any order, before the
    /// first is asked for.
    pub(super) fn add_list(&mut self, list: &str) -> Result<()> {
        for finding in list.split(',').filter(|finding| !finding.is_empty()) {
            let (id, body) = finding.split_once(':').ok_or(StoreError::Corrupt { what: "finding" })?;
            self.add(id, body)?;
        }
        Ok(())
    }

    fn add(&mut self, id: &str, body: &str) -> Result<()> {
        let corrupt = |_| StoreError::Corrupt { what: "finding" };
        let mut entry = Known { id: [0; BYTES], body: [0; BYTES], seen: false };
        hex::decode_to_slice(id, &mut entry.id).map_err(corrupt)?;
        if !body.is_empty() {
            hex::decode_to_slice(body, &mut entry.body).map_err(corrupt)?;
        }
        self.known.push(entry);
        Ok(())
    }

    pub(super) fn in_order(mut self) -> Self {
        self.known.sort_unstable_by_key(|entry| entry.id);
        self
    }

    /// Notes that a run sees this finding. Answers whether the ledger has it just so: then there is
    /// nothing to bring in. `hash`: see [`body_hash`].
    pub fn has(&mut self, id: &[u8; BYTES], hash: &[u8; BYTES]) -> bool {
        let Ok(at) = self.known.binary_search_by(|entry| entry.id.cmp(id)) else { return false };
        self.known[at].seen = true;
        self.known[at].body == *hash
    }

    pub fn len(&self) -> usize {
        self.known.len()
    }

    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Identities that no run asked for, in hex.
    pub(super) fn unseen(&self) -> Vec<String> {
        self.known.iter().filter(|entry| !entry.seen).map(|entry| hex::encode(entry.id)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_known_only_with_the_very_body_that_is_kept() {
        let ids = [[3; BYTES], [1; BYTES], [2; BYTES]];
        let bodies = [hex::encode(body_hash(b"an")), String::new(), hex::encode(body_hash(b"b"))];
        let list: Vec<String> =
            ids.iter().zip(bodies).map(|(id, body)| format!("{}:{body}", hex::encode(id))).collect();
        let mut known = KnownFindings::default();
        known.add_list(&list[..2].join(",")).expect("hashes");
        known.add_list("").expect("none");
        known.add_list(&list[2]).expect("one");
        let mut known = known.in_order();
        assert_eq!((known.len(), known.is_empty()), (3, false));
        assert!(known.has(&ids[0], &body_hash(b"an")));
        assert!(!known.has(&ids[0], &body_hash(b"An")), "it has changed");
        assert!(!known.has(&ids[1], &body_hash(b"an")), "nobody knows what is kept");
        assert!(!known.has(&[4; BYTES], &body_hash(b"an")), "it is new");
        assert_eq!(known.unseen(), [hex::encode(ids[2])]);
        for list in ["no hash:", "no end", ":"] {
            assert!(KnownFindings::default().add_list(list).is_err(), "{list}");
        }
    }
}
