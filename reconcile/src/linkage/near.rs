//! Rows of some pairs, brought near: each is waited for, but all of them together.

use super::compare::{NO_EVIDENCE, Pattern};
use super::dictionary::MISSING;
use super::field::{Eight, Fields};

/// The values of both rows of each pair, one row after the other.
#[derive(Default)]
pub struct Near {
    /// Values that a row has, with those behind its last field.
    width: usize,
    left: Vec<Eight>,
    right: Vec<Eight>,
}

impl Near {
    pub fn bring(&mut self, fields: &Fields, pairs: &[(u32, u32)]) {
        self.width = fields.fields.len().next_multiple_of(8);
        self.left.clear();
        pairs.iter().for_each(|(left, _)| self.left.extend(fields.left_eights(*left).iter().copied()));
        self.bring_rights(fields, pairs);
    }

    /// Of the right rows only.
    pub fn bring_rights(&mut self, fields: &Fields, pairs: &[(u32, u32)]) {
        self.width = fields.fields.len().next_multiple_of(8);
        self.right.clear();
        pairs.iter().for_each(|(_, right)| self.right.extend(fields.right_eights(*right).iter().copied()));
    }

    /// The values of the right row of each pair.
    pub fn rights(&self) -> impl Iterator<Item = &[Eight]> {
        self.right.chunks_exact((self.width / 8).max(1))
    }

    /// Adds the level of a field to the pattern of each pair. `level` is asked for where there is no
    /// value, too, and not heard.
    pub fn each(&self, field: usize, patterns: &mut [Pattern], mut level: impl FnMut(u32, u32) -> u8) {
        let (left, right) = (self.left.as_flattened(), self.right.as_flattened());
        let rows = left.chunks_exact(self.width).zip(right.chunks_exact(self.width));
        for (pattern, (left, right)) in patterns.iter_mut().zip(rows) {
            let (a, b) = (left[field], right[field]);
            let level = level(a, b);
            let level = if (a == MISSING) | (b == MISSING) { NO_EVIDENCE } else { level };
            *pattern |= u64::from(level) << (3 * field);
        }
    }
}
