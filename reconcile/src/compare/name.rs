//! Names of people: the same, the same but for spelling, or different.

use crate::normal::fold::{fold, same_letters};
use crate::normal::owner::owner_name;
use config::SourceKind;
use config::rules::Spelling;
use schemas::Level;

/// How two names compare, and in what their spellings differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameComparison {
    /// [`Level::Same`], [`Level::Spelling`] or [`Level::Different`].
    pub level: Level,
    pub spelling: Vec<Spelling>,
}

impl NameComparison {
    fn plain(level: Level) -> Self {
        Self { level, spelling: Vec::new() }
    }
}

/// Letter case, white space and composition make no difference at all.
pub fn compare_names(a: &str, b: &str) -> NameComparison {
    if same_letters(a, b) {
        return NameComparison::plain(Level::Same);
    }
    let equal = |away: &[Spelling]| fold(a, away) == fold(b, away);
    if !equal(&Spelling::ALL) {
        return NameComparison::plain(Level::Different);
    }
    let mild = [Spelling::TonePlacement, Spelling::IOrY, Spelling::DStroke, Spelling::Hyphen];
    let all: &[Spelling] = if equal(&mild) { &mild } else { &Spelling::ALL };
    let needed = |spelling: &Spelling| {
        let others: Vec<Spelling> = all.iter().copied().filter(|s| s != spelling).collect();
        !equal(&others)
    };
    let mut spelling: Vec<Spelling> = all.iter().copied().filter(needed).collect();
    if spelling.is_empty() {
        // Each difference hides behind another: name them all rather than none.
        spelling = all.to_vec();
    }
    spelling.sort();
    NameComparison { level: Level::Spelling, spelling }
}

/// The names in two records, the reference first. The register of land writes holders with their
/// titles, whichever of the two it is.
pub fn compare_names_of(a: (SourceKind, &str), b: (SourceKind, &str)) -> NameComparison {
    match (a.0, b.0) {
        (_, SourceKind::Land) => compare_owner_names(a.1, b.1),
        (SourceKind::Land, _) => compare_owner_names(b.1, a.1),
        _ => compare_names(a.1, b.1),
    }
}

/// As [`compare_names`], where `owner` may carry a title or a second holder.
pub fn compare_owner_names(reference: &str, owner: &str) -> NameComparison {
    let plain = compare_names(reference, owner);
    if plain.level != Level::Different {
        return plain;
    }
    let first = owner_name(owner).first;
    if first.len() == owner.len() || first.is_empty() { plain } else { compare_names(reference, first) }
}
