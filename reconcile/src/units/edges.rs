//! The changes between the generations, with their acts, sources and how sure they are.

use super::answer::StepKind;
use super::history::{Edge, Era, History, UnitId};
use config::units::{Edge as Row, REFORM, Relation, Units};
use jiff::civil::Date;
use schemas::CommuneCode;
use std::collections::HashMap;

impl History {
    fn link(&mut self, edge: Edge) {
        self.edges.push(edge);
    }

    pub(super) fn connect(&mut self, units: &Units) {
        let at = |history: &Self, code: CommuneCode, era: Era| {
            history.with_code(code).find(|id| history.unit(*id).era == era)
        };
        for row in &units.reform_edges {
            let (Some(from), Some(to)) = (at(self, row.from, Era::Before), self.standing(row.to, REFORM)) else {
                continue;
            };
            let act = units.retired.iter().find(|r| r.commune.code == row.to).map(|r| &r.commune.legal_basis);
            let act = act.or_else(|| units.communes.iter().find(|c| c.code == row.to).map(|c| &c.legal_basis));
            self.link(Edge {
                from,
                to,
                kind: match row.relation {
                    Relation::Whole => StepKind::Whole,
                    Relation::Merge => StepKind::Merge,
                    Relation::Part => StepKind::Part,
                },
                date: Some(REFORM),
                act: act.cloned().unwrap_or_default(),
                source: row.source.clone(),
                confidence: confidence(row),
                basis: row.basis.clone(),
            });
        }
        for special in &units.special {
            let from = self.with_code(special.to).find(|id| self.unit(*id).full_name == special.old_unit);
            let (Some(from), Some(to)) = (from, self.standing(special.to, REFORM)) else { continue };
            let act = units.communes.iter().find(|c| c.code == special.to).map(|c| c.legal_basis.clone());
            let (source, basis) = (special.source.clone(), String::new());
            let (kind, date) = (StepKind::Merge, Some(REFORM));
            self.link(Edge { from, to, kind, date, act: act.unwrap_or_default(), source, confidence: 0.995, basis });
        }
        self.connect_retired(units);
        self.connect_older(units);
        self.out = vec![Vec::new(); self.units.len()];
        self.into = vec![Vec::new(); self.units.len()];
        for (at, edge) in self.edges.iter().enumerate() {
            self.out[usize::from(edge.from)].push(at as u32);
            self.into[usize::from(edge.to)].push(at as u32);
        }
    }

    fn connect_retired(&mut self, units: &Units) {
        for (at, retired) in units.retired.iter().enumerate() {
            let from = (units.communes.len() + at) as UnitId;
            for code in &retired.into {
                let Some(to) = self.standing(*code, retired.ended_on) else { continue };
                let same = *code == retired.commune.code;
                let kind = match (retired.into.len(), same) {
                    (1, true) if self.unit(to).name == retired.commune.name => StepKind::TypeChanged,
                    (1, true) => StepKind::Renamed,
                    (1, false) => StepKind::Merge,
                    _ => StepKind::Part,
                };
                let (act, source) = (retired.act.clone(), "official".to_owned());
                let date = Some(retired.ended_on);
                self.link(Edge { from, to, kind, date, act, source, confidence: 0.999, basis: String::new() });
            }
        }
    }

    /// An older name leads to the commune of 2025-06-30 that it became; where the list does not
    /// say which, to the one that bore the same full name in the same district.
    fn connect_older(&mut self, units: &Units) {
        let mut same_name: HashMap<(&str, &str, u16), UnitId> = HashMap::new();
        for (at, old) in self.units.iter().enumerate().filter(|(_, u)| u.era == Era::Before) {
            for id in &old.districts {
                same_name.insert((&old.full_name, "", *id), at as UnitId);
            }
        }
        let first = self.units.len() - units.older_names.len();
        let mut links = Vec::new();
        for (at, older) in units.older_names.iter().enumerate() {
            let from = (first + at) as UnitId;
            let unit = self.unit(from);
            let before = |code: CommuneCode| self.with_code(code).find(|id| self.unit(*id).era == Era::Before);
            let direct = older.successor.and_then(before);
            let inferred = || {
                let key = |id: &u16| same_name.get(&(unit.full_name.as_str(), "", *id)).copied();
                unit.districts.iter().find_map(key)
            };
            let (to, source, sure) = match direct {
                Some(to) => (to, older.source.clone(), older_confidence(&older.source)),
                None => match inferred() {
                    Some(to) => (to, "same name in the same district".to_owned(), 0.8),
                    None => continue,
                },
            };
            let same = self.unit(to).code == unit.code;
            let kind = match same {
                true if self.unit(to).name == unit.name => StepKind::TypeChanged,
                true => StepKind::Renamed,
                false => StepKind::Merge,
            };
            let (date, act, basis) = (Some(older.gone_by), String::new(), String::new());
            links.push(Edge { from, to, kind, date, act, source, confidence: sure, basis });
        }
        links.into_iter().for_each(|edge| self.link(edge));
    }

    /// The unit since the reform that has a code on a day.
    fn standing(&self, code: CommuneCode, day: Date) -> Option<UnitId> {
        self.with_code(code).find(|id| {
            let unit = self.unit(*id);
            let since = unit.era <= Era::Retired && (day == REFORM || unit.from.is_some_and(|from| from <= day));
            since && self.first_after(code, *id, day)
        })
    }

    /// Of the units with one code, the one whose time has not ended on the day and ends first.
    fn first_after(&self, code: CommuneCode, id: UnitId, day: Date) -> bool {
        let end = |id: UnitId| self.unit(id).ended_on.unwrap_or(Date::MAX);
        let after = |other: &UnitId| self.unit(*other).era <= Era::Retired && end(*other) > day;
        self.with_code(code).filter(after).map(end).min() == Some(end(id))
    }
}

fn confidence(row: &Row) -> f32 {
    match (row.status.as_str(), row.source.split('+').count()) {
        (status, _) if status.starts_with("official_note_conflict") => 0.9,
        (_, 3..) => 0.999,
        (_, 2) => 0.995,
        _ => 0.97,
    }
}

fn older_confidence(source: &str) -> f32 {
    match source {
        s if s.starts_with("nso") => 0.97,
        s if s.starts_with("same_code") => 0.95,
        _ => 0.85,
    }
}
