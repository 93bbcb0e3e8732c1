//! Changes after the reform, laid over the catalogue day by day.
//!
//! Promises: each change starts from what stood on its day (type word and name are compared), every
//! unit that ends has a successor that stands after that day, a day only moves forward so that no
//! cycle can arise, and afterwards `communes`, `edges` and the successors of older names are today's.

use super::load::Table;
use super::rows::{Change, Commune, Edge, Relation, Retired, UnitLevel};
use super::{REFORM, Units};
use crate::ConfigError;
use schemas::{CommuneCode, ProvinceCode};
use std::collections::BTreeMap;

/// The changes of type that `communes.csv` already has: what the units were called before them.
pub(super) fn retype(units: &mut Units) {
    let mut changes: Vec<_> = units.type_changes.iter().filter(|c| c.level == UnitLevel::Commune).collect();
    changes.sort_by_key(|change| change.effective_from);
    for change in changes {
        let Some(now) = units.communes.iter_mut().find(|c| c.code.as_str() == change.code) else { continue };
        let before = Commune {
            kind: change.from_type.clone(),
            full_name: full_name(&change.from_type, &change.name),
            name: change.name.clone(),
            ..now.clone()
        };
        now.since = change.effective_from;
        units.retired.push(Retired {
            into: vec![now.code],
            commune: before,
            ended_on: change.effective_from,
            act: change.legal_basis.clone(),
        });
    }
}

/// Lays the rows of `changes.csv` over the catalogue, in the order of their days.
pub(super) fn apply(units: &mut Units, changes: Vec<Change>, table: &Table) -> Result<(), ConfigError> {
    let mut days: BTreeMap<_, Vec<(usize, Change)>> = BTreeMap::new();
    for (at, change) in changes.into_iter().enumerate() {
        if change.effective_from <= REFORM {
            return Err(table.error(None, at, "a later change takes effect after 2025-07-01".to_owned()));
        }
        days.entry(change.effective_from).or_default().push((at, change));
    }
    units.reform_edges.clone_from(&units.edges);
    for rows in days.into_values() {
        let mut moved: BTreeMap<CommuneCode, Vec<CommuneCode>> = BTreeMap::new();
        for (at, change) in &rows {
            let wrong = |cause: String| table.error(None, *at, cause);
            match change.level {
                UnitLevel::Province => province(units, change).map_err(wrong)?,
                UnitLevel::Commune => commune(units, change, &mut moved).map_err(wrong)?,
            }
        }
        for (at, change) in &rows {
            if let Some(gone) = change.into.iter().find(|code| !units.communes.iter().any(|c| c.code == **code)) {
                return Err(table.error(None, *at, format!("there is no commune {gone} after that day")));
            }
        }
        follow(units, &moved);
    }
    units.communes.sort_by_key(|c| c.code);
    Ok(())
}

fn province(units: &mut Units, change: &Change) -> Result<(), String> {
    let (Some((kind, name)), Some((to_kind, to_name))) = (&change.from, &change.to) else {
        return Err("a province can change its type word or name here, not end or begin".into());
    };
    let standing = full_name(kind, name);
    let Some(now) = units.provinces.iter_mut().find(|p| p.code.as_str() == change.code) else {
        return Err(format!("there is no province {}", change.code));
    };
    if now.full_name != standing {
        return Err(format!("province {} is called {} on that day", change.code, now.full_name));
    }
    now.former_type = now.former_type.clone().or_else(|| (kind != to_kind).then(|| kind.clone()));
    if name != to_name {
        now.former_names.push(standing);
    }
    now.full_name = full_name(to_kind, to_name);
    now.name.clone_from(to_name);
    now.legal_basis = format!("{}; {}", now.legal_basis, change.act);
    Ok(())
}

fn commune(
    units: &mut Units,
    change: &Change,
    moved: &mut BTreeMap<CommuneCode, Vec<CommuneCode>>,
) -> Result<(), String> {
    let code = CommuneCode::parse(&change.code).map_err(|e| format!("code: {e}"))?;
    let at = units.communes.iter().position(|c| c.code == code);
    let Some((kind, name)) = &change.from else {
        return begin(units, change, code, at.is_some());
    };
    let Some(at) = at else { return Err(format!("there is no commune {code} on that day")) };
    let standing = units.communes[at].clone();
    if standing.kind != *kind || standing.name != *name {
        return Err(format!("commune {code} is called {} on that day", standing.full_name));
    }
    let into = match (&change.to, change.into.is_empty()) {
        (None, true) => return Err(format!("commune {code} ends without a successor")),
        (None, false) if change.into.contains(&code) => {
            return Err(format!("commune {code} ends and is its successor"));
        }
        (Some(_), true) => vec![code],
        (_, false) => change.into.clone(),
    };
    match &change.to {
        None => {
            units.communes.remove(at);
        }
        Some((kind, name)) => {
            let now = &mut units.communes[at];
            now.kind.clone_from(kind);
            now.name.clone_from(name);
            now.full_name = full_name(kind, name);
            now.since = change.effective_from;
            now.legal_basis = format!("{}; {}", now.legal_basis, change.act);
        }
    }
    units.retired.push(Retired {
        commune: standing,
        ended_on: change.effective_from,
        into: into.clone(),
        act: change.act.clone(),
    });
    moved.insert(code, into);
    Ok(())
}

fn begin(units: &mut Units, change: &Change, code: CommuneCode, stands: bool) -> Result<(), String> {
    let (Some((kind, name)), Some(province)) = (&change.to, change.province) else {
        return Err("a new commune has a type word, a name and a province".into());
    };
    if stands {
        return Err(format!("commune {code} already stands on that day"));
    }
    if !units.provinces.iter().any(|p: &super::Province| p.code == province) {
        return Err(format!("there is no province {province}"));
    }
    units.communes.push(new_commune(code, kind, name, province, change));
    Ok(())
}

fn new_commune(code: CommuneCode, kind: &str, name: &str, province: ProvinceCode, change: &Change) -> Commune {
    Commune {
        code,
        name: name.to_owned(),
        kind: kind.to_owned(),
        full_name: full_name(kind, name),
        province,
        since: change.effective_from,
        legal_basis: change.act.clone(),
    }
}

/// Lets everything that led to a unit lead to what it has become.
fn follow(units: &mut Units, moved: &BTreeMap<CommuneCode, Vec<CommuneCode>>) {
    let mut known: BTreeMap<(CommuneCode, CommuneCode), usize> = BTreeMap::new();
    let mut divided: BTreeMap<CommuneCode, usize> = BTreeMap::new();
    for edge in std::mem::take(&mut units.edges) {
        let itself = [edge.to];
        let into = moved.get(&edge.to).map_or(&itself[..], Vec::as_slice);
        for (nth, to) in into.iter().enumerate() {
            let default = edge.default && nth == 0;
            match known.get(&(edge.from, *to)) {
                Some(at) => units.edges[*at].default |= default,
                None => {
                    known.insert((edge.from, *to), units.edges.len());
                    *divided.entry(edge.from).or_default() += 1;
                    units.edges.push(Edge { to: *to, default, ..edge.clone() });
                }
            }
        }
    }
    for edge in &mut units.edges {
        edge.relation = match (divided.get(&edge.from), edge.relation) {
            (Some(2..), _) => Relation::Part,
            (_, Relation::Whole) if moved.iter().any(|(from, into)| *from != edge.to && into.contains(&edge.to)) => {
                Relation::Merge
            }
            (_, Relation::Part) => Relation::Merge,
            (_, relation) => relation,
        };
    }
    let list = |codes: &mut Vec<CommuneCode>| {
        let mut after: Vec<CommuneCode> = Vec::new();
        for code in codes.iter() {
            for to in moved.get(code).map_or(std::slice::from_ref(code), Vec::as_slice) {
                if !after.contains(to) {
                    after.push(*to);
                }
            }
        }
        *codes = after;
    };
    units.older_names.iter_mut().for_each(|name| list(&mut name.successors));
    for edge in std::mem::take(&mut units.special) {
        let into = moved.get(&edge.to).cloned().unwrap_or_else(|| vec![edge.to]);
        units.special.extend(into.into_iter().map(|to| super::SpecialEdge { to, ..edge.clone() }));
    }
}

/// `xã`, `Long Thành`: `Xã Long Thành`.
fn full_name(kind: &str, name: &str) -> String {
    let mut letters = kind.chars();
    let first: String = letters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{} {name}", letters.as_str())
}
