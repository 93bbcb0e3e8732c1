//! The units of all generations with what became of each: the catalogue as a graph.
//!
//! Promises: a unit's `today` are exactly the units of today that its edges reach; disputed edges
//! are not among them; the units of today come first, in the order of the catalogue.

use super::answer::StepKind;
use super::word::Word;
use config::units::{REFORM, Units};
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
