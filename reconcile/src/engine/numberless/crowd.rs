//! People who are candidates of a row and will be shown to nobody: only how many of each likeness
//! there are matters, and of a hundred such people there are some ten likenesses.

use super::compare::Levels;
use std::num::NonZeroU32;

/// So many more than are folded, at the least, before they are folded again.
const ROOM: usize = 1 << 14;

/// How much some people are alike a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Likeness {
    pub row: u32,
    pub levels: Levels,
    /// The rules by which they are candidates.
    pub rules: u16,
    /// Their name, where a waiting row has the same: see [`super::frequencies::Frequencies`].
    pub name: Option<NonZeroU32>,
    pub ethnicity: Option<u8>,
}

/// How many people are alike in one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Alike {
    pub likeness: Likeness,
    pub many: u32,
}

#[derive(Default)]
pub(super) struct Crowd {
    alike: Vec<Alike>,
    /// So many of them are in order, each likeness once.
    folded: usize,
}

impl Crowd {
    pub fn add(&mut self, likeness: Likeness, many: u32) {
        self.alike.push(Alike { likeness, many });
        if self.alike.len() >= self.folded + self.folded / 2 + ROOM {
            self.fold();
        }
    }

    /// Each likeness once, in order.
    pub fn fold(&mut self) {
        fold(&mut self.alike);
        self.folded = self.alike.len();
    }

    /// Of one row, in order; once all are folded.
    pub fn of(&self, row: u32) -> &[Alike] {
        let begin = self.alike.partition_point(|alike| alike.likeness.row < row);
        let rest = &self.alike[begin..];
        &rest[..rest.partition_point(|alike| alike.likeness.row == row)]
    }
}

/// Puts equal likenesses together.
pub(super) fn fold(alike: &mut Vec<Alike>) {
    alike.sort_unstable();
    alike.dedup_by(|next, kept| {
        let same = next.likeness == kept.likeness;
        kept.many += if same { next.many } else { 0 };
        same
    });
}

#[cfg(test)]
mod tests {
    use super::super::compare::FIELDS;
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn each_likeness_of_a_row_is_counted_however_often_they_are_folded() {
        let mut crowd = Crowd::default();
        let mut counted: BTreeMap<Likeness, u32> = BTreeMap::new();
        for n in 0..5 * ROOM as u32 {
            let mut levels = [0; FIELDS.len()];
            levels[n as usize % FIELDS.len()] = (n % 5) as u8;
            let (name, ethnicity) = (NonZeroU32::new(n % 2), (n % 13 == 0).then_some(7));
            let likeness = Likeness { row: n * 7 % 11 * 2, levels, rules: (n % 3) as u16, name, ethnicity };
            let many = 1 + n % 2;
            crowd.add(likeness, many);
            *counted.entry(likeness).or_default() += many;
        }
        assert!(crowd.alike.len() < 3 * ROOM, "they are folded on the way: {}", crowd.alike.len());
        crowd.fold();
        let of = |row: u32| crowd.of(row).iter().map(|alike| (alike.likeness, alike.many)).collect::<Vec<_>>();
        let found: Vec<_> = (0..22).flat_map(of).collect();
        assert_eq!(found, counted.into_iter().collect::<Vec<_>>());
        assert_eq!((of(1), of(22)), (Vec::new(), Vec::new()));
    }
}
