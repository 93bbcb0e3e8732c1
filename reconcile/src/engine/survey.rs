//! The first pass: every population row, then every other row, in any order.

use super::arena::{Arena, Span};
use super::draft::{Draft, Said, wanted};
use super::index::{Index, OldNumber};
use super::link::Placement;
use super::numberless::{Decisions, Pending, Search};
use super::objects::Objects;
use super::records;
use super::row::{Context, Row, View, day_of};
use crate::normal::fold::{hash_exact, hash_loose};
use crate::normal::id::{IdForm, classify, pack, unpack};
use schemas::{Dataset, FindingKind, Level, PartialDate, PersonalId, Subject};
use std::collections::BTreeSet;

/// Population rows only; then [`Survey::seal`].
pub struct Survey<'c> {
    context: &'c Context,
    former: Vec<(u64, u64)>,
    old: Vec<OldNumber>,
    people: Vec<PersonEntry>,
    texts: Arena,
}

/// Enough to find two numbers of one person.
struct PersonEntry {
    /// Name, full birth date, sex and mother.
    hash: u64,
    person: u64,
    /// 0: the mother's number is not known.
    mother: u64,
    source: usize,
    part: u16,
    /// Record key, commune, day of update.
    text: Span,
}

impl<'c> Survey<'c> {
    pub fn new(context: &'c Context) -> Self {
        Self { context, former: Vec::new(), old: Vec::new(), people: Vec::new(), texts: Arena::default() }
    }

    /// The columns that [`Self::population`] looks at: a caller need not read the others.
    pub const POPULATION_COLUMNS: &'static [&'static str] = &[
        "part",
        "commune",
        "updated_at",
        "personal_id",
        "old_id",
        "former_ids",
        "name",
        "birth_date",
        "sex",
        "mother_name",
        "mother_id",
    ];

    /// Learns from one row of the population source.
    pub fn population(&mut self, row: &Row<'_>) {
        let View::Person(view) = &row.view else { return };
        let Some(IdForm::Number(id) | IdForm::UnknownPrefix(id)) = view.personal_id.map(classify) else { return };
        let person = pack(&id);
        for former in view.former_ids.unwrap_or_default().split(';') {
            if let Ok(former) = PersonalId::parse(former.trim())
                && former != id
            {
                self.former.push((pack(&former), person));
            }
        }
        let born = view.birth_date.and_then(|text| PartialDate::parse_iso(text).ok());
        for old in view.old_id.unwrap_or_default().split(';') {
            if let (IdForm::OldNumber(number) | IdForm::RepairedOld(number), Some(name)) =
                (classify(old.trim()), view.name)
            {
                self.old.push(OldNumber { number, person, name: hash_loose(name), birth_date: born });
            }
        }
        let (Some(name), Some(sex), Some(mother)) = (view.name, view.sex, view.mother_name) else { return };
        let Some(born) = born.filter(|date| date.is_full()).and_then(PartialDate::to_date) else { return };
        let day = (u64::from(born.year().unsigned_abs()) << 16) | ((born.month() as u64) << 8) | born.day() as u64;
        let hash = [hash_exact(name), day, hash_exact(sex), hash_exact(mother)]
            .into_iter()
            .fold(0u64, |hash, part| (hash ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29));
        let mother = view.mother_id.and_then(|id| PersonalId::parse(id).ok()).map_or(0, |id| pack(&id));
        let updated = row.updated_at.unwrap_or_default();
        let text = self.texts.push(&[row.record_key, row.commune.unwrap_or_default(), updated]);
        self.people.push(PersonEntry { hash, person, mother, source: row.source, part: row.part, text });
    }

    /// Every population row has been seen.
    pub fn seal(mut self) -> SealedSurvey<'c> {
        let mut index = Index::default();
        index.set_former(std::mem::take(&mut self.former));
        index.set_old_numbers(std::mem::take(&mut self.old));
        if wanted(self.context, FindingKind::IdDuplicate) {
            index.drafts = self.people_with_two_numbers();
        }
        SealedSurvey { context: self.context, index, objects: Objects::new(self.context), pending: Vec::new() }
    }

    fn people_with_two_numbers(&mut self) -> Vec<Draft> {
        self.people.sort_unstable_by_key(|e| (e.hash, e.person, e.mother));
        let mut drafts = Vec::new();
        for group in self.people.chunk_by(|a, b| a.hash == b.hash) {
            if group.len() < 2 {
                continue;
            }
            // Mothers of one name but two numbers are two mothers.
            let mothers: BTreeSet<u64> = group.iter().map(|e| e.mother).filter(|mother| *mother != 0).collect();
            let families: Vec<Vec<&PersonEntry>> = if mothers.len() < 2 {
                vec![group.iter().collect()]
            } else {
                mothers.iter().map(|mother| group.iter().filter(|e| e.mother == *mother).collect()).collect()
            };
            drafts.extend(families.iter().filter_map(|family| self.one_person(family)));
        }
        drafts
    }

    fn one_person(&self, family: &[&PersonEntry]) -> Option<Draft> {
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

/// The population is known; now the rows of all other sources.
pub struct SealedSurvey<'c> {
    context: &'c Context,
    index: Index,
    objects: Objects,
    pending: Vec<Pending>,
}

impl<'c> SealedSurvey<'c> {
    /// Learns from a row of another source and tells where it must be evaluated.
    pub fn other(&mut self, row: &Row<'_>) -> Placement {
        self.objects.see(self.context, row, &mut self.index.drafts);
        if !self.index.needs_a_search(self.context, row) {
            return self.index.placement(self.context, row);
        }
        if let Some(mut pending) = Pending::new(self.context, row) {
            records::missing_number(self.context, row, &mut pending.always);
            if !pending.has_a_number() {
                records::without_person(self.context, row, &mut pending.unlinked);
            }
            self.pending.push(pending);
        }
        Placement::Undecided
    }

    /// Every row has been seen: now for the people of the rows without a usable number. The
    /// decisions are those that officers took about such rows.
    pub fn search(mut self, decisions: Decisions) -> Search<'c> {
        self.objects.finish(self.context, &mut self.index.drafts);
        Search::new(self.context, self.index, self.pending, decisions)
    }
}
