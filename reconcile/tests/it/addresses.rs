//! The 5,218 addresses of `tests/data/old_addresses.csv`, by kind of writing.
//!
//! *Right*: the one answer is expected; or candidates are answered, one of them is expected, and
//! the case is marked as split or ambiguous or its very words name units of both times. *Doubt*:
//! candidates or a weak name where one answer would have done. *Silent*: one answer, and wrong.

use config::units::Units;
use reconcile::units::{Learned, Query, Resolver, Scratch, Status};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
pub struct Case {
    pub address: String,
    pub expected_new_commune_codes: String,
    pub kind: String,
    pub is_split_or_ambiguous: String,
}

pub fn cases() -> Vec<Case> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/old_addresses.csv");
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_path(file).expect("readable");
    reader.deserialize().collect::<Result<_, _>>().expect("a table of cases")
}

#[derive(Default)]
struct Count {
    all: u32,
    right: u32,
    /// Of those, the ones with one answer.
    one: u32,
    doubt: u32,
    none: u32,
    silent: u32,
    elsewhere: u32,
}

/// Texts of two levels (`Xã X, Tỉnh Y`) that name a unit of today and an old one elsewhere.
fn of_two_times(units: &Units) -> BTreeSet<String> {
    let mut old: BTreeMap<String, BTreeSet<_>> = BTreeMap::new();
    for commune in &units.old_communes {
        let province = units.old_provinces.iter().find(|p| p.code == commune.province).expect("checked when loaded");
        let to = units.edges.iter().filter(|e| e.from == commune.code).map(|e| e.to);
        old.entry(format!("{}, {}", commune.full_name, province.full_name).to_lowercase()).or_default().extend(to);
    }
    let mut both = BTreeSet::new();
    for commune in &units.communes {
        let province = units.provinces.iter().find(|p| p.code == commune.province).expect("checked when loaded");
        let text = format!("{}, {}", commune.full_name, province.full_name).to_lowercase();
        if old.get(&text).is_some_and(|to| to.iter().ne([&commune.code])) {
            both.insert(text);
        }
    }
    both
}

#[test]
fn addresses_of_every_kind_lead_to_todays_units_and_none_silently_to_a_wrong_one() {
    let units = Units::embedded().expect("loads");
    let resolver = Resolver::new(&units);
    let two_times = of_two_times(&units);
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    let mut scratch = Scratch::default();
    let mut calibration: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
    let verbose = std::env::var_os("UNITS_MISSES").is_some();
    for case in cases() {
        let query = Query { text: Some(&case.address), ..Query::default() };
        let answer = resolver.resolve_with(&query, &Learned::default(), &mut scratch);
        let expected: Vec<&str> = case.expected_new_commune_codes.split(';').collect();
        let hit = answer.codes().any(|code| expected.contains(&code.as_str()));
        let claimed = calibration.entry((answer.confidence * 1000.0).round() as u32).or_default();
        claimed.0 += 1;
        claimed.1 += u32::from(hit);
        let open = case.is_split_or_ambiguous == "1" || two_times.contains(&case.address.to_lowercase());
        let count = counts.entry(case.kind.clone()).or_default();
        count.all += 1;
        count.one += u32::from(hit && answer.single().is_some());
        let outcome = match (answer.single(), answer.status) {
            (Some(_), _) if hit => &mut count.right,
            (Some(_), _) => &mut count.silent,
            (None, Status::Unknown) => &mut count.none,
            (None, _) if hit && open => &mut count.right,
            (None, _) if hit => &mut count.doubt,
            (None, _) => &mut count.elsewhere,
        };
        *outcome += 1;
        if verbose && !(hit && (open || answer.single().is_some())) {
            let found: Vec<_> = answer.candidates.iter().map(|c| format!("{} {}", c.code, c.score)).collect();
            println!(
                "{} {} {:?} {:?} wanted {expected:?} found {found:?}",
                case.kind, case.address, answer.status, answer.reason
            );
        }
    }
    println!(
        "{:<34}{:>6}{:>8}{:>6}{:>7}{:>6}{:>8}{:>6}",
        "kind", "n", "right %", "one", "doubt", "none", "silent", "else"
    );
    let mut total = Count::default();
    for (kind, c) in &counts {
        let share = 100.0 * f64::from(c.right) / f64::from(c.all);
        println!(
            "{kind:<34}{:>6}{share:>8.2}{:>6}{:>7}{:>6}{:>8}{:>6}",
            c.all, c.one, c.doubt, c.none, c.silent, c.elsewhere
        );
        total.all += c.all;
        total.right += c.right;
        total.one += c.one;
        total.doubt += c.doubt;
        total.none += c.none;
        total.silent += c.silent;
        total.elsewhere += c.elsewhere;
    }
    let share = 100.0 * f64::from(total.right) / f64::from(total.all);
    println!(
        "{:<34}{:>6}{share:>8.2}{:>6}{:>7}{:>6}{:>8}{:>6}",
        "all", total.all, total.one, total.doubt, total.none, total.silent, total.elsewhere
    );
    for (claimed, (all, right)) in calibration.iter().filter(|(claimed, _)| **claimed > 0) {
        let (claimed, share) = (f64::from(*claimed) / 1000.0, f64::from(*right) / f64::from(*all));
        println!("confidence {claimed:.3}: {all} answers, a candidate is right in {:.2} %", 100.0 * share);
        // What is claimed is kept: within the error that so many cases allow.
        let error = 3.0 * (claimed * (1.0 - claimed) / f64::from(*all)).sqrt();
        assert!(share + error >= claimed, "{claimed}: {share} of {all}");
    }
    assert_eq!(total.all, 5_218);
    assert!(share >= 99.5, "{share}");
    assert!(total.silent <= 2, "{}", total.silent);
    let whole = [
        "full",
        "full_street",
        "abbrev",
        "abbrev_tight_lower",
        "no_commas_lower",
        "nfd",
        "tone_placement_swapped",
        "already_current",
    ];
    for kind in whole {
        let count = &counts[kind];
        assert_eq!((count.right, count.silent), (count.all, 0), "{kind}");
    }
    for kind in ["typo_1_edit", "i_for_y"] {
        let count = &counts[kind];
        assert!(count.right * 100 >= count.all * 95, "{kind}: {} of {}", count.right, count.all);
    }
    let slips = ["typo_1_edit", "two_generations_2018_24_alias", "two_generations_2023_25"];
    for (kind, count) in counts.iter().filter(|(kind, _)| !slips.contains(&kind.as_str())) {
        assert_eq!(count.silent, 0, "{kind}");
    }
}
