//! What must hold between the files of the catalogue.

use super::Units;
use super::load::Table;
use crate::ConfigError;
use schemas::CommuneCode;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(
    units: &Units,
    communes: &Table,
    old: &Table,
    mapping: &Table,
    older: &Table,
) -> Result<(), ConfigError> {
    let provinces: BTreeSet<_> = units.provinces.iter().map(|p| p.code).collect();
    let mut today = BTreeSet::new();
    for (at, commune) in units.communes.iter().enumerate() {
        if !provinces.contains(&commune.province) {
            return Err(communes.error(None, at, format!("there is no province {}", commune.province)));
        }
        if !today.insert(commune.code) {
            return Err(communes.error(None, at, format!("commune {} is there twice", commune.code)));
        }
    }
    let districts: BTreeSet<_> = units.old_districts.iter().map(|d| d.code.as_str()).collect();
    let mut before = BTreeSet::new();
    for (at, commune) in units.old_communes.iter().enumerate() {
        let wrong = |cause| Err(old.error(Some("commune"), at, cause));
        if !districts.contains(commune.district.as_str()) {
            return wrong(format!("there is no district {}", commune.district));
        }
        if !before.insert(commune.code) {
            return wrong(format!("commune {} is there twice", commune.code));
        }
    }
    check_edges(units, mapping, &before, &today)?;
    let mapped: BTreeSet<_> = units.edges.iter().map(|e| e.from).collect();
    for (at, commune) in units.old_communes.iter().enumerate() {
        if !mapped.contains(&commune.code) {
            return Err(old.error(Some("commune"), at, format!("commune {} has no successor", commune.code)));
        }
    }
    for (at, name) in units.older_names.iter().enumerate() {
        if let Some(code) = name.successors.iter().find(|code| !today.contains(code)) {
            return Err(older.error(None, at, format!("there is no commune {code} today")));
        }
    }
    Ok(())
}

fn check_edges(
    units: &Units,
    mapping: &Table,
    before: &BTreeSet<CommuneCode>,
    today: &BTreeSet<CommuneCode>,
) -> Result<(), ConfigError> {
    let mut defaults: BTreeMap<CommuneCode, (usize, usize)> = BTreeMap::new();
    for (at, edge) in units.edges.iter().enumerate() {
        if !before.contains(&edge.from) {
            return Err(mapping.error(None, at, format!("there was no commune {} before the reform", edge.from)));
        }
        if !today.contains(&edge.to) {
            return Err(mapping.error(None, at, format!("there is no commune {} today", edge.to)));
        }
        let entry = defaults.entry(edge.from).or_insert((at, 0));
        entry.1 += usize::from(edge.default);
    }
    match defaults.iter().find(|(_, (_, count))| *count != 1) {
        None => Ok(()),
        Some((code, (at, count))) => {
            Err(mapping.error(None, *at, format!("commune {code} has {count} default successors, not one")))
        }
    }
}
