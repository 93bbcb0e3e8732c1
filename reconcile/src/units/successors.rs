//! What became of a unit: from a former unit to the communes of today, with what it was called
//! and the acts that changed it.

use super::catalogue::{Catalogue, Place};
use super::resolve::Evidence;
use super::{Former, Resolution};
use schemas::CommuneCode;
use std::collections::BTreeSet;

impl Catalogue {
    /// The communes of today behind some places, in any order.
    pub(super) fn codes(&self, places: &[Place]) -> Vec<CommuneCode> {
        let code = |place: &Place| match place {
            Place::Now(at) => vec![self.communes[usize::from(*at)].code],
            Place::Old(at) => self.successors[usize::from(*at)].clone(),
            Place::Older(at) => self.older[usize::from(*at)].successors.clone(),
        };
        places.iter().flat_map(code).collect()
    }

    /// `marked`: the record carries a district or a province that is gone, so that even a unit
    /// that kept its name is called as it was.
    pub(super) fn after_old(&self, at: usize, marked: bool) -> Resolution {
        let unit = &self.old[at];
        let from = || {
            let district = self.district(&unit.district).map_or("", |d| d.full_name.as_str());
            let province = self.provinces.iter().find(|p| !p.today && p.code == unit.province);
            let province = province.map_or("", |p| p.full_name.as_str());
            Former { code: Some(unit.code), name: format!("{}, {district}, {province}", unit.full_name) }
        };
        match self.successors[at].as_slice() {
            [] => Resolution::Unknown,
            [to] => {
                let same = *to == unit.code && self.current(*to).is_some_and(|c| c.full_name == unit.full_name);
                if same && !marked {
                    return Resolution::Current(*to);
                }
                Resolution::Stale { from: from(), to: *to, acts: self.acts(*to) }
            }
            several => Resolution::Split { from: from(), candidates: several.to_vec() },
        }
    }

    pub(super) fn after_olds(&self, places: &[Place], evidence: &Evidence<'_>) -> Resolution {
        let marked = evidence.district.is_some() || evidence.province_is_gone();
        match places {
            [Place::Old(at)] => self.after_old(usize::from(*at), marked),
            several => {
                let codes = distinct(self.codes(several));
                match (several.first(), codes.as_slice()) {
                    (Some(Place::Old(first)), [_]) => self.after_old(usize::from(*first), marked),
                    _ => ambiguous(codes),
                }
            }
        }
    }

    pub(super) fn after_older(&self, places: Vec<Place>) -> Resolution {
        let codes = distinct(self.codes(&places));
        let Some(Place::Older(at)) = places.first() else { return Resolution::Unknown };
        let unit = &self.older[usize::from(*at)];
        let name = format!("{}, {}, {}", unit.full_name, unit.district_name, unit.province_name);
        let from = Former { code: Some(unit.code), name };
        match (codes.as_slice(), places.len()) {
            ([], _) => Resolution::Unknown,
            ([to], _) => Resolution::Stale { from, to: *to, acts: self.acts(*to) },
            (_, 1) => Resolution::Split { from, candidates: codes },
            _ => ambiguous(codes),
        }
    }

    /// A unit of today that carries a district or a province of before.
    pub(super) fn called_otherwise(&self, code: CommuneCode, evidence: &Evidence<'_>) -> Resolution {
        let name = self.current(code).map_or_else(String::new, |c| c.full_name.clone());
        let district = evidence.district.and_then(|d| self.district(d).map(|d| d.full_name.as_str()).or(Some(d)));
        let before = evidence.province.filter(|_| evidence.province_is_gone()).and_then(|(_, before)| before);
        let province = self.provinces.iter().find(|p| !p.today && Some(p.code) == before).map(|p| p.full_name.as_str());
        let parts = [Some(name.as_str()), district, province];
        let name = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
        Resolution::Stale { from: Former { code: Some(code), name }, to: code, acts: self.acts(code) }
    }

    pub(super) fn type_changed(&self, code: CommuneCode) -> Resolution {
        match self.former_kind.get(&code) {
            Some((_, name, act)) => Resolution::Stale {
                from: Former { code: Some(code), name: name.clone() },
                to: code,
                acts: vec![act.clone()],
            },
            None => Resolution::Current(code),
        }
    }

    pub(super) fn acts(&self, code: CommuneCode) -> Vec<String> {
        let acts = self.current(code).map_or("", |c| c.legal_basis.as_str());
        acts.split(';').map(str::trim).filter(|act| !act.is_empty()).map(str::to_owned).collect()
    }
}

fn distinct(codes: Vec<CommuneCode>) -> Vec<CommuneCode> {
    codes.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
}

pub(super) fn ambiguous(codes: Vec<CommuneCode>) -> Resolution {
    let candidates = distinct(codes);
    if candidates.is_empty() { Resolution::Unknown } else { Resolution::Ambiguous { candidates } }
}
