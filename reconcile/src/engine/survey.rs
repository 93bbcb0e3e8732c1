//! The first pass: every population row, then every other row, in any order. Rows may be looked at
//! in parts, side by side.

use super::draft::{Draft, wanted};
use super::index::{Index, OldNumber};
use super::link::Placement;
use super::numberless::{Decisions, Pending, Search, Shared};
use super::objects::Objects;
use super::old_numbers::OldNumbers;
use super::records;
use super::row::{Context, Row};
use super::table::{Columns, Table, places};
use super::twins::{Sketch, suspects, who};
use crate::normal::fold::hash_loose;
use crate::normal::id::{IdForm, classify, pack};
use schemas::record::PersonColumn;
use schemas::{Dataset, FindingKind, PartialDate, PersonalId};

/// Population rows only; then [`Survey::seal`].
pub struct Survey<'c> {
    context: &'c Context,
    asked: &'c OldNumbers,
    former: Vec<(u64, u64)>,
    old: Vec<OldNumber>,
    /// See [`super::twins`]: one for each person.
    people: Vec<Sketch>,
}

impl<'c> Survey<'c> {
    /// `asked`: what all other rows ask for.
    pub fn new(context: &'c Context, asked: &'c OldNumbers) -> Self {
        Self { context, asked, former: Vec::new(), old: Vec::new(), people: Vec::new() }
    }

    /// Makes room for so many rows more.
    pub fn reserve(&mut self, rows: usize) {
        self.people.reserve(rows);
    }

    /// The columns that [`Self::population`] looks at: a caller need not read the others.
    pub const POPULATION_COLUMNS: &'static [&'static str] =
        &["personal_id", "old_id", "former_ids", "name", "birth_date", "sex", "mother_name"];

    /// Learns from one row of the population source.
    pub fn population<T: Columns>(&mut self, table: &Table<'_, T>, row: usize) {
        if table.dataset != Dataset::Person {
            return;
        }
        let text = |column: PersonColumn| table.columns.text(column as usize, row);
        let Some(IdForm::Number(id) | IdForm::UnknownPrefix(id)) = text(PersonColumn::personal_id).map(classify) else {
            return;
        };
        let person = pack(&id);
        for former in text(PersonColumn::former_ids).unwrap_or_default().split(';') {
            if let Ok(former) = PersonalId::parse(former.trim())
                && former != id
            {
                self.former.push((pack(&former), person));
            }
        }
        let (name, born) = (text(PersonColumn::name), text(PersonColumn::birth_date));
        let born = born.and_then(|text| PartialDate::parse_iso(text).ok());
        for old in text(PersonColumn::old_id).unwrap_or_default().split(';') {
            if let (IdForm::OldNumber(number) | IdForm::RepairedOld(number), Some(name)) = (classify(old.trim()), name)
                && self.asked.has(number)
            {
                self.old.push(OldNumber { number, person, name: hash_loose(name), birth_date: born });
            }
        }
        let who = who(name, born, text(PersonColumn::sex), text(PersonColumn::mother_name));
        self.people.extend(who.map(|who| Sketch::new(who, person)));
    }

    /// What this part and another one learned.
    pub fn and(mut self, mut other: Self) -> Self {
        self.former.append(&mut other.former);
        self.old.append(&mut other.old);
        // No more room than that: this is the largest table there is.
        self.people.reserve_exact(other.people.len());
        self.people.append(&mut other.people);
        self
    }

    /// Every population row has been seen.
    pub fn seal(self) -> SealedSurvey<'c> {
        let Self { context, former, old, people, .. } = self;
        let mut index = Index::default();
        let people = if wanted(context, FindingKind::IdDuplicate) { people } else { Vec::new() };
        index.suspects = suspects(people);
        index.set_former(former);
        index.set_old_numbers(old);
        SealedSurvey { context, index }
    }
}

/// The population is known; now the rows of all other sources.
pub struct SealedSurvey<'c> {
    context: &'c Context,
    index: Index,
}

/// What was learned from a part of the other rows.
pub struct Gathered {
    objects: Objects,
    drafts: Vec<Draft>,
    pending: Vec<Pending>,
    shared: Shared,
}

impl<'c> SealedSurvey<'c> {
    /// For [`Self::other`]; as many as there are threads.
    pub fn gathered(&self) -> Gathered {
        Gathered {
            objects: Objects::new(self.context),
            drafts: Vec::new(),
            pending: Vec::new(),
            shared: Shared::default(),
        }
    }

    /// Is there nothing to learn from a row of another source, and is it where its person is? As
    /// most rows are; all others are for [`Self::other`].
    pub fn stays<T: Columns>(&self, table: &Table<'_, T>, row: usize) -> bool {
        let number = || table.columns.text(places(table.dataset).personal_id, row);
        matches!(table.dataset, Dataset::Person | Dataset::CivilEvent)
            && number().is_some_and(|number| self.index.own_number(number).is_some())
    }

    /// Learns from a row of another source and tells where it must be evaluated.
    pub fn other(&self, row: &Row<'_>, into: &mut Gathered) -> Placement {
        into.objects.see(self.context, row, &mut into.drafts);
        let placement = self.index.first_placement(self.context, row);
        if placement != Placement::Undecided {
            return placement;
        }
        if let Some(mut pending) = Pending::new(self.context, row, &mut into.shared) {
            records::missing_number(self.context, row, &mut pending.always);
            if !pending.has_a_number() {
                records::without_person(self.context, row, &mut pending.unlinked);
            }
            // They are kept for long, and a table that grows has room for four.
            pending.always.shrink_to_fit();
            pending.unlinked.shrink_to_fit();
            into.pending.push(pending);
        }
        Placement::Undecided
    }

    /// Every row has been seen, in `parts`: now for the people of the rows without a usable number.
    /// The decisions are those that officers took about such rows.
    pub fn search(mut self, parts: Vec<Gathered>, decisions: Decisions) -> Search<'c> {
        let mut objects = Objects::new(self.context);
        let mut pending = Vec::new();
        for mut part in parts {
            objects.add(part.objects);
            self.index.drafts.append(&mut part.drafts);
            pending.append(&mut part.pending);
        }
        self.index.shared_keys = objects.shared(self.context);
        Search::new(self.context, self.index, pending, decisions)
    }
}
