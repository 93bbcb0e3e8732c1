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
    pub source: String,
}

/// A commune name that had gone before 2025-06-30, and the communes of today it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OlderName {
    pub code: CommuneCode,
    pub name: String,
    pub full_name: String,
    pub district_name: String,
    pub province: ProvinceCode,
    pub province_name: String,
    /// The snapshot of the official list that no longer had it. Not a legal date.
    pub gone_by: civil::Date,
    pub successors: Vec<CommuneCode>,
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
