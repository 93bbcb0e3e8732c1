//! The rows of the catalogue's files.

use jiff::civil;
use schemas::{CommuneCode, ProvinceCode};

/// A province of today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Province {
    pub code: ProvinceCode,
    pub name: String,
    /// `Tỉnh Tuyên Quang`
    pub full_name: String,
    /// The type word on 2025-07-01, where it has changed since.
    pub former_type: Option<String>,
    /// Full names it has borne since the reform and lost again.
    pub former_names: Vec<String>,
    pub merged_from: Vec<ProvinceCode>,
    pub legal_basis: String,
}

/// A commune of today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commune {
    pub code: CommuneCode,
    pub name: String,
    /// `xã`, `phường` or `đặc khu`
    pub kind: String,
    pub full_name: String,
    pub province: ProvinceCode,
    /// Since when the unit has this name, type and territory.
    pub since: civil::Date,
    pub legal_basis: String,
}

/// A province of 2025-06-30.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldProvince {
    pub code: ProvinceCode,
    pub name: String,
    pub full_name: String,
}

/// A district of 2025-06-30.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldDistrict {
    /// 3 digits.
    pub code: String,
    pub name: String,
    pub full_name: String,
    pub province: ProvinceCode,
}

/// A commune of 2025-06-30.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldCommune {
    pub code: CommuneCode,
    pub name: String,
    pub full_name: String,
    pub district: String,
    pub province: ProvinceCode,
}

/// What became of an old commune.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// One to one.
    Whole,
    /// The whole of it joined others.
    Merge,
    /// Only a part of it came here.
    Part,
}

/// From an old commune to one of today's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    pub from: CommuneCode,
    pub to: CommuneCode,
    pub relation: Relation,
    /// The likeliest of several; exactly one for each old commune. A hint, never an answer.
    pub default: bool,
    /// Why this one is the default.
    pub basis: String,
    /// `official`, or how the official table was corrected here.
    pub status: String,
    /// The sources that have this edge, joined by `+`.
    pub source: String,
}

/// What became of an area that was no commune: an island district, a stretch of mud flats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecialEdge {
    pub to: CommuneCode,
    pub old_unit: String,
    /// 3 digits.
    pub old_district: String,
    pub note: String,
    pub source: String,
}

/// An edge that a single source claims. Shown to people, never followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputedEdge {
    pub from: CommuneCode,
    pub to: CommuneCode,
    pub claimed_by: String,
    pub verdict: String,
}

/// A name that a province or a district bore before 2025-06-30.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerName {
    pub level: FormerLevel,
    /// With its type word: `Tỉnh Hà Tây`.
    pub full_name: String,
    /// Codes of 2025-06-30 that its area had: provinces (2 digits) or districts (3 digits).
    pub codes: Vec<String>,
    pub source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormerLevel {
    Province,
    District,
}

/// A commune name that had gone before 2025-06-30, and the communes of today it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OlderName {
    pub code: CommuneCode,
    pub name: String,
    pub full_name: String,
    /// 3 digits, as numbered in the list that had it.
    pub district: String,
    pub district_name: String,
    pub province: ProvinceCode,
    pub province_name: String,
    /// First and last snapshot of the official list that had it.
    pub first_seen: civil::Date,
    pub last_seen: civil::Date,
    /// The snapshot of the official list that no longer had it. Not a legal date.
    pub gone_by: civil::Date,
    pub successors: Vec<CommuneCode>,
    /// The commune of 2025-06-30 that it had become, where known.
    pub successor: Option<CommuneCode>,
    pub source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitLevel {
    Province,
    Commune,
}

/// A unit whose code and border stood still while its type word changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeChange {
    pub level: UnitLevel,
    pub code: String,
    pub name: String,
    pub from_type: String,
    pub to_type: String,
    pub effective_from: civil::Date,
    pub legal_basis: String,
}

/// A change after 2025-07-01 that a person added: one row of `changes.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub level: UnitLevel,
    pub code: String,
    /// Type word and name that end; `None`: the unit is new.
    pub from: Option<(String, String)>,
    /// Type word and name that begin; `None`: the unit is no more.
    pub to: Option<(String, String)>,
    /// Units that have its territory afterwards; empty: itself.
    pub into: Vec<CommuneCode>,
    /// The province of a new unit.
    pub province: Option<ProvinceCode>,
    pub effective_from: civil::Date,
    pub act: String,
}

/// A commune as it was from the reform (or a later change) until a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retired {
    pub commune: Commune,
    /// The first day on which it was no longer so.
    pub ended_on: civil::Date,
    /// What it is afterwards: itself under another name or type, or the units that took it over.
    pub into: Vec<CommuneCode>,
    pub act: String,
}
