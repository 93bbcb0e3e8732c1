//! The third pass: over the population, picking the candidates of the rows that wait.

use super::super::index::Index;
use super::super::row::{Context, Row, View};
use super::LARGEST_BLOCK;
use super::keys::{Blocked, RULES, end_of, name_keys};
use super::learn::{Frequencies, ticket};
use super::outcome::{Decisions, Links, RecordRef};
use super::settle::settle;
use super::values::{Pending, Shared, Values};
use crate::hashed::{Hashes, Table, Texts};
use crate::normal::ethnicity;
use crate::normal::id::{IdForm, classify, pack};
use schemas::PartialDate;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// People of whom pairs by chance are made.
const SAMPLE: usize = 512;
/// In the mask of a pair: looked at for its number, not for its keys.
const BY_NUMBER: u16 = 1 << RULES.len();

/// A record of the population: the number, then its own key.
pub(super) type PersonKey = (u64, String, u16);

/// The rows that wait, and the keys by which they are looked for.
pub struct Search<'c> {
    pub(super) context: &'c Context,
    pub(super) index: Index,
    /// In the order of their records.
    pub(super) pending: Vec<Pending>,
    pub(super) decisions: Decisions,
    /// Waiting rows by key, with the rule.
    blocks: Table<Vec<(u32, u8)>>,
    names: Hashes,
    days: HashSet<u64>,
    needs_parents: bool,
    /// Numbers that are looked at whatever the keys: claimed by a row, or decided about.
    wanted: Table<Vec<u32>>,
}

/// What was found in a part of the population. Parts may be looked through side by side.
#[derive(Default)]
pub struct Found {
    pub(super) people: BTreeMap<PersonKey, Values>,
    /// Row and person, with the rules that made them candidates.
    pub(super) pairs: BTreeMap<(u32, PersonKey), u16>,
    counts: Texts<(u32, u8), usize>,
    shared: Shared,
    /// Blocks that the person in hand is in; kept for its room.
    found: Vec<(u32, u8)>,
    /// Those with the smallest tickets, so that the order of rows makes no difference.
    pub(super) sample: BTreeMap<(u64, PersonKey), Values>,
    pub(super) frequencies: Frequencies,
}

impl Found {
    /// Both parts together.
    fn and(mut self, other: Self) -> Self {
        self.people.extend(other.people);
        for (pair, mask) in other.pairs {
            *self.pairs.entry(pair).or_default() |= mask;
        }
        for (block, count) in other.counts {
            *self.counts.entry(block).or_default() += count;
        }
        self.sample.extend(other.sample);
        while self.sample.len() > SAMPLE {
            self.sample.pop_last();
        }
        self.frequencies.add(other.frequencies);
        self
    }

    /// Which pairs of a block that is too large were seen first depends on the order: none counts.
    fn without_large_blocks(mut self) -> Self {
        let counts = std::mem::take(&mut self.counts);
        self.pairs.retain(|(at, _), mask| {
            for rule in 0..RULES.len() as u8 {
                if counts.get(&(*at, rule)).is_some_and(|count| *count > LARGEST_BLOCK) {
                    *mask &= !(1 << rule);
                }
            }
            *mask != 0
        });
        self
    }
}

impl<'c> Search<'c> {
    pub(in crate::engine) fn new(
        context: &'c Context,
        index: Index,
        mut pending: Vec<Pending>,
        decisions: Decisions,
    ) -> Self {
        pending.sort_by(|a, b| a.record.cmp(&b.record));
        let mut search = Self {
            context,
            index,
            pending,
            decisions,
            blocks: Table::default(),
            names: Hashes::default(),
            days: HashSet::new(),
            needs_parents: false,
            wanted: Table::default(),
        };
        search.prepare();
        search
    }

    fn prepare(&mut self) {
        let mut decided: BTreeMap<&RecordRef, Vec<u64>> = BTreeMap::new();
        for (record, person) in self.decisions.keys() {
            if let IdForm::Number(id) | IdForm::UnknownPrefix(id) = classify(person) {
                decided.entry(record).or_default().push(pack(&id));
            }
        }
        for (at, row) in self.pending.iter().enumerate() {
            let numbers = decided.get(&row.record).into_iter().flatten().copied().chain(row.claimed);
            for number in numbers {
                self.wanted.entry(number).or_default().push(at as u32);
            }
            let blocked = row.values.blocked();
            self.needs_parents |= blocked.mother.is_some() || blocked.father.is_some();
            self.names.extend(blocked.names.iter().map(|(name, _)| *name));
            self.days.extend(blocked.day());
            let blocks = &mut self.blocks;
            blocked.keys(|rule, key| {
                let block = blocks.entry(key).or_default();
                if !block.contains(&(at as u32, rule)) {
                    block.push((at as u32, rule));
                }
            });
        }
    }

    /// Whether there is anything to look for in the population.
    pub fn is_needed(&self) -> bool {
        !self.pending.is_empty()
    }

    /// The columns that [`Self::population`] looks at.
    pub const POPULATION_COLUMNS: &'static [&'static str] = &[
        "part",
        "updated_at",
        "personal_id",
        "old_id",
        "name",
        "sex",
        "birth_date",
        "ethnicity",
        "residence_province",
        "residence_district",
        "residence_commune",
        "residence_commune_name",
        "residence_detail",
        "residence_text",
        "father_name",
        "mother_name",
    ];

    /// Looks at one row of the population.
    pub fn population(&self, row: &Row<'_>, into: &mut Found) {
        let View::Person(view) = &row.view else { return };
        let Some(IdForm::Number(id) | IdForm::UnknownPrefix(id)) = view.personal_id.map(classify) else { return };
        let number = pack(&id);
        let mention = view.mention();
        let names: Vec<(u64, u64)> = mention.name.map(name_keys).into_iter().collect();
        into.frequencies.people += 1;
        if let Some(code) = mention.ethnicity.and_then(ethnicity::code) {
            *into.frequencies.ethnicity.entry(code).or_default() += 1;
        }
        let named = names.iter().any(|(name, _)| self.names.contains(name));
        if named {
            names.iter().for_each(|(name, _)| *into.frequencies.names.entry(*name).or_default() += 1);
        }
        let parent = |name: Option<&str>| name.filter(|_| self.needs_parents).map(|name| name_keys(name).0);
        let mut blocked = Blocked {
            names,
            birth: mention.birth_date.and_then(|text| PartialDate::parse_iso(text).ok()),
            place: Arc::default(),
            cmnd: cmnd(view.old_id),
            end: end_of(id.as_str()),
            mother: parent(mention.mother_name),
            father: parent(mention.father_name),
        };
        // Only whom a key with the commune may tell is asked where he lives.
        if named || blocked.day().is_some_and(|day| self.days.contains(&day)) {
            blocked.place = into.shared.place(self.context, row);
        }
        let mut found = std::mem::take(&mut into.found);
        found.clear();
        blocked.keys(|_, key| found.extend(self.blocks.get(&key).into_iter().flatten()));
        found.sort_unstable();
        found.dedup();
        let key = || -> PersonKey { (number, row.record_key.to_owned(), row.part) };
        let make = |shared: &mut Shared| {
            let mut values = Values::new(self.context, row, &mention, shared);
            values.cmnd = cmnd(view.old_id);
            values.number = Some(id.as_str().to_owned());
            values
        };
        let ticket = ticket(number);
        if into.sample.len() < SAMPLE || into.sample.last_key_value().is_some_and(|(last, _)| ticket <= last.0) {
            into.sample.insert((ticket, key()), make(&mut into.shared));
            if into.sample.len() > SAMPLE {
                into.sample.pop_last();
            }
        }
        let mut kept = false;
        for (at, rule) in &found {
            let count = into.counts.entry((*at, *rule)).or_default();
            *count += 1;
            if *count <= LARGEST_BLOCK {
                *into.pairs.entry((*at, key())).or_default() |= 1 << rule;
                kept = true;
            }
        }
        for at in self.wanted.get(&number).into_iter().flatten() {
            *into.pairs.entry((*at, key())).or_default() |= BY_NUMBER;
            kept = true;
        }
        if kept {
            into.people.entry(key()).or_insert_with(|| make(&mut into.shared));
        }
        into.found = found;
    }

    /// Every population row has been seen, in `parts`: settles the rows on up to `workers` threads.
    pub fn finish(self, parts: Vec<Found>, workers: usize) -> (Index, Links) {
        let found = parts.into_iter().fold(Found::default(), Found::and);
        settle(self, found.without_large_blocks(), workers)
    }
}

/// A person's CMND, where it is one.
fn cmnd(text: Option<&str>) -> Option<u32> {
    text.into_iter().flat_map(|text| text.split(';')).find_map(|one| match classify(one.trim()) {
        IdForm::OldNumber(old) | IdForm::RepairedOld(old) => Some(old),
        _ => None,
    })
}
