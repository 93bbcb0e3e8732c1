//! The units of all generations with what became of each: the catalogue as a graph.
//!
//! Promises: a unit's `today` are exactly the units of today that its edges reach; disputed edges
//! are not among them; the units of today come first, in the order of the catalogue.

use super::answer::StepKind;
use super::word::Word;
use config::units::{Edge as Row, REFORM, Relation, Units};
use jiff::civil::Date;
use schemas::CommuneCode;
use std::collections::{BTreeMap, HashMap};

/// Index of a unit in [`History::units`].
pub(crate) type UnitId = u16;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Era {
    Today,
    /// After the reform and before a later change.
    Retired,
    /// On 2025-06-30.
    Before,
    /// Gone before 2025-06-30.
    Older,
}

pub(crate) struct Unit {
    pub code: CommuneCode,
    pub word: Word,
    pub name: String,
    pub full_name: String,
    /// `Huyện Yên Sơn, Tỉnh Tuyên Quang`; of units since the reform only the province.
    pub within: String,
    pub era: Era,
    pub from: Option<Date>,
    pub ended_on: Option<Date>,
    /// Index of the province of today, and of the one of before (units of before only).
    pub province: u8,
    pub province_before: Option<u8>,
    /// District names that it was written with: its own first. For units since the reform, those
    /// of the communes it was made of.
    pub districts: Vec<u16>,
    pub today: Vec<UnitId>,
}

pub(crate) struct Edge {
    pub from: UnitId,
    pub to: UnitId,
    pub kind: StepKind,
    pub date: Option<Date>,
    pub act: String,
    pub source: String,
    /// How sure it is that the edge is right, 0 to 1.
    pub confidence: f32,
    pub basis: String,
}

pub(crate) struct DistrictName {
    pub full_name: String,
    pub word: Option<Word>,
    pub name: String,
    /// Index of its province of before.
    pub province: u8,
}

pub(crate) struct History {
    pub units: Vec<Unit>,
    pub edges: Vec<Edge>,
    /// Positions in `edges`, by the unit they leave and by the one they reach.
    pub out: Vec<Vec<u32>>,
    pub into: Vec<Vec<u32>>,
    pub districts: Vec<DistrictName>,
    /// Bits of the old provinces that each province of today was made of.
    pub merged: Vec<u64>,
    /// Province of today of each old province.
    pub province_today: Vec<u8>,
    pub by_code: HashMap<CommuneCode, Vec<UnitId>>,
}

impl History {
    pub fn new(units: &Units) -> Self {
        let (merged, province_today) = provinces(units);
        let mut history = Self {
            units: Vec::new(),
            edges: Vec::new(),
            out: Vec::new(),
            into: Vec::new(),
            districts: Vec::new(),
            merged,
            province_today,
            by_code: HashMap::new(),
        };
        history.since_the_reform(units);
        let groups = history.name_districts(units);
        history.before(units, &groups);
        history.older(units, &groups);
        for (at, unit) in history.units.iter().enumerate() {
            history.by_code.entry(unit.code).or_default().push(at as UnitId);
        }
        history.connect(units);
        history.reach_today();
        history.former_districts();
        history
    }

    pub fn edges_from(&self, unit: UnitId) -> impl Iterator<Item = &Edge> {
        self.out[usize::from(unit)].iter().map(|at| &self.edges[*at as usize])
    }

    pub fn edges_to(&self, unit: UnitId) -> impl Iterator<Item = &Edge> {
        self.into[usize::from(unit)].iter().map(|at| &self.edges[*at as usize])
    }

    pub fn unit(&self, id: UnitId) -> &Unit {
        &self.units[usize::from(id)]
    }

    /// The unit that has a code today.
    pub fn current(&self, code: CommuneCode) -> Option<UnitId> {
        self.with_code(code).find(|id| self.unit(*id).era == Era::Today)
    }

    pub fn with_code(&self, code: CommuneCode) -> impl Iterator<Item = UnitId> {
        self.by_code.get(&code).into_iter().flatten().copied()
    }

    fn since_the_reform(&mut self, units: &Units) {
        let at = |code| units.provinces.iter().position(|p| p.code == code).unwrap_or_default();
        let retired = units.retired.iter().map(|r| (&r.commune, Some(r.ended_on)));
        for (commune, ended_on) in units.communes.iter().map(|c| (c, None)).chain(retired) {
            let province = at(commune.province);
            self.units.push(Unit {
                code: commune.code,
                word: Word::parse(&commune.kind).unwrap_or(Word::Commune),
                name: commune.name.clone(),
                full_name: commune.full_name.clone(),
                within: units.provinces.get(province).map(|p| p.full_name.clone()).unwrap_or_default(),
                era: if ended_on.is_some() { Era::Retired } else { Era::Today },
                from: Some(commune.since),
                ended_on,
                province: province as u8,
                province_before: None,
                districts: Vec::new(),
                today: Vec::new(),
            });
        }
    }

    /// District names of all lists, and for each code of 2025-06-30 the names it was written with.
    fn name_districts(&mut self, units: &Units) -> BTreeMap<String, Vec<u16>> {
        let before = |code| units.old_provinces.iter().position(|p| p.code == code).unwrap_or_default() as u8;
        let mut groups: BTreeMap<String, Vec<u16>> = BTreeMap::new();
        for district in &units.old_districts {
            let id = self.district_id(&district.full_name, before(district.province));
            groups.entry(district.code.clone()).or_default().push(id);
        }
        let district_of: HashMap<_, _> = units.old_communes.iter().map(|c| (c.code, &c.district)).collect();
        for older in units.older_names.iter().filter(|o| !o.district_name.is_empty()) {
            let id = self.district_id(&older.district_name, before(older.province));
            let same_code = groups.contains_key(&older.district).then_some(&older.district);
            let successor = older.successor.and_then(|code| district_of.get(&code).copied());
            // A district that still stood on 2025-06-30 is no former name of another.
            let gone = usize::from(id) >= units.old_districts.len();
            for code in [same_code, successor].into_iter().flatten().filter(|_| gone) {
                add(groups.entry(code.clone()).or_default(), id);
            }
        }
        for former in &units.former_names {
            for code in former.codes.iter().filter(|code| code.len() == 3) {
                let province = units.old_districts.iter().find(|d| d.code == *code).map(|d| before(d.province));
                let id = self.district_id(&former.full_name, province.unwrap_or_default());
                add(groups.entry(code.clone()).or_default(), id);
            }
        }
        groups
    }

    fn district_id(&mut self, full_name: &str, province: u8) -> u16 {
        let known = self.districts.iter().position(|d| d.province == province && d.full_name == full_name);
        known.unwrap_or_else(|| {
            let (word, name) = Word::split(full_name);
            self.districts.push(DistrictName {
                full_name: full_name.to_owned(),
                word,
                name: name.to_owned(),
                province,
            });
            self.districts.len() - 1
        }) as u16
    }

    fn before(&mut self, units: &Units, groups: &BTreeMap<String, Vec<u16>>) {
        for old in &units.old_communes {
            let Some(province) = units.old_provinces.iter().position(|p| p.code == old.province) else { continue };
            let (word, _) = Word::split(&old.full_name);
            let districts = groups.get(&old.district).cloned().unwrap_or_default();
            self.push_old(old.code, word, &old.name, &old.full_name, (province, units), districts);
        }
        for special in &units.special {
            let Some(district) = units.old_districts.iter().find(|d| d.code == special.old_district) else { continue };
            let Some(province) = units.old_provinces.iter().position(|p| p.code == district.province) else { continue };
            let (word, name) = Word::split(&special.old_unit);
            self.push_old(special.to, word, name, &special.old_unit, (province, units), Vec::new());
        }
    }

    fn push_old(
        &mut self,
        code: CommuneCode,
        word: Option<Word>,
        name: &str,
        full_name: &str,
        (province, units): (usize, &Units),
        districts: Vec<u16>,
    ) {
        let district = districts.first().map(|id| format!("{}, ", self.districts[usize::from(*id)].full_name));
        self.units.push(Unit {
            code,
            word: word.unwrap_or(Word::Commune),
            name: name.to_owned(),
            full_name: full_name.to_owned(),
            within: format!("{}{}", district.unwrap_or_default(), units.old_provinces[province].full_name),
            era: Era::Before,
            from: None,
            ended_on: Some(REFORM),
            province: self.province_today[province],
            province_before: Some(province as u8),
            districts,
            today: Vec::new(),
        });
    }

    fn older(&mut self, units: &Units, groups: &BTreeMap<String, Vec<u16>>) {
        let district_of: HashMap<_, _> = units.old_communes.iter().map(|c| (c.code, &c.district)).collect();
        for older in &units.older_names {
            let Some(province) = units.old_provinces.iter().position(|p| p.code == older.province) else { continue };
            let mut districts = vec![self.district_id(&older.district_name, province as u8)];
            let later = older.successor.and_then(|code| district_of.get(&code).copied());
            for group in [Some(&older.district), later].into_iter().flatten().filter_map(|code| groups.get(code)) {
                group.iter().for_each(|id| add(&mut districts, *id));
            }
            let (word, _) = Word::split(&older.full_name);
            self.units.push(Unit {
                code: older.code,
                word: word.unwrap_or(Word::Commune),
                name: older.name.clone(),
                full_name: older.full_name.clone(),
                within: format!("{}, {}", older.district_name, older.province_name),
                era: Era::Older,
                from: Some(older.first_seen),
                ended_on: Some(older.gone_by),
                province: self.province_today[province],
                province_before: Some(province as u8),
                districts,
                today: Vec::new(),
            });
        }
    }

    fn link(&mut self, edge: Edge) {
        self.edges.push(edge);
    }

    fn connect(&mut self, units: &Units) {
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

    fn reach_today(&mut self) {
        for at in 0..self.units.len() {
            let mut reached = Vec::new();
            let mut open = vec![at as UnitId];
            while let Some(id) = open.pop() {
                if self.unit(id).era == Era::Today {
                    add(&mut reached, id);
                } else {
                    open.extend(self.edges_from(id).map(|edge| edge.to));
                }
            }
            reached.sort_unstable();
            self.units[at].today = reached;
        }
    }

    fn former_districts(&mut self) {
        let mut of: Vec<Vec<u16>> = vec![Vec::new(); self.units.len()];
        for unit in self.units.iter().filter(|u| u.era >= Era::Before) {
            for today in &unit.today {
                unit.districts.iter().for_each(|id| add(&mut of[usize::from(*today)], *id));
            }
        }
        for at in 0..self.units.len() {
            if self.units[at].era <= Era::Retired {
                let mut all = std::mem::take(&mut of[at]);
                for today in self.units[at].today.clone() {
                    of[usize::from(today)].iter().for_each(|id| add(&mut all, *id));
                }
                self.units[at].districts.clone_from(&all);
                of[at] = all;
            }
        }
    }
}

fn add<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

fn provinces(units: &Units) -> (Vec<u64>, Vec<u8>) {
    let bit = |code| units.old_provinces.iter().position(|p| p.code == code).map_or(0, |at| 1_u64 << at);
    let merged: Vec<u64> =
        units.provinces.iter().map(|p| p.merged_from.iter().map(|code| bit(*code)).fold(0, |a, b| a | b)).collect();
    let of = |at: usize| merged.iter().position(|bits| bits & (1 << at) != 0).unwrap_or_default() as u8;
    let today = (0..units.old_provinces.len()).map(of).collect();
    (merged, today)
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
