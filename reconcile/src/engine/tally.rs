//! In how many rows each kind of finding was looked for, and in which it was found: what the
//! quality of data is counted from. A row is looked at in memory that is there anyway.

use super::draft::Draft;
use super::link::number_of;
use super::row::{Context, Row, View};
use config::SourceKind;
use config::rules::{Check, When};
use jiff::ToSpan;
use schemas::{Dataset, FindingKind as K, PartialDate};
use std::collections::{BTreeMap, HashMap};

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
}

impl Default for Counts {
    fn default() -> Self {
        Self { rows: 0, addresses: 0, asked: [0; KINDS] }
    }
}

impl Counts {
    fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.addresses += other.addresses;
        self.asked.iter_mut().zip(other.asked).for_each(|(count, more)| *count += more);
    }
}

/// A row in which a kind was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Broken {
    pub kind: K,
    pub place: Place,
    /// A hash of record key and part.
    row: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    pub counts: BTreeMap<Place, Counts>,
    /// See [`Self::broken`].
    broken: Vec<Broken>,
}

impl Tally {
    pub fn add(&mut self, other: Self) {
        for (place, counts) in other.counts {
            self.counts.entry(place).or_default().add(&counts);
        }
        self.broken.extend(other.broken);
    }

    /// In how many rows of each place each kind was found: a row counts once for a kind, however
    /// many findings of that kind speak of it.
    pub fn broken(&self) -> BTreeMap<Place, [u64; KINDS]> {
        let mut broken: Vec<&Broken> = self.broken.iter().collect();
        broken.sort_unstable();
        broken.dedup();
        let mut counts: BTreeMap<Place, [u64; KINDS]> = BTreeMap::new();
        for one in broken {
            match counts.get_mut(&one.place) {
                Some(kinds) => kinds[one.kind as usize] += 1,
                None => counts.entry(one.place.clone()).or_insert([0; KINDS])[one.kind as usize] += 1,
            }
        }
        counts
    }

    pub(super) fn of_rows(context: &Context, rows: &[Row<'_>], asked: &[Kinds]) -> Self {
        let asking = Asking::new(context);
        let mut counts: HashMap<(usize, Dataset, Option<&str>), Counts> = HashMap::new();
        for (row, asked) in rows.iter().zip(asked) {
            let has_address = !row.residence().is_empty();
            let mut kinds = *asked;
            asking.of_row(context, row, has_address, &mut kinds);
            let place = counts.entry((row.source, row.dataset(), row.place())).or_default();
            place.rows += 1;
            place.addresses += u64::from(has_address);
            while kinds.0 != 0 {
                place.asked[kinds.0.trailing_zeros() as usize] += 1;
                kinds.0 &= kinds.0 - 1;
            }
        }
        let place =
            |(source, dataset, commune)| Place { source, dataset, commune: Option::unwrap_or(commune, "").to_owned() };
        Self { counts: counts.into_iter().map(|(at, counts)| (place(at), counts)).collect(), broken: Vec::new() }
    }

    /// The rows that deviate: those of the source whose owner must correct them. The reference is
    /// among them only where it is the one to be corrected, or where nobody is right.
    pub(super) fn broken_by(&mut self, drafts: &[Draft]) {
        for draft in drafts {
            let reference = draft.reference.iter().filter(|_| draft.of_reference || draft.kind == K::IdDuplicate);
            for said in reference.chain(&draft.values).filter(|said| said.source == draft.source) {
                let commune = said.commune.clone().unwrap_or_default();
                self.broken.push(Broken {
                    kind: draft.kind,
                    place: Place { source: said.source, dataset: said.dataset, commune },
                    row: row_hash(&said.record_key, said.part),
                });
            }
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
                kinds.add(&[K::NotScanned]);
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
