//! Comparisons in levels. Equal bytes cost one comparison of memory; only what differs is looked
//! at with care.

mod date;
mod name;

pub use date::{DateComparison, compare_dates};
pub use name::{NameComparison, compare_names, compare_names_of, compare_owner_names};

use crate::normal::ethnicity;
use schemas::Level;
use schemas::record::Sex;

/// Sex in canonical letters; an unknown letter is no evidence.
pub fn compare_sex(a: &str, b: &str) -> Level {
    match (Sex::from_canonical(a), Sex::from_canonical(b)) {
        (Some(a), Some(b)) if a == b => Level::Same,
        (Some(_), Some(_)) => Level::Different,
        _ => Level::OnlyHere,
    }
}

/// Ethnicity by code or by name; what the list does not know is no evidence.
pub fn compare_ethnicity(a: &str, b: &str) -> Level {
    if a == b {
        return Level::Same;
    }
    match (ethnicity::code(a), ethnicity::code(b)) {
        (Some(a), Some(b)) if a == b => Level::Same,
        (Some(_), Some(_)) => Level::Different,
        _ => Level::OnlyHere,
    }
}
