//! Two numbers that one person has: found by a hash of who it is, and told from their rows when
//! the population is searched. Of the millions who have one number nothing but hashes is kept.

use super::arena::{Arena, Span};
use super::draft::{Draft, Said};
use super::row::{Row, day_of};
use crate::hashed::{Hashes, spread};
use crate::normal::fold::hash_exact;
use crate::normal::id::{pack, unpack};
use schemas::record::PersonView;
use schemas::{Dataset, FindingKind, Level, PartialDate, PersonalId, Subject};
use std::collections::BTreeSet;

/// Name, full birth date, sex and mother's name as one number; `None` where one is not known.
pub(super) fn who(
    name: Option<&str>,
    born: Option<PartialDate>,
    sex: Option<&str>,
    mother: Option<&str>,
) -> Option<u64> {
    let (name, sex, mother) = (name?, sex?, mother?);
    let born = born.filter(|date| date.is_full()).and_then(PartialDate::to_date)?;
    let day = (u64::from(born.year().unsigned_abs()) << 16) | ((born.month() as u64) << 8) | born.day() as u64;
    let parts = [hash_exact(name), day, hash_exact(sex), hash_exact(mother)];
    Some(parts.into_iter().fold(0u64, |hash, part| (hash ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)))
}

/// Who somebody is and under which number, as far as eight bytes tell: by that nobody is missed who
/// has two numbers, and one in a thousand is suspected who has not.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sketch(u64);

impl Sketch {
    /// `who`: see [`who`].
    pub fn new(who: u64, number: u64) -> Self {
        Self((spread(who) & !u64::from(u32::MAX)) | half(number))
    }
}

/// The half of a number's hash that a sketch keeps.
fn half(number: u64) -> u64 {
    spread(number) >> 32
}

/// A number as it is asked for in [`suspects`].
pub(super) fn suspect(number: u64) -> u64 {
    spread(half(number))
}

/// Numbers of which another row has the same person behind it, each as [`suspect`].
pub(super) fn suspects(mut people: Vec<Sketch>) -> Hashes {
    people.sort_unstable();
    let groups = people.chunk_by(|a, b| a.0 >> 32 == b.0 >> 32).filter(|group| group.len() > 1);
    groups.flatten().map(|sketch| spread(sketch.0 & u64::from(u32::MAX))).collect()
}

/// The rows of people who may have two numbers.
#[derive(Default)]
pub(super) struct Twins {
    entries: Vec<Entry>,
    texts: Arena,
}

struct Entry {
    /// See [`who`].
    hash: u64,
    person: u64,
    /// 0: the mother's number is not known.
    mother: u64,
    source: usize,
    part: u16,
    /// Record key, commune, day of update.
    text: Span,
}

impl Twins {
    pub fn see(&mut self, row: &Row<'_>, view: &PersonView<'_>, person: u64) {
        let born = view.birth_date.and_then(|text| PartialDate::parse_iso(text).ok());
        let Some(hash) = who(view.name, born, view.sex, view.mother_name) else { return };
        let mother = view.mother_id.and_then(|id| PersonalId::parse(id).ok()).map_or(0, |id| pack(&id));
        let updated = row.updated_at.unwrap_or_default();
        let text = self.texts.push(&[row.record_key, row.commune.unwrap_or_default(), updated]);
        self.entries.push(Entry { hash, person, mother, source: row.source, part: row.part, text });
    }

    pub fn and(mut self, other: Self) -> Self {
        for entry in other.entries {
            let text = self.texts.push(&other.texts.fields::<3>(entry.text));
            self.entries.push(Entry { text, ..entry });
        }
        self
    }

    pub fn drafts(mut self) -> Vec<Draft> {
        self.entries.sort_unstable_by_key(|e| (e.hash, e.person, e.mother));
        let mut drafts = Vec::new();
        for group in self.entries.chunk_by(|a, b| a.hash == b.hash) {
            // Mothers of one name but two numbers are two mothers.
            let mothers: BTreeSet<u64> = group.iter().map(|e| e.mother).filter(|mother| *mother != 0).collect();
            let families: Vec<Vec<&Entry>> = if mothers.len() < 2 {
                vec![group.iter().collect()]
            } else {
                mothers.iter().map(|mother| group.iter().filter(|e| e.mother == *mother).collect()).collect()
            };
            drafts.extend(families.iter().filter_map(|family| self.one_person(family)));
        }
        drafts
    }

    fn one_person(&self, family: &[&Entry]) -> Option<Draft> {
        let numbers: BTreeSet<u64> = family.iter().map(|e| e.person).collect();
        let smallest = numbers.first().filter(|_| numbers.len() > 1)?;
        let mut said: Vec<(Said, &str)> = family
            .iter()
            .map(|entry| {
                let [key, commune, updated] = self.texts.fields::<3>(entry.text);
                let said = Said {
                    source: entry.source,
                    dataset: Dataset::Person,
                    record_key: key.to_owned(),
                    part: entry.part,
                    value: Some(unpack(entry.person)),
                    updated_on: day_of(updated).map(|day| day.to_string()),
                    commune: (!commune.is_empty()).then(|| commune.to_owned()),
                };
                (said, commune)
            })
            .collect();
        said.sort_by(|a, b| (&a.0.value, &a.0).cmp(&(&b.0.value, &b.0)));
        let unit = said.iter().map(|(_, commune)| *commune).find(|commune| !commune.is_empty()).map(str::to_owned);
        let mut values = said.into_iter().map(|(said, _)| said);
        let reference = values.next()?;
        Some(Draft {
            kind: FindingKind::IdDuplicate,
            subject: Subject::person(&unpack(*smallest)),
            field: "personal_id",
            source: reference.source,
            unit,
            level: Level::Different,
            reference: Some(reference),
            values: values.collect(),
            suggestion: None,
            spelling: Vec::new(),
            of_reference: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_two_numbers_is_suspected_and_few_others_are() {
        let person = |n: u64| spread(n ^ 0x5bd1_e995);
        let people = 100_000;
        let mut all: Vec<Sketch> = (0..people).map(|n| Sketch::new(person(n), 99_000_000_000 + n)).collect();
        let second = |n: u64| 99_500_000_000 + n;
        all.extend((0..people).step_by(1000).map(|n| Sketch::new(person(n), second(n))));
        let found = suspects(all);
        for n in (0..people).step_by(1000) {
            assert!(found.contains(&suspect(99_000_000_000 + n)) && found.contains(&suspect(second(n))), "{n}");
        }
        assert!(found.len() < 210, "{}", found.len());
    }
}
