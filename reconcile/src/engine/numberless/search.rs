//! The third pass: over the population, picking the candidates of the rows that wait.

use super::super::index::Index;
use super::super::row::{Context, View};
use super::super::table::{self, Columns};
use super::super::twins::suspect;
use super::SAMPLE;
use super::blocks::Blocks;
use super::candidates::rarity_counts;
use super::compare::{ETHNICITY, NAME, is_enough, is_worth_a_look, levels};
use super::crowd::Likeness;
use super::found::{BY_NUMBER, Found};
use super::keys::{Blocked, end_of, name_keys};
use super::outcome::{Decisions, RecordRef};
use super::pairs::{Pair, ROWS, Who};
use super::settle::settle;
use super::settled::Settled;
use super::side::Side;
use super::values::{Pending, Shared, Values, cmnd};
use crate::hashed::{Hashes, Sieve, Table, spread};
use crate::normal::ethnicity;
use crate::normal::fold::hash_loose;
use crate::normal::id::{IdForm, classify, pack, unpack};
use schemas::record::PersonColumn;
use schemas::{Dataset, PartialDate};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::num::NonZeroU32;
use std::sync::Arc;

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
    blocks: Blocks,
    /// The keys of `blocks`: most people have none of them.
    keys: Sieve,
    /// The names of the rows, folded and as hashes, with a number each.
    names: Table<NonZeroU32>,
    /// As [`spread`].
    days: Hashes,
    needs_parents: bool,
    /// Numbers that are looked at whatever the keys: claimed by a row, or decided about. As
    /// [`spread`].
    wanted: Table<Vec<u32>>,
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
            blocks: Blocks::default(),
            keys: Sieve::default(),
            names: Table::default(),
            days: Hashes::default(),
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
        let mut keys: Vec<(u64, u32, u8)> = Vec::new();
        for (at, row) in self.pending.iter().enumerate() {
            let numbers = decided.get(&row.record).into_iter().flatten().copied().chain(row.claimed);
            for number in numbers {
                self.wanted.entry(spread(number)).or_default().push(at as u32);
            }
            let blocked = row.values.blocked();
            self.needs_parents |= blocked.mother.is_some() || blocked.father.is_some();
            for (name, _) in blocked.names.iter() {
                let next = NonZeroU32::MIN.saturating_add(self.names.len() as u32);
                self.names.entry(*name).or_insert(next);
            }
            self.days.extend(blocked.day().map(spread));
            blocked.keys(|rule, key| keys.push((key, at as u32, rule)));
        }
        self.blocks = Blocks::of(keys.into_iter());
        self.keys = Sieve::of(self.blocks.keys());
    }

    /// Whether there is anything to look for in the population.
    pub fn is_needed(&self) -> bool {
        !self.pending.is_empty() || !self.index.suspects.is_empty()
    }

    /// The columns that [`Self::population`] looks at.
    pub const POPULATION_COLUMNS: &'static [&'static str] = &[
        "part",
        "commune",
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
        "mother_id",
    ];

    /// Looks at one row of the population.
    pub fn population<T: Columns>(&self, table: &table::Table<'_, T>, row: usize, into: &mut Found) {
        if table.dataset != Dataset::Person {
            return;
        }
        let text = |column: PersonColumn| table.columns.text(column as usize, row);
        let Some(IdForm::Number(id) | IdForm::UnknownPrefix(id)) = text(PersonColumn::personal_id).map(classify) else {
            return;
        };
        let number = pack(&id);
        let ticket = spread(number);
        if self.index.suspects.contains(&suspect(number)) {
            let row = table.row(row);
            if let View::Person(view) = &row.view {
                into.twins.see(&row, view, number);
            }
        }
        let names: Option<(u64, u64)> = text(PersonColumn::name).map(name_keys);
        into.frequencies.person(text(PersonColumn::ethnicity).and_then(ethnicity::code));
        let named = names.and_then(|(name, _)| self.names.get(&name).copied());
        if let Some(name) = named {
            into.frequencies.name(name, self.names.len());
        }
        let parent = |name: Option<&str>| name.filter(|_| self.needs_parents).map(hash_loose);
        let mut blocked = Blocked {
            names: Cow::Borrowed(names.as_slice()),
            birth: text(PersonColumn::birth_date).and_then(|text| PartialDate::parse_iso(text).ok()),
            place: Arc::default(),
            cmnd: cmnd(text(PersonColumn::old_id)),
            end: end_of(id.as_str()),
            mother: parent(text(PersonColumn::mother_name)),
            father: parent(text(PersonColumn::father_name)),
        };
        // Only whom a key with the commune may tell is asked where he lives.
        if named.is_some() || blocked.day().is_some_and(|day| self.days.contains(&spread(day))) {
            blocked.place = into.shared.place(self.context, &table.residence(row), table.columns.updated_at(row));
        }
        let mut found = std::mem::take(&mut into.found);
        found.clear();
        blocked.keys(|_, key| {
            if self.keys.may_have(key) {
                found.extend(self.blocks.of_key(key));
            }
        });
        found.sort_unstable();
        found.dedup();
        let make = |shared: &mut Shared| -> Option<(PersonKey, Values)> {
            let row = table.row(row);
            let View::Person(view) = &row.view else { return None };
            let mut values = Values::new(self.context, &row, &view.mention(), shared);
            values.cmnd = blocked.cmnd;
            values.number = Some(id.as_str().to_owned());
            Some(((number, row.record_key.to_owned(), row.part), values))
        };
        if into.sample.len() < SAMPLE || ticket <= into.last_ticket {
            into.sample.extend(make(&mut into.shared).map(|(key, values)| ((ticket, key), values)));
            if into.sample.len() > SAMPLE {
                into.sample.pop_last();
            }
            into.last_ticket = into.sample.last_key_value().map_or(u64::MAX, |(last, _)| last.0);
        }
        let mut rules: Vec<(u32, u16)> = std::mem::take(&mut into.rules);
        rules.clear();
        for rows in found.chunk_by(|a, b| a.0 == b.0) {
            let mut mask = 0;
            for (at, rule) in rows {
                mask |= into.counted(*at, *rule, self.pending.len());
            }
            if let (Some((at, _)), true) = (rows.first(), mask != 0) {
                rules.push((*at, mask));
            }
        }
        rules.extend(self.wanted.get(&ticket).into_iter().flatten().map(|at| (*at, BY_NUMBER)));
        rules.sort_unstable();
        if !rules.is_empty()
            && let Some(person) = make(&mut into.shared)
        {
            self.pairs((number, named), person, &rules, into);
        }
        (into.found, into.rules) = (found, rules);
    }

    /// Compares a person with rows that may be of it. Of all that is compared nothing is kept but how
    /// much they are alike.
    fn pairs(
        &self,
        (number, name): (u64, Option<NonZeroU32>),
        (key, values): (PersonKey, Values),
        rules: &[(u32, u16)],
        into: &mut Found,
    ) {
        let who = Who::new(number, &key.1, key.2);
        for rules in rules.chunk_by(|a, b| a.0 == b.0) {
            let row = rules[0].0;
            let pending = &self.pending[row as usize];
            let mask = rules.iter().fold(0, |mask, (_, more)| mask | more);
            let levels = levels(&pending.values, &values, &mut into.compared);
            let by_number = mask & BY_NUMBER != 0;
            if by_number && self.decisions.contains_key(&(pending.record.clone(), unpack(number))) {
                into.decided.entry(who).or_insert_with(|| Side::new(&key.1, &values.told(), values.place.clone()));
            }
            // How rare a value is says something only where it agrees.
            let name = name.filter(|_| rarity_counts(NAME, &levels));
            let ethnicity = values.ethnicity.filter(|_| rarity_counts(ETHNICITY, &levels));
            let likeness = Likeness { row, levels, rules: mask, name, ethnicity };
            if by_number || is_enough(&levels) || is_worth_a_look(&levels) {
                into.pairs.add(Pair::new(&likeness, who), &mut into.crowd);
            } else {
                into.crowd.add(likeness, 1);
            }
        }
    }

    /// How many tables pairs may be put aside in: see [`Found::put_aside`].
    pub fn tables(&self) -> u32 {
        self.pending.len().div_ceil(ROWS) as u32
    }

    /// Every population row has been seen, in `parts`: settles the rows on up to `workers` threads.
    /// `aside`: all that was put aside under a table's number, one behind the other; it is asked for
    /// several times.
    pub fn finish<E: Send>(
        mut self,
        parts: Vec<Found>,
        aside: impl Fn(u32) -> Result<Vec<u8>, E> + Sync,
        workers: usize,
    ) -> Result<(Index, Settled), E> {
        let found = Found::all(parts, self.pending.len(), std::mem::take(&mut self.names));
        settle(self, found, &aside, workers)
    }

    /// The same, where nothing was put aside.
    pub fn finish_in_memory(self, parts: Vec<Found>, workers: usize) -> (Index, Settled) {
        match self.finish(parts, |_| Ok::<_, Infallible>(Vec::new()), workers) {
            Ok(done) => done,
            Err(never) => match never {},
        }
    }
}
