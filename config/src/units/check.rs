//! What must hold between the files of the catalogue.

use super::Units;
use super::load::Table;
use super::rows::FormerLevel;
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
        if let Some(code) = name.successor.filter(|code| !before.contains(code)) {
            return Err(older.error(None, at, format!("there was no commune {code} on 2025-06-30")));
        }
        // An open end is said by an empty source; a source without a successor is a gap.
        if !name.source.is_empty() && name.successors.is_empty() {
            return Err(older.error(None, at, format!("commune {} leads to none of today's", name.code)));
        }
    }
    Ok(())
}

pub(super) fn special(units: &Units, table: &Table) -> Result<(), ConfigError> {
    let today: BTreeSet<_> = units.communes.iter().map(|c| c.code).collect();
    let unknown = units.special.iter().position(|edge| !today.contains(&edge.to));
    unknown
        .map_or(Ok(()), |at| Err(table.error(None, at, format!("there is no commune {} today", units.special[at].to))))
}

pub(super) fn disputed(units: &Units, table: &Table) -> Result<(), ConfigError> {
    let today: BTreeSet<_> = units.communes.iter().map(|c| c.code).collect();
    let before: BTreeSet<_> = units.old_communes.iter().map(|c| c.code).collect();
    let edges: BTreeSet<_> = units.edges.iter().map(|e| (e.from, e.to)).collect();
    for (at, edge) in units.disputed.iter().enumerate() {
        if !before.contains(&edge.from) || !today.contains(&edge.to) {
            return Err(table.error(None, at, format!("{} or {} is no commune", edge.from, edge.to)));
        }
        // Claimed by one and confirmed by the table: it is then in `mapping.csv`, and no dispute.
        let believed = edge.verdict.starts_with("unconfirmed") || edge.verdict.contains("error");
        if believed && edges.contains(&(edge.from, edge.to)) {
            return Err(table.error(None, at, "a disputed edge is in mapping.csv too".to_owned()));
        }
    }
    Ok(())
}

pub(super) fn former(units: &Units, table: &Table) -> Result<(), ConfigError> {
    let provinces: BTreeSet<_> = units.old_provinces.iter().map(|p| p.code.to_string()).collect();
    let districts: BTreeSet<_> = units.old_districts.iter().map(|d| d.code.clone()).collect();
    for (at, name) in units.former_names.iter().enumerate() {
        let known = match name.level {
            FormerLevel::Province => &provinces,
            FormerLevel::District => &districts,
        };
        if let Some(code) = name.codes.iter().find(|code| !known.contains(*code)) {
            return Err(table.error(None, at, format!("there was no unit {code} on 2025-06-30")));
        }
    }
    Ok(())
}

/// Every commune of today comes from somewhere.
pub(super) fn reachable(units: &Units, table: &Table) -> Result<(), ConfigError> {
    let from_edges = units.edges.iter().map(|e| e.to);
    let special = units.special.iter().map(|e| e.to);
    let later = units.retired.iter().flat_map(|r| r.into.iter().copied());
    let reached: BTreeSet<CommuneCode> = from_edges.chain(special).chain(later).collect();
    match units.communes.iter().position(|c| !reached.contains(&c.code)) {
        None => Ok(()),
        Some(at) => Err(table.error(None, at, format!("commune {} has no predecessor", units.communes[at].code))),
    }
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
