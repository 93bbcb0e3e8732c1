//! From what was compared to findings in order: by the row of the left table, then those of the
//! right table alone.

use super::CompareError;
use super::rows::{Differences, Side};
use super::sink::Sink;
use reconcile::tables::keys::Keys;
use reconcile::tables::{Code, Joined, NONE, Repeat};
use std::collections::HashSet;
use std::ops::Range;

/// One finding, as it is written.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    pub key: &'a str,
    /// The place of the field in the plan; `None`: about the row.
    pub field: Option<usize>,
    pub code: Code,
    pub left: &'a str,
    pub right: &'a str,
    pub left_row: Option<u64>,
    pub right_row: Option<u64>,
    /// The earlier row that this one repeats.
    pub first: Option<u64>,
}

/// One joined part of the tables.
pub struct Part<'a> {
    pub joined: &'a Joined,
    pub keys: &'a Keys,
    pub left: &'a Side,
    pub right: &'a Side,
    /// For each repeat, whether it says something else than the first row.
    left_conflicts: Vec<bool>,
    right_conflicts: Vec<bool>,
    /// Rows of the left table that meet another, but are not compared.
    excluded: HashSet<u32>,
}

/// What an event of a row refers to, in the order in which it is told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Only,
    NoKey,
    Repeat(u32),
    KeyWritten,
    Difference { field: u16, list: u32, at: u32 },
}

impl<'a> Part<'a> {
    pub fn new(
        joined: &'a Joined,
        keys: &'a Keys,
        [left, right]: [&'a Side; 2],
        [left_conflicts, right_conflicts]: [Vec<bool>; 2],
    ) -> Self {
        let conflicting = |repeats: &[Repeat], flags: &[bool]| -> HashSet<u32> {
            repeats.iter().zip(flags).filter(|(_, flag)| **flag).map(|(repeat, _)| repeat.first).collect()
        };
        let mut excluded = conflicting(&joined.left_repeats, &left_conflicts);
        excluded.retain(|row| joined.partner[*row as usize] != NONE);
        let rights = conflicting(&joined.right_repeats, &right_conflicts);
        if !rights.is_empty() {
            let met = joined.partner.iter().enumerate().filter(|(_, partner)| rights.contains(partner));
            excluded.extend(met.map(|(row, _)| row as u32));
        }
        Self { joined, keys, left, right, left_conflicts, right_conflicts, excluded }
    }

    /// Tells the sink how many rows there are and which of them are compared.
    pub fn count(&self, sink: &mut Sink) {
        let summary = sink.summary();
        summary.left.rows += self.left.keys.len() as u64;
        summary.right.rows += self.right.keys.len() as u64;
        summary.shared += self.joined.pairs;
        summary.compared += self.joined.pairs - self.excluded.len() as u64;
    }

    /// The findings of some rows of the left table; the lists hold all differences of these rows.
    pub fn left(&self, rows: Range<u32>, lists: &[Differences], sink: &mut Sink) -> Result<(), CompareError> {
        let mut events: Vec<(u32, What)> = Vec::new();
        let joined = self.joined;
        events.extend(within(&joined.left_only, &rows).iter().map(|row| (*row, What::Only)));
        events.extend(within(&joined.left_without_key, &rows).iter().map(|row| (*row, What::NoKey)));
        events.extend(repeats(&joined.left_repeats, &rows));
        if self.left.has_odd() || self.right.has_odd() {
            let odd = |row: &u32| {
                let partner = joined.partner[*row as usize];
                partner != NONE && (self.left.odd(*row).is_some() || self.right.odd(partner).is_some())
            };
            events.extend(rows.clone().filter(odd).map(|row| (row, What::KeyWritten)));
        }
        for (list, differences) in lists.iter().enumerate() {
            let event = |(at, row): (usize, &u32)| {
                let field = differences.get(at).0 as u16;
                (*row, What::Difference { field, list: list as u32, at: at as u32 })
            };
            let kept = differences.rows.iter().enumerate().filter(|(_, row)| !self.excluded.contains(row));
            events.extend(kept.map(event));
        }
        events.sort_unstable();
        for (row, what) in events {
            let key = self.keys.text(self.left.keys[row as usize]);
            let partner = joined.partner[row as usize];
            let plain = Found {
                key: &key,
                field: None,
                code: Code::RowOnlyLeft,
                left: "",
                right: "",
                left_row: Some(self.left.number(row)),
                right_row: (partner != NONE).then(|| self.right.number(partner)),
                first: None,
            };
            let found = match what {
                What::Only => plain,
                What::NoKey => Found { code: Code::NoKeyLeft, ..plain },
                What::Repeat(at) => {
                    let conflict = self.left_conflicts[at as usize];
                    let first = joined.left_repeats[at as usize].first;
                    let code = if conflict { Code::ConflictLeft } else { Code::RepeatLeft };
                    Found { code, first: Some(self.left.number(first)), ..plain }
                }
                What::KeyWritten => {
                    let left = self.left.odd(row).unwrap_or(&key);
                    let right = self.right.odd(partner).unwrap_or(&key);
                    if left.trim() == right.trim() {
                        continue;
                    }
                    Found { code: Code::KeyWritten, left, right, ..plain }
                }
                What::Difference { list, at, .. } => {
                    let (field, code, left, right) = lists[list as usize].get(at as usize);
                    Found { field: Some(field), code, left, right, ..plain }
                }
            };
            sink.take(&found)?;
        }
        Ok(())
    }

    /// The findings of rows of the right table that meet none.
    pub fn right(&self, sink: &mut Sink) -> Result<(), CompareError> {
        let joined = self.joined;
        let all = 0..u32::MAX;
        let mut events: Vec<(u32, What)> = joined.right_only.iter().map(|row| (*row, What::Only)).collect();
        events.extend(joined.right_without_key.iter().map(|row| (*row, What::NoKey)));
        events.extend(repeats(&joined.right_repeats, &all));
        events.sort_unstable();
        for (row, what) in events {
            let key = self.keys.text(self.right.keys[row as usize]);
            let (code, first) = match what {
                What::Repeat(at) => {
                    let conflict = self.right_conflicts[at as usize];
                    let first = self.right.number(joined.right_repeats[at as usize].first);
                    (if conflict { Code::ConflictRight } else { Code::RepeatRight }, Some(first))
                }
                What::NoKey => (Code::NoKeyRight, None),
                _ => (Code::RowOnlyRight, None),
            };
            let right_row = Some(self.right.number(row));
            sink.take(&Found { key: &key, field: None, code, left: "", right: "", left_row: None, right_row, first })?;
        }
        Ok(())
    }
}

fn within<'a>(sorted: &'a [u32], rows: &Range<u32>) -> &'a [u32] {
    let at = |row: u32| sorted.partition_point(|other| *other < row);
    &sorted[at(rows.start)..at(rows.end)]
}

fn repeats<'a>(sorted: &'a [Repeat], rows: &Range<u32>) -> impl Iterator<Item = (u32, What)> + use<'a> {
    let at = |row: u32| sorted.partition_point(|other| other.row < row);
    let from = at(rows.start);
    let found = &sorted[from..at(rows.end)];
    found.iter().enumerate().map(move |(at, repeat)| (repeat.row, What::Repeat((from + at) as u32)))
}
