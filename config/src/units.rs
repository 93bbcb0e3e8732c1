//! The catalogue of administrative units as data: who exists today, who existed until
//! 2025-06-30, and which went where.
//!
//! What is loaded here is whole: every code is well formed, every edge joins units that exist, and
//! every commune of before the reform has a successor, every commune of today comes from somewhere,
//! and every later change (`changes.csv`) starts from what was there on its day. A file that breaks
//! this is refused with its name and line. Meaning (which unit does a text speak of?) is `reconcile::units`.

mod changes;
mod check;
mod load;
mod rows;

pub use rows::{
    Change, Commune, DisputedEdge, Edge, FormerLevel, FormerName, OldCommune, OldDistrict, OldProvince, OlderName,
    Province, Relation, Retired, SpecialEdge, TypeChange, UnitLevel,
};

use crate::ConfigError;
use std::path::Path;

/// Day on which districts were abolished and communes merged (Law 72/2025/QH15, QĐ 19/2025/QĐ-TTg).
pub const REFORM: jiff::civil::Date = jiff::civil::date(2025, 7, 1);

/// The catalogue, in the order of its files. `communes`, `provinces`, `edges` and the successors of
/// `older_names` are those of today: the rows of `changes.csv` are already applied to them.
#[derive(Debug, Clone)]
pub struct Units {
    pub provinces: Vec<Province>,
    pub communes: Vec<Commune>,
    pub old_provinces: Vec<OldProvince>,
    pub old_districts: Vec<OldDistrict>,
    pub old_communes: Vec<OldCommune>,
    /// From communes of 2025-06-30 to communes of today.
    pub edges: Vec<Edge>,
    /// The same from communes of 2025-06-30 to those of 2025-07-01, before any later change.
    pub reform_edges: Vec<Edge>,
    /// Names that had gone out of use before 2025-06-30.
    pub older_names: Vec<OlderName>,
    /// Units that changed only their type word after the reform.
    pub type_changes: Vec<TypeChange>,
    /// Areas that were no communes and are communes today.
    pub special: Vec<SpecialEdge>,
    /// Edges that one source claims: for people, never followed.
    pub disputed: Vec<DisputedEdge>,
    /// Names of provinces and districts from before 2025-06-30.
    pub former_names: Vec<FormerName>,
    /// Communes as they were between the reform and a later change, oldest change first.
    pub retired: Vec<Retired>,
}

impl Units {
    /// The catalogue that the program was built with.
    pub fn embedded() -> Result<Self, ConfigError> {
        load::embedded()
    }

    /// A short fingerprint of everything in it.
    pub fn digest(&self) -> String {
        use sha2::{Digest, Sha256};
        hex::encode(&Sha256::digest(format!("{self:?}").as_bytes())[..12])
    }

    /// A catalogue in a folder, with the file names of the embedded one.
    pub fn load(directory: &Path) -> Result<Self, ConfigError> {
        load::from_directory(directory)
    }
}

#[cfg(test)]
mod tests;
