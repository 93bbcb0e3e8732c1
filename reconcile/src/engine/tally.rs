//! In how many rows each kind of finding was looked for, and in which it was found: what the
//! quality of data is counted from. A row is looked at in memory that is there anyway.

use super::draft::Draft;
use super::link::number_of;
use super::row::{Context, Row, View};
use crate::hashed::Texts;
use config::SourceKind;
use config::rules::{Check, When};
use jiff::ToSpan;
use schemas::{Dataset, FindingKind as K, PartialDate};
use std::collections::{BTreeMap, BTreeSet};

const KINDS: usize = K::ALL.len();

/// A set of kinds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Kinds(u64);

impl Kinds {
    pub fn add(&mut self, kinds: &[K]) {
        kinds.iter().for_each(|kind| self.0 |= 1 << *kind as u64);
    }

    pub fn add_if(&mut self, holds: bool, kinds: &[K]) {
        if holds {
            self.add(kinds);
        }
    }
}

/// Where rows are counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Index into [`Context::sources`].
    pub source: usize,
    pub dataset: Dataset,
    /// Code of today; empty where the record names none.
    pub commune: String,
}

/// The rows of one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    pub rows: u64,
    /// Of these, with an address.
    pub addresses: u64,
    /// In how many each kind was looked for, in the order of [`K::ALL`].
    pub asked: [u64; KINDS],
    /// In how many it was found: a row counts once for a kind, however many findings speak of it.
    pub broken: [u64; KINDS],
}

impl Default for Counts {
    fn default() -> Self {
        Self { rows: 0, addresses: 0, asked: [0; KINDS], broken: [0; KINDS] }
    }
}

/// [`Counts`] of the rows of one bucket: small, for every row is counted.
#[derive(Default)]
struct Looked {
    rows: u32,
    addresses: u32,
    asked: [u32; KINDS],
}

impl Looked {
    fn counts(&self) -> Counts {
        let (rows, addresses) = (self.rows.into(), self.addresses.into());
        Counts { rows, addresses, asked: self.asked.map(u64::from), ..Counts::default() }
    }
}

impl Counts {
    fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.addresses += other.addresses;
        self.asked.iter_mut().zip(other.asked).for_each(|(count, more)| *count += more);
        self.broken.iter_mut().zip(other.broken).for_each(|(count, more)| *count += more);
    }
}

/// Can be added up over buckets, in any order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    counts: BTreeMap<Place, Counts>,
    /// Rows with a number on two people, by a hash of key and part. A person's bucket and the
    /// whole province may both find one; every other kind is found in one of them only.
    duplicates: BTreeSet<(Place, u64)>,
}

impl Tally {
    pub fn add(&mut self, other: Self) {
        for (place, counts) in other.counts {
            self.counts.entry(place).or_default().add(&counts);
        }
        self.duplicates.extend(other.duplicates);
    }

    /// All that was added.
    pub fn settled(mut self) -> BTreeMap<Place, Counts> {
        for (place, _) in self.duplicates {
            self.counts.entry(place).or_default().broken[K::IdDuplicate as usize] += 1;
        }
        self.counts
    }

    pub(super) fn of_rows(context: &Context, rows: &[Row<'_>], asked: &[Kinds]) -> Self {
        let asking = Asking::new(context);
        let mut places: Texts<(usize, Dataset, Option<&str>), usize> = Texts::default();
        let mut looked: Vec<Looked> = Vec::new();
        for (row, asked) in rows.iter().zip(asked) {
            let has_address = !row.residence().is_empty();
            let mut kinds = *asked;
            asking.of_row(context, row, has_address, &mut kinds);
            let place = *places.entry((row.source, row.dataset(), row.place())).or_insert(looked.len());
            if place == looked.len() {
                looked.push(Looked::default());
            }
            let place = &mut looked[place];
            place.rows += 1;
            place.addresses += u32::from(has_address);
            while kinds.0 != 0 {
                place.asked[kinds.0.trailing_zeros() as usize] += 1;
                kinds.0 &= kinds.0 - 1;
            }
        }
        let place =
            |(source, dataset, commune)| Place { source, dataset, commune: Option::unwrap_or(commune, "").to_owned() };
        let mut counts: BTreeMap<Place, Counts> = BTreeMap::new();
        // A commune without a name and none at all are one place.
        for (at, looked_at) in places {
            counts.entry(place(at)).or_default().add(&looked[looked_at].counts());
        }
        Self { counts, ..Self::default() }
    }

    /// The rows that deviate: those of the source whose owner must correct them. The reference is
    /// among them only where it is the one to be corrected, or where nobody is right.
    pub(super) fn broken_by(&mut self, drafts: &[Draft]) {
        let mut places: Texts<(usize, Dataset, &str), usize> = Texts::default();
        let mut broken: Vec<(usize, u64, u64)> = Vec::new();
        for draft in drafts {
            let reference = draft.reference.iter().filter(|_| draft.of_reference || draft.kind == K::IdDuplicate);
            for said in reference.chain(&draft.values).filter(|said| said.source == draft.source) {
                let next = places.len();
                let commune = said.commune.as_deref().unwrap_or_default();
                let place = *places.entry((said.source, said.dataset, commune)).or_insert(next);
                broken.push((place, draft.kind as u64, row_hash(&said.record_key, said.part)));
            }
        }
        broken.sort_unstable();
        broken.dedup();
        let mut named: Vec<Option<Place>> = vec![None; places.len()];
        for ((source, dataset, commune), at) in places {
            named[at] = Some(Place { source, dataset, commune: commune.to_owned() });
        }
        for rows in broken.chunk_by(|a, b| a.0 == b.0) {
            let Some(place) = rows.first().and_then(|row| named[row.0].clone()) else { continue };
            let duplicate = |row: &&(usize, u64, u64)| row.1 == K::IdDuplicate as u64;
            self.duplicates.extend(rows.iter().filter(duplicate).map(|row| (place.clone(), row.2)));
            let counts = self.counts.entry(place).or_default();
            rows.iter().filter(|row| !duplicate(row)).for_each(|row| counts.broken[row.1 as usize] += 1);
        }
    }
}

fn row_hash(record_key: &str, part: u16) -> u64 {
    super::objects::hash(u64::from(part), &[record_key])
}

/// What is looked for in a row whoever its person is.
struct Asking {
    wait_days: Option<i32>,
}

impl Asking {
    fn new(context: &Context) -> Self {
        let wait_days = match context.rules.enabled(K::IdMissing).map(|rule| &rule.when) {
            Some(When::Check(Check::MissingNumber { wait_days })) => Some(*wait_days),
            _ => None,
        };
        Self { wait_days }
    }

    fn of_row(&self, context: &Context, row: &Row<'_>, has_address: bool, kinds: &mut Kinds) {
        let kind = context.kind(row);
        let speaks = row.speaks_of_person(kind);
        kinds.add_if(speaks && has_address, &[K::AddrStaleUnit, K::AddrSplitUnit]);
        let certain = speaks && kind != SourceKind::Population && number_of(row).is_some_and(|(_, certain)| certain);
        kinds.add_if(certain, &[K::IdBadFormat]);
        match &row.view {
            View::Person(view) => kinds.add_if(view.personal_id.is_some(), &[K::IdDuplicate]),
            View::CivilEvent(view) => {
                let birth = view.event == Some("birth");
                let has_number = view.personal_id.or(view.paper_number).is_some();
                kinds.add_if(birth && (has_number || self.waited(context, view.registered_on)), &[K::IdMissing]);
            }
            View::LandRight(view) => {
                kinds.add(&[K::NotScanned, K::OriginalsKept]);
                kinds.add_if(view.serial.is_some(), &[K::CertSerialFormat, K::CertDup]);
                let one = matches!(view.owner_kind, None | Some("individual"));
                kinds.add_if(one && view.name.is_some(), &[K::OwnerType]);
                let numbered = view.sheet.is_some() && view.parcel.is_some();
                let somewhere = view.parcel_old_commune.or(view.parcel_commune).is_some();
                kinds.add_if(numbered && somewhere, &[K::ParcelOldSheet]);
                let areas = view.area_m2.is_some() && view.legal_area_m2.is_some();
                kinds.add_if(numbered && somewhere && areas, &[K::AreaDiff]);
                let twice = view.parcel_old_commune.is_some() && view.parcel_commune.is_some();
                kinds.add_if(numbered && twice, &[K::ParcelCollision]);
            }
            View::Dossier(view) if kind == SourceKind::CivilStatus => {
                kinds.add_if(view.status.is_some(), &[K::StatusLag]);
            }
            View::Dossier(view) => kinds.add_if(view.code.is_some(), &[K::DossierCodePair]),
        }
    }

    /// Has a birth entry waited long enough that its number must be there?
    fn waited(&self, context: &Context, registered_on: Option<&str>) -> bool {
        let registered =
            registered_on.and_then(|text| PartialDate::parse_iso(text).ok()).and_then(PartialDate::to_date);
        self.wait_days.zip(registered).is_some_and(|(days, day)| day.saturating_add(days.days()) < context.date)
    }
}
