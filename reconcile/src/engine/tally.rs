//! In how many rows each kind of finding was looked for, and in which it was found: what the
//! quality of data is counted from. A row is looked at in memory that is there anyway.

use super::draft::Draft;
use super::facts::Facts;
use super::row::Context;
use crate::hashed::{Table, Texts, spread};
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

    pub fn add_all(&mut self, other: Self) {
        self.0 |= other.0;
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

/// Counts rows while they are looked at.
pub(super) struct Looking<'r, 'a> {
    context: &'r Context,
    /// How long a birth may wait for its number, where that is asked at all.
    wait_days: Option<i32>,
    /// By [`short`], which nearly all places have; the others by what they are.
    short: Table<usize>,
    places: Texts<At<'a>, usize>,
    looked: Vec<(At<'a>, Looked)>,
}

/// Source, dataset and commune of today.
type At<'a> = (usize, Dataset, Option<&'a str>);

/// A place as a number: a code of a commune is five digits.
fn short((source, dataset, commune): At<'_>) -> Option<u64> {
    let code = commune.filter(|code| code.len() == 5 && source < 1 << 16)?;
    let code = code.bytes().fold(0, |number, byte| number << 8 | u64::from(byte));
    Some(spread(code << 24 | (source as u64) << 8 | dataset as u64))
}

impl<'r, 'a> Looking<'r, 'a> {
    pub fn new(context: &'r Context) -> Self {
        let wait_days = match context.rules.enabled(K::IdMissing).map(|rule| &rule.when) {
            Some(When::Check(Check::MissingNumber { wait_days })) => Some(*wait_days),
            _ => None,
        };
        Self { context, wait_days, short: Table::default(), places: Texts::default(), looked: Vec::new() }
    }

    /// Counts one row. `asked`: what was looked for in it as one of its person; `registered_on`: the
    /// day on which a birth was registered.
    pub fn at(&mut self, place: At<'a>, facts: Facts, registered_on: impl FnOnce() -> Option<&'a str>, asked: Kinds) {
        let kind = self.context.sources[place.0].kind;
        let mut kinds = self.asked_of_any(kind, facts, registered_on);
        kinds.add_all(asked);
        let next = self.looked.len();
        let at = match short(place) {
            Some(key) => *self.short.entry(key).or_insert(next),
            None => *self.places.entry(place).or_insert(next),
        };
        if at == next {
            self.looked.push((place, Looked::default()));
        }
        let (_, looked) = &mut self.looked[at];
        looked.rows += 1;
        looked.addresses += u32::from(facts.has(Facts::ADDRESS));
        while kinds.0 != 0 {
            looked.asked[kinds.0.trailing_zeros() as usize] += 1;
            kinds.0 &= kinds.0 - 1;
        }
    }

    pub fn tally(self) -> Tally {
        let mut counts: BTreeMap<Place, Counts> = BTreeMap::new();
        // A commune without a name and none at all are one place.
        for ((source, dataset, commune), looked) in self.looked {
            let place = Place { source, dataset, commune: commune.unwrap_or_default().to_owned() };
            counts.entry(place).or_default().add(&looked.counts());
        }
        Tally { counts, ..Tally::default() }
    }

    /// What is looked for in a row whoever its person is.
    fn asked_of_any(&self, kind: SourceKind, facts: Facts, registered_on: impl FnOnce() -> Option<&'a str>) -> Kinds {
        let mut kinds = Kinds::default();
        let speaks = facts.has(Facts::SPEAKS);
        kinds.add_if(speaks && facts.has(Facts::ADDRESS), &[K::AddrStaleUnit, K::AddrSplitUnit]);
        let certain = speaks && kind != SourceKind::Population && facts.has(Facts::CERTAIN_NUMBER);
        kinds.add_if(certain, &[K::IdBadFormat]);
        kinds.add_if(facts.has(Facts::PERSONAL_ID), &[K::IdDuplicate]);
        let due = || facts.has(Facts::PAPER) || self.waited(registered_on());
        kinds.add_if(facts.has(Facts::BIRTH) && due(), &[K::IdMissing]);
        if facts.has(Facts::LAND_RIGHT) {
            kinds.add(&[K::NotScanned, K::OriginalsKept]);
            kinds.add_if(facts.has(Facts::SERIAL), &[K::CertSerialFormat, K::CertDup]);
            kinds.add_if(facts.has(Facts::ONE_OWNER.and(Facts::NAME)), &[K::OwnerType]);
            kinds.add_if(facts.has(Facts::PARCEL), &[K::ParcelOldSheet]);
            kinds.add_if(facts.has(Facts::PARCEL.and(Facts::AREAS)), &[K::AreaDiff]);
            kinds.add_if(facts.has(Facts::PARCEL.and(Facts::BOTH_COMMUNES)), &[K::ParcelCollision]);
        }
        kinds.add_if(facts.has(Facts::ECHO.and(Facts::STATUS)), &[K::StatusLag]);
        kinds.add_if(facts.has(Facts::CASE.and(Facts::CODE)), &[K::DossierCodePair]);
        kinds
    }

    /// Has a birth entry waited long enough that its number must be there?
    fn waited(&self, registered_on: Option<&str>) -> bool {
        let registered =
            registered_on.and_then(|text| PartialDate::parse_iso(text).ok()).and_then(PartialDate::to_date);
        self.wait_days.zip(registered).is_some_and(|(days, day)| day.saturating_add(days.days()) < self.context.date)
    }
}
