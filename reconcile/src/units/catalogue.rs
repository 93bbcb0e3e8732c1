//! The units of all generations, arranged for look-up.

use super::Resolver;
use super::name::{Kind, Written, grade, written};
use crate::normal::fold::loose;
use config::units::{Commune, OldCommune, OlderName, UnitLevel, Units};
use schemas::{CommuneCode, ProvinceCode};
use std::collections::HashMap;

const NONE: u16 = u16::MAX;

/// A unit in one of the three generations, by its place in the lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Now(u16),
    Old(u16),
    Older(u16),
}

pub(super) struct District {
    pub code: String,
    pub name: String,
    pub full_name: String,
    pub province: ProvinceCode,
}

pub(super) struct ProvinceName {
    pub code: ProvinceCode,
    pub name: String,
    pub full_name: String,
    pub today: bool,
}

/// The dated catalogue. Look-up tables only: nothing here is ever iterated in hash order.
pub struct Catalogue {
    pub(super) communes: Vec<Commune>,
    pub(super) old: Vec<OldCommune>,
    pub(super) older: Vec<OlderName>,
    pub(super) districts: Vec<District>,
    pub(super) provinces: Vec<ProvinceName>,
    /// Successors of each old commune, in the order of their codes.
    pub(super) successors: Vec<Vec<CommuneCode>>,
    /// For each commune of today: type word it lost after the reform, and the act.
    pub(super) former_kind: HashMap<CommuneCode, (Option<Kind>, String, String)>,
    /// `Phường Minh Xuân, Tỉnh Tuyên Quang`, in the order of `communes`.
    full_names: Vec<String>,
    district_by_name: HashMap<String, Vec<usize>>,
    now_by_code: Vec<u16>,
    old_by_code: Vec<u16>,
    by_name: HashMap<String, Vec<Place>>,
    district_by_code: HashMap<String, usize>,
    province_by_name: HashMap<String, Vec<usize>>,
    /// Today's province of each province code of before the reform.
    merged_into: HashMap<ProvinceCode, ProvinceCode>,
    by_province: HashMap<ProvinceCode, Vec<CommuneCode>>,
    resolver: Resolver,
}

impl Catalogue {
    pub fn new(units: &Units) -> Self {
        let communes = units.communes.clone();
        let old = units.old_communes.clone();
        let older = units.older_names.clone();
        let mut by_name: HashMap<String, Vec<Place>> = HashMap::new();
        let mut add = |name: &str, place| by_name.entry(name_key(name)).or_default().push(place);
        communes.iter().zip(0..).for_each(|(c, at)| add(&c.name, Place::Now(at)));
        old.iter().zip(0..).for_each(|(c, at)| add(&c.name, Place::Old(at)));
        older.iter().zip(0..).for_each(|(c, at)| add(&c.name, Place::Older(at)));
        let old_by_code = by_code(old.iter().map(|c| c.code));
        let mut successors = vec![Vec::new(); old.len()];
        for edge in &units.edges {
            let at = usize::from(old_by_code[number(edge.from)]);
            if let Some(list) = successors.get_mut(at) {
                list.push(edge.to);
            }
        }
        successors.iter_mut().for_each(|list: &mut Vec<CommuneCode>| {
            list.sort();
            list.dedup();
        });
        let mut by_province: HashMap<ProvinceCode, Vec<CommuneCode>> = HashMap::new();
        communes.iter().for_each(|c| by_province.entry(c.province).or_default().push(c.code));
        by_province.values_mut().for_each(|codes| codes.sort());
        let provinces = provinces(units);
        let mut province_by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, province) in provinces.iter().enumerate() {
            province_by_name.entry(loose(&province.name)).or_default().push(at);
        }
        for (short, name) in [("hcm", "hochiminh"), ("tphcm", "hochiminh"), ("hn", "hanoi")] {
            let places = province_by_name.get(name).cloned().unwrap_or_default();
            province_by_name.entry(short.to_owned()).or_default().extend(places);
        }
        let districts: Vec<District> = units
            .old_districts
            .iter()
            .map(|d| District {
                code: d.code.clone(),
                name: d.name.clone(),
                full_name: d.full_name.clone(),
                province: d.province,
            })
            .collect();
        let mut district_by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, district) in districts.iter().enumerate() {
            district_by_name.entry(loose(&district.name)).or_default().push(at);
        }
        let province_names: HashMap<ProvinceCode, &str> =
            provinces.iter().filter(|p| p.today).map(|p| (p.code, p.full_name.as_str())).collect();
        let full_name = |commune: &Commune| match province_names.get(&commune.province) {
            Some(province) => format!("{}, {province}", commune.full_name),
            None => commune.full_name.clone(),
        };
        Self {
            full_names: communes.iter().map(full_name).collect(),
            district_by_name,
            now_by_code: by_code(communes.iter().map(|c| c.code)),
            old_by_code,
            successors,
            former_kind: former_kinds(units),
            by_name,
            district_by_code: districts.iter().enumerate().map(|(at, d)| (d.code.clone(), at)).collect(),
            province_by_name,
            merged_into: units.provinces.iter().flat_map(|p| p.merged_from.iter().map(|old| (*old, p.code))).collect(),
            by_province,
            resolver: Resolver::new(units),
            provinces,
            districts,
            communes,
            old,
            older,
        }
    }

    /// The reader of free texts over the same units.
    pub fn resolver(&self) -> &Resolver {
        &self.resolver
    }

    /// The commune that has this code today.
    pub fn current(&self, code: CommuneCode) -> Option<&Commune> {
        self.communes.get(usize::from(self.now_by_code[number(code)]))
    }

    /// Codes of the communes of a province of today, in order.
    pub fn communes_of(&self, province: ProvinceCode) -> &[CommuneCode] {
        self.by_province.get(&province).map_or(&[], Vec::as_slice)
    }

    /// `Phường Minh Xuân, Tỉnh Tuyên Quang`, or the code where it is none of today's.
    pub fn full_name(&self, code: CommuneCode) -> String {
        self.full_names.get(usize::from(self.now_by_code[number(code)])).cloned().unwrap_or_else(|| code.to_string())
    }

    /// What the unit with this code was called before the reform, where it was called otherwise than
    /// the unit that has the code today.
    pub fn former_name(&self, code: CommuneCode) -> Option<String> {
        let former = self.old.get(self.old_at(code)?)?;
        let same = self.current(code).is_some_and(|now| now.full_name == former.full_name);
        (!same).then(|| former.full_name.clone())
    }

    /// Whether a text ends in the full name of the commune that has this code today.
    pub(super) fn ends_in_full_name(&self, text: &str, code: CommuneCode) -> bool {
        let Some(name) = self.full_names.get(usize::from(self.now_by_code[number(code)])) else { return false };
        text.strip_suffix(name.as_str()).is_some_and(|before| before.is_empty() || before.ends_with(", "))
    }

    /// Districts of before the reform with this name, in any spelling.
    pub(super) fn districts_named(&self, bare: &str) -> impl Iterator<Item = &District> {
        let places = self.district_by_name.get(&loose(bare)).map_or(&[][..], Vec::as_slice);
        places.iter().map(|at| &self.districts[*at])
    }

    pub(super) fn old_at(&self, code: CommuneCode) -> Option<usize> {
        Some(usize::from(self.old_by_code[number(code)])).filter(|at| *at != usize::from(NONE))
    }

    pub(super) fn named(&self, bare: &str) -> &[Place] {
        self.by_name.get(&name_key(bare)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn province_today(&self, old: ProvinceCode) -> Option<ProvinceCode> {
        self.merged_into.get(&old).copied()
    }

    pub(super) fn district(&self, code: &str) -> Option<&District> {
        self.district_by_code.get(code).map(|at| &self.districts[*at])
    }

    /// The provinces that a text names, of both generations; the type word, if written, must fit.
    pub(super) fn provinces_named(&self, text: &str) -> Vec<&ProvinceName> {
        let given = written(text);
        let list = self.province_by_name.get(&loose(given.bare)).map_or(&[][..], Vec::as_slice);
        let all: Vec<&ProvinceName> = list.iter().map(|at| &self.provinces[*at]).collect();
        let exact = |p: &&ProvinceName| grade(Written { kind: None, ..given }, None, &p.name) >= 3;
        if all.iter().any(exact) { all.into_iter().filter(exact).collect() } else { all }
    }
}

fn provinces(units: &Units) -> Vec<ProvinceName> {
    let today = units.provinces.iter().map(|p| (p.code, &p.name, &p.full_name, true));
    let before = units.old_provinces.iter().map(|p| (p.code, &p.name, &p.full_name, false));
    today
        .chain(before)
        .map(|(code, name, full_name, today)| ProvinceName {
            code,
            name: name.clone(),
            full_name: full_name.clone(),
            today,
        })
        .collect()
}

fn former_kinds(units: &Units) -> HashMap<CommuneCode, (Option<Kind>, String, String)> {
    let communes = units.type_changes.iter().filter(|change| change.level == UnitLevel::Commune);
    communes
        .filter_map(|change| {
            let code = CommuneCode::parse(&change.code).ok()?;
            let mut word = change.from_type.chars();
            let first: String = word.next()?.to_uppercase().chain(word).collect();
            let name = format!("{first} {}", change.name);
            Some((code, (written(&name).kind, name, change.legal_basis.clone())))
        })
        .collect()
}

fn number(code: CommuneCode) -> usize {
    code.as_str().bytes().fold(0, |value, b| value * 10 + usize::from(b - b'0'))
}

fn by_code(codes: impl Iterator<Item = CommuneCode>) -> Vec<u16> {
    let mut table = vec![NONE; 100_000];
    codes.zip(0..NONE).for_each(|(code, at)| table[number(code)] = at);
    table
}

/// Folded name, ordinals without padding.
fn name_key(bare: &str) -> String {
    let key = loose(bare);
    let digits = key.bytes().all(|b| b.is_ascii_digit());
    if digits && key.len() > 1 { key.trim_start_matches('0').to_owned() } else { key }
}
