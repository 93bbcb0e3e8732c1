//! The rows of both sides that agree on the key of one rule.

use super::blocking::{LARGEST_BLOCK, Rule};
use super::dictionary::MISSING;
use super::field::Fields;
use super::groups::{Groups, NONE, Splitter};
use super::parallel::in_pieces;
use config::linkage::PartOf;
use std::collections::HashMap;

/// A part of a rule: the class of each row, and the rows by class.
struct Part {
    key: (usize, PartOf),
    classes: usize,
    /// Both sides; the second is empty where a table is linked with itself.
    class: [Vec<u32>; 2],
    rows: [Groups; 2],
}

/// The parts of all rules, each once.
pub(super) struct Parts(Vec<Part>);

impl Parts {
    pub fn new(fields: &Fields, rules: &[Rule], workers: usize) -> Self {
        let mut keys: Vec<(usize, PartOf)> = Vec::new();
        for key in rules.iter().flatten() {
            if !keys.contains(key) {
                keys.push(*key);
            }
        }
        Self(in_pieces(&keys, 1, workers, |key| Part::new(fields, key[0])))
    }

    /// The blocks of a rule.
    pub fn blocks(&self, fields: &Fields, rule: &Rule) -> Blocks {
        let mut parts: Vec<&Part> = rule.iter().filter_map(|key| self.0.iter().find(|part| part.key == *key)).collect();
        parts.sort_by_key(|part| std::cmp::Reverse(part.classes));
        let itself = fields.right_rows.is_none();
        let [mut left, mut right] = parts[0].rows.clone();
        for part in &parts[1..] {
            (left, right) = part.split(&left, &right, itself);
        }
        Blocks { itself, left, right }
    }
}

impl Part {
    fn new(fields: &Fields, key: (usize, PartOf)) -> Self {
        let (field, of) = (&fields.fields[key.0], key.1);
        let dictionary = fields.dictionary(key.0);
        let (class, classes) = match of {
            PartOf::Whole => ([field.left.clone(), field.right.clone()], dictionary.len()),
            _ => {
                let mut known = HashMap::new();
                let class_of: Vec<u32> = std::iter::once(MISSING)
                    .chain((1..dictionary.len() as u32).map(|value| {
                        let next = known.len() as u32 + 1;
                        *known.entry(part_key(dictionary.letters(value), of)).or_insert(next)
                    }))
                    .collect();
                let of_rows = |values: &[u32]| values.iter().map(|value| class_of[*value as usize]).collect();
                ([of_rows(&field.left), of_rows(&field.right)], known.len() + 1)
            }
        };
        let rows = [Groups::by_class(&class[0], classes), Groups::by_class(&class[1], classes)];
        Self { key, classes, class, rows }
    }

    /// Splits groups of both sides, each in the same way; what has no partner on the right is gone.
    fn split(&self, left: &Groups, right: &Groups, itself: bool) -> (Groups, Groups) {
        let mut split = Splitter::new(self.classes);
        let empty = |rows: usize| Groups { rows: Vec::with_capacity(rows), starts: vec![0] };
        let (mut lefts, mut rights) = (empty(left.rows.len()), empty(right.rows.len()));
        for group in 0..left.count() {
            let (of_left, of_right) = (left.of(group), if itself { &[] } else { right.of(group) });
            if of_left.is_empty() || (of_right.is_empty() && !itself) {
                continue;
            }
            split.count(group as u32, [of_left, of_right], &self.class);
            if itself {
                split.counts.iter_mut().for_each(|[left, right]| *right = *left - 1);
            }
            split.put(0, of_left, &mut lefts);
            if !itself {
                split.put(1, of_right, &mut rights);
            }
        }
        (lefts, rights)
    }
}

/// The blocks of a rule, of whatever size.
pub(super) struct Blocks {
    itself: bool,
    left: Groups,
    right: Groups,
}

impl Blocks {
    fn size(&self, block: usize) -> u64 {
        let left = self.left.of(block).len() as u64;
        if self.itself { left * left.saturating_sub(1) / 2 } else { left * self.right.of(block).len() as u64 }
    }

    /// How many pairs there are in blocks of each size.
    pub fn pairs_by_size(&self) -> Vec<u64> {
        let mut pairs = vec![0; LARGEST_BLOCK + 1];
        let sizes = (0..self.left.count()).map(|block| self.size(block));
        sizes.filter(|size| *size <= LARGEST_BLOCK as u64).for_each(|size| pairs[size as usize] += size);
        pairs
    }

    /// The block of each left row, where it has one of up to `largest` pairs.
    pub fn up_to(&self, largest: usize, left_rows: usize) -> Partners<'_> {
        let mut block_of = vec![NONE; left_rows];
        for block in (0..self.left.count()).filter(|block| (1..=largest as u64).contains(&self.size(*block))) {
            self.left.of(block).iter().for_each(|row| block_of[*row as usize] = block as u32);
        }
        Partners { blocks: self, block_of }
    }
}

/// Whom a rule brings together.
pub(super) struct Partners<'a> {
    blocks: &'a Blocks,
    block_of: Vec<u32>,
}

impl Partners<'_> {
    /// Whether the left row is in a block that is compared.
    #[inline]
    pub fn has(&self, left: usize) -> bool {
        self.block_of[left] != NONE
    }

    /// The right rows that a left row is paired with; in one table those behind it.
    #[inline]
    pub fn of(&self, left: usize) -> &[u32] {
        match self.block_of[left] {
            NONE => &[],
            block if self.blocks.itself => {
                let rows = self.blocks.left.of(block as usize);
                &rows[rows.partition_point(|row| *row as usize <= left)..]
            }
            block => self.blocks.right.of(block as usize),
        }
    }
}

fn part_key(letters: &[u8], of: PartOf) -> u64 {
    let hash = |letters: &mut dyn Iterator<Item = u8>| letters.fold(7u64, |hash, c| mix(hash ^ u64::from(c)));
    match of {
        PartOf::Whole => hash(&mut letters.iter().copied()),
        PartOf::Prefix(length) => hash(&mut letters.iter().copied().take(length)),
        PartOf::Sound => {
            let mut last = 0;
            let mut consonants = letters.iter().copied().filter(|c| {
                let keep = !b"aeiouyhw ".contains(c) && *c != last;
                last = *c;
                keep
            });
            hash(&mut consonants.by_ref().take(4))
        }
    }
}

fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 31)).wrapping_mul(0x7fb5_d329_728e_a185);
    (x ^ (x >> 27)).wrapping_mul(0x81da_def4_bc2d_d44d)
}
