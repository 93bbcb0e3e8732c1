//! What must always be true, as code: tests and production call the same functions.

use crate::error::{Result, StoreError};
use serde::{Deserialize, Serialize};

/// What became of every record that a pull brought. Counted in records, not rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// As the source counted them out, over all pages.
    pub served: u64,
    /// In quarantine.
    pub rejected: u64,
    /// In the new snapshot, as pulled in this run.
    pub kept: u64,
    /// Replaced by a newer version of the same record.
    pub superseded: u64,
    /// The same version of the same record, served again.
    pub repeated: u64,
    /// The source's own statements that a record is deleted.
    pub deletions: u64,
    /// In the new snapshot, carried over from the previous one (feeds and mosaics).
    pub carried: u64,
    /// In the previous snapshot and no longer in the new one.
    pub gone: u64,
}

impl Tally {
    /// Of two parts of one pull.
    pub fn and(self, other: Self) -> Self {
        Self {
            served: self.served + other.served,
            rejected: self.rejected + other.rejected,
            kept: self.kept + other.kept,
            superseded: self.superseded + other.superseded,
            repeated: self.repeated + other.repeated,
            deletions: self.deletions + other.deletions,
            carried: self.carried + other.carried,
            gone: self.gone + other.gone,
        }
    }
}

/// Invariant 1: nothing lost. Everything served is in the snapshot, in quarantine, or was said to
/// be replaced, repeated or deleted by the source itself.
pub fn nothing_lost(tally: &Tally) -> Result<()> {
    let accounted = tally.rejected + tally.kept + tally.superseded + tally.repeated + tally.deletions;
    if accounted == tally.served {
        return Ok(());
    }
    Err(StoreError::Invariant {
        invariant: format!("nothing lost: the source served {} records, {accounted} are accounted for", tally.served),
    })
}

/// Invariant 5: a complete pull agrees with the count that the source gives.
pub fn counts_agree(partition: &str, served: u64, total: Option<u64>) -> Result<()> {
    match total {
        Some(total) if total > served => Err(StoreError::Invariant {
            invariant: format!("counts agree: {partition} says it has {total} records and served {served}"),
        }),
        _ => Ok(()),
    }
}

/// Invariant 5: too many records gone at once need an approval.
pub fn deletions_are_plausible(gone: u64, before: u64, max_share: f64) -> Result<()> {
    if before == 0 || gone as f64 <= before as f64 * max_share {
        return Ok(());
    }
    Err(StoreError::Invariant {
        invariant: format!("a deletion is believed only in small numbers: {gone} of {before} records would be gone"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_is_nowhere_is_noticed() {
        let whole =
            Tally { served: 10, rejected: 1, kept: 6, superseded: 1, repeated: 1, deletions: 1, ..Tally::default() };
        assert!(nothing_lost(&whole).is_ok());
        assert!(nothing_lost(&Tally { kept: 5, ..whole }).is_err());
    }

    #[test]
    fn a_source_that_serves_less_than_it_says_is_noticed() {
        assert!(counts_agree("land/land_right/00691", 10, Some(10)).is_ok());
        assert!(counts_agree("land/land_right/00691", 10, None).is_ok());
        assert!(counts_agree("land/land_right/00691", 9, Some(10)).is_err());
    }

    #[test]
    fn a_whole_commune_does_not_vanish_unasked() {
        assert!(deletions_are_plausible(5, 100, 0.05).is_ok());
        assert!(deletions_are_plausible(6, 100, 0.05).is_err());
        assert!(deletions_are_plausible(0, 0, 0.0).is_ok());
    }
}
