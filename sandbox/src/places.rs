//! The real communes of one province and the units that they were made of.
//!
//! Promises: only units of the catalogue in `config/units` are used; an old unit offered as
//! *stale* has exactly one successor, and neither its name nor its code can be read as a unit of
//! today that is not its successor; an old unit offered as *split* names all its candidates.

use crate::SandboxError;
use schemas::ProvinceCode;
use std::collections::{BTreeMap, BTreeSet};

const COMMUNES: &str = include_str!("../../config/units/communes.csv");
const OLD_UNITS: &str = include_str!("../../config/units/old_units.csv");
const MAPPING: &str = include_str!("../../config/units/mapping.csv");
const DISPUTED: &str = include_str!("../../config/units/mapping_disputed.csv");
const PROVINCES: &str = include_str!("../../config/units/provinces.csv");

#[derive(Debug, Clone)]
pub struct Commune {
    pub code: String,
    /// `Phường Hà Giang 1`
    pub full_name: String,
    /// Old units whose territory went here, whole or in part: where parcels come from.
    pub origins: Vec<u16>,
    /// Old units that are stale names of this commune.
    pub stale: Vec<u16>,
    /// Split old units of which this commune is a candidate.
    pub split: Vec<u16>,
}

impl Commune {
    pub fn is_urban(&self) -> bool {
        self.full_name.starts_with("Phường")
    }
}

/// A commune of before 1 July 2025.
#[derive(Debug, Clone)]
pub struct OldUnit {
    pub code: String,
    pub full_name: String,
    pub district_code: String,
    pub district_name: String,
    pub province_code: String,
    pub province_name: String,
}

#[derive(Debug, Clone)]
pub struct Places {
    pub province: ProvinceCode,
    pub province_name: String,
    pub communes: Vec<Commune>,
    pub old: Vec<OldUnit>,
}

type Row = BTreeMap<String, String>;

fn rows(file: &'static str, text: &'static str) -> Result<Vec<Row>, SandboxError> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|source| SandboxError::Units { file, source })
}

fn cell(row: &Row, column: &str) -> String {
    row.get(column).cloned().unwrap_or_default()
}

impl Places {
    pub fn load(province: ProvinceCode) -> Result<Self, SandboxError> {
        let mut communes: Vec<Commune> = rows("communes.csv", COMMUNES)?
            .iter()
            .filter(|row| cell(row, "province_code") == province.as_str())
            .map(|row| Commune {
                code: cell(row, "code"),
                full_name: cell(row, "full_name"),
                origins: Vec::new(),
                stale: Vec::new(),
                split: Vec::new(),
            })
            .collect();
        if communes.is_empty() {
            return Err(SandboxError::Province(province));
        }
        communes.sort_by(|a, b| a.code.cmp(&b.code));
        let province_name = rows("provinces.csv", PROVINCES)?
            .iter()
            .find(|row| cell(row, "code") == province.as_str())
            .map(|row| cell(row, "full_name"))
            .unwrap_or_default();

        let mut successors: BTreeMap<String, Vec<(String, bool)>> = BTreeMap::new();
        for row in rows("mapping.csv", MAPPING)? {
            let edge = (cell(&row, "new_commune_code"), cell(&row, "relation") == "part");
            successors.entry(cell(&row, "old_commune_code")).or_default().push(edge);
        }
        let disputed: BTreeSet<String> =
            rows("mapping_disputed.csv", DISPUTED)?.iter().map(|row| cell(row, "old_commune_code")).collect();
        let names: BTreeMap<String, String> =
            rows("communes.csv", COMMUNES)?.iter().map(|row| (cell(row, "code"), cell(row, "full_name"))).collect();

        let mut places = Self { province, province_name, communes, old: Vec::new() };
        for row in rows("old_units.csv", OLD_UNITS)?.iter().filter(|row| cell(row, "level") == "commune") {
            let Some(edges) = successors.get(&cell(row, "code")) else { continue };
            let here: Option<Vec<usize>> = edges.iter().map(|(new, _)| places.position(new)).collect();
            let Some(here) = here else { continue };
            let unit = OldUnit {
                code: cell(row, "code"),
                full_name: cell(row, "full_name"),
                district_code: cell(row, "district_code"),
                district_name: cell(row, "district_name"),
                province_code: cell(row, "province_code"),
                province_name: cell(row, "province_name"),
            };
            let whole = here.len() == 1 && !edges[0].1;
            let readable_today = disputed.contains(&unit.code)
                || places.communes.iter().any(|c| c.full_name == unit.full_name)
                || names.contains_key(&unit.code) && !edges.iter().any(|(new, _)| *new == unit.code);
            let at = places.old.len() as u16;
            places.old.push(unit);
            for index in &here {
                let commune = &mut places.communes[*index];
                commune.origins.push(at);
                match (readable_today, whole) {
                    (true, _) => {}
                    (false, true) => commune.stale.push(at),
                    (false, false) if here.len() > 1 => commune.split.push(at),
                    (false, false) => {}
                }
            }
        }
        Ok(places)
    }

    pub fn position(&self, code: &str) -> Option<usize> {
        self.communes.binary_search_by(|c| c.code.as_str().cmp(code)).ok()
    }

    /// The commune of before the reform in a parcel's key; the three island districts had none.
    pub fn origin_code(&self, origin: Option<u16>, commune: u16) -> &str {
        match origin.and_then(|at| self.old.get(usize::from(at))) {
            Some(unit) => &unit.code,
            None => &self.communes[usize::from(commune)].code,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_province_of_today_has_its_communes_and_old_names() {
        let provinces = rows("provinces.csv", PROVINCES).expect("catalogue");
        assert_eq!(provinces.len(), 34);
        for row in provinces {
            let code = ProvinceCode::parse(&cell(&row, "code")).expect("code");
            let places = Places::load(code).expect("province");
            assert!(places.communes.iter().any(|c| !c.stale.is_empty()), "{code}");
        }
    }

    #[test]
    fn tuyen_quang_has_124_communes_and_split_units() {
        let places = Places::load(ProvinceCode::parse("08").expect("code")).expect("province");
        assert_eq!(places.communes.len(), 124);
        assert!(places.communes.iter().filter(|c| !c.split.is_empty()).count() >= 2);
    }

    #[test]
    fn a_province_that_no_longer_exists_is_refused() {
        let gone = Places::load(ProvinceCode::parse("02").expect("code"));
        assert!(matches!(gone, Err(SandboxError::Province(_))));
    }
}
