//! The rows of both sides that agree on the key of one rule.

use super::blocking::{LARGEST_BLOCK, Rule};
use super::dictionary::MISSING;
use super::field::Fields;
use super::groups::{Cutter, Groups, NONE};
use super::parallel::in_pieces;
use config::linkage::PartOf;
use std::borrow::Cow;
use std::collections::HashMap;

/// A part of a rule: the class of each row, and the rows by class.
struct Part<'f> {
    key: (usize, PartOf),
    classes: usize,
    /// Both sides; the second is empty where a table is linked with itself.
    class: [Cow<'f, [u32]>; 2],
    rows: [Groups; 2],
}

/// The parts of all rules, each once.
pub(super) struct Parts<'f>(Vec<Part<'f>>);

impl<'f> Parts<'f> {
    pub fn new(fields: &'f Fields, rules: &[Rule], workers: usize) -> Self {
        let mut keys: Vec<(usize, PartOf)> = Vec::new();
        for key in rules.iter().flatten() {
            if !keys.contains(key) {
                keys.push(*key);
            }
        }
        Self(in_pieces(&keys, 1, workers, |key| Part::new(fields, key[0])))
    }

    /// The blocks of a rule.
    pub fn blocks(&self, fields: &Fields, rule: &Rule) -> Blocks<'_> {
        let mut parts: Vec<&Part<'_>> =
            rule.iter().filter_map(|key| self.0.iter().find(|part| part.key == *key)).collect();
        parts.sort_by_key(|part| std::cmp::Reverse(part.classes));
        let mut blocks = Blocks {
            itself: fields.right_rows.is_none(),
            groups: parts[0].rows.each_ref().map(Cow::Borrowed),
            last: None,
        };
        for part in &parts[1..] {
            if blocks.last.is_some() {
                let cut = blocks.cut(&[], |counts, _| blocks.pairs(counts) > 0);
                blocks.groups = cut.map(Cow::Owned);
            }
            blocks.last = Some(part);
        }
        blocks
    }
}

impl<'f> Part<'f> {
    fn new(fields: &'f Fields, key: (usize, PartOf)) -> Self {
        let (field, of) = (&fields.fields[key.0], key.1);
        let dictionary = fields.dictionary(key.0);
        let (class, classes) = match of {
            PartOf::Whole => ([Cow::from(&field.left), Cow::from(&field.right)], dictionary.len()),
            _ => {
                let mut known = HashMap::new();
                let class_of: Vec<u32> = std::iter::once(MISSING)
                    .chain((1..dictionary.len() as u32).map(|value| {
                        let next = known.len() as u32 + 1;
                        *known.entry(part_key(dictionary.letters(value), of)).or_insert(next)
                    }))
                    .collect();
                let of_rows =
                    |values: &[u32]| Cow::Owned(values.iter().map(|value| class_of[*value as usize]).collect());
                ([of_rows(&field.left), of_rows(&field.right)], known.len() + 1)
            }
        };
        let rows = [Groups::by_class(&class[0], classes), Groups::by_class(&class[1], classes)];
        Self { key, classes, class, rows }
    }
}

/// The blocks of a rule, of whatever size.
pub(super) struct Blocks<'a> {
    itself: bool,
    /// Rows of both sides that agree on all parts of the rule but the last.
    groups: [Cow<'a, Groups>; 2],
    /// By what the groups are still to be cut: most blocks are too large, and are only counted.
    last: Option<&'a Part<'a>>,
}

impl<'a> Blocks<'a> {
    /// Pairs of a block with so many rows on both sides.
    fn pairs(&self, [left, right]: [u32; 2]) -> u64 {
        let (left, right) = (u64::from(left), u64::from(right));
        if self.itself { left * left.saturating_sub(1) / 2 } else { left * right }
    }

    /// The rows of a group on both sides.
    fn of(&self, group: usize) -> [&[u32]; 2] {
        [self.groups[0].of(group), if self.itself { &[] } else { self.groups[1].of(group) }]
    }

    /// Groups that have pairs.
    fn with_pairs(&self) -> impl Iterator<Item = (usize, u64)> {
        let pairs = |group: usize| self.pairs(self.of(group).map(|rows| rows.len() as u32));
        (0..self.groups[0].count()).map(move |group| (group, pairs(group))).filter(|(_, pairs)| *pairs > 0)
    }

    /// How many pairs there are in blocks of each size.
    pub fn pairs_by_size(&self) -> Vec<u64> {
        let mut by_size = vec![0; LARGEST_BLOCK + 1];
        let mut add = |pairs: u64| {
            if pairs <= LARGEST_BLOCK as u64 {
                by_size[pairs as usize] += pairs;
            }
        };
        match self.last {
            None => self.with_pairs().for_each(|(_, pairs)| add(pairs)),
            Some(part) => {
                let mut cutter = Cutter::new(part.classes, part.class.each_ref().map(|class| &**class));
                let groups = self.with_pairs();
                groups.for_each(|(group, _)| cutter.sizes(self.of(group), |counts| add(self.pairs(counts))));
            }
        }
        by_size
    }

    /// Cuts the groups by the last part. Groups whose left rows are met by one of `covered` are gone.
    fn cut(&self, covered: &[&Partners<'_>], wanted: impl Fn([u32; 2], u32) -> bool) -> [Groups; 2] {
        let mut out = [Groups::none(), Groups::none()];
        if let Some(part) = self.last {
            let mut cutter = Cutter::new(part.classes, part.class.each_ref().map(|class| &**class));
            for (group, _) in self.with_pairs() {
                let rows = self.of(group);
                if !covered.iter().any(|rule| rule.has(rows[0][0] as usize)) {
                    cutter.cut(rows, &mut out, &wanted);
                }
            }
        }
        out
    }

    /// Whom each left row meets in blocks of up to `largest` pairs. `less`: rules that ask for less
    /// than this one, and their partners: whom a row meets by one of them, it need not meet again.
    /// As the left rows of a block agree on all that these ask for, the first one tells of all.
    pub fn up_to(&self, largest: usize, left_rows: usize, less: &[(&Rule, &Partners<'_>)]) -> Partners<'_> {
        let sizes = 1..=largest as u64;
        let mut block_of = Vec::new();
        let mut take = |block: usize, rows: &[u32]| {
            if block_of.is_empty() {
                block_of = vec![NONE; left_rows];
            }
            rows.iter().for_each(|row| block_of[*row as usize] = block as u32);
        };
        let Some(part) = self.last else {
            let blocks = self.with_pairs().filter(|(_, pairs)| sizes.contains(pairs));
            blocks.for_each(|(block, _)| take(block, self.groups[0].of(block)));
            let rows = Cow::Borrowed(&*self.groups[usize::from(!self.itself)]);
            return Partners { itself: self.itself, block_of, rows };
        };
        let partners = |wanted: &dyn Fn(&Rule) -> bool| -> Vec<&Partners<'_>> {
            less.iter().filter(|(rule, _)| wanted(rule)).map(|(_, partners)| *partners).collect()
        };
        let of_groups = partners(&|rule| !rule.contains(&part.key));
        let of_blocks = partners(&|rule| rule.contains(&part.key));
        let [left, right] = self.cut(&of_groups, |counts, first| {
            sizes.contains(&self.pairs(counts)) && !of_blocks.iter().any(|rule| rule.has(first as usize))
        });
        (0..left.count()).for_each(|block| take(block, left.of(block)));
        Partners { itself: self.itself, block_of, rows: Cow::Owned(if self.itself { left } else { right }) }
    }
}

/// Whom a rule brings together.
pub(super) struct Partners<'a> {
    itself: bool,
    /// Of each left row; empty where there are no blocks.
    block_of: Vec<u32>,
    /// The rows of each block that are met: those of the right table, or of the only one.
    rows: Cow<'a, Groups>,
}

impl Partners<'_> {
    /// Nobody meets anybody.
    pub fn is_empty(&self) -> bool {
        self.block_of.is_empty()
    }

    /// Whether the left row is in a block that is compared.
    #[inline]
    fn has(&self, left: usize) -> bool {
        self.block_of.get(left).is_some_and(|block| *block != NONE)
    }

    /// The right rows that a left row is paired with; in one table those behind it.
    #[inline]
    pub fn of(&self, left: usize) -> &[u32] {
        match self.block_of.get(left) {
            None | Some(&NONE) => &[],
            Some(&block) if self.itself => {
                let rows = self.rows.of(block as usize);
                &rows[rows.partition_point(|row| *row as usize <= left)..]
            }
            Some(&block) => self.rows.of(block as usize),
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
