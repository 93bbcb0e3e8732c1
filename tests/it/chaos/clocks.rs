//! F7: clocks that are wrong.

use super::province::{Province, SOURCES};
use super::proxy::{Fate, Seen};
use super::scenario::Scenario;
use crate::support::{digest, json};

#[test]
fn f7_a_source_whose_clock_is_off_is_never_younger_than_now_and_its_data_are_the_same() {
    let scenario = Scenario::load("F7");
    let province = Province::serve(scenario.number("persons"), 27, scenario.number("page_size"));
    let (reference, _) = province.reference();
    let mut ages = Vec::new();
    for hours in [-24i64, -1, 1, 24] {
        province.start_over();
        for name in SOURCES {
            province.proxies[name].decide(move |_: &Seen| Fate::ShiftDate(hours * 3600));
        }
        let report = json(&province.run(), 0);
        assert_eq!(digest(&report), reference, "{hours} h");
        for source in report["sources"].as_array().expect("sources") {
            let age = source["age_hours"].as_f64().expect("an age");
            assert!(age >= 0.0, "{hours} h: {source}");
            ages.push(age);
        }
    }
    let seen = format!(
        "ages from {:.1} to {:.1} h",
        ages.iter().copied().fold(f64::MAX, f64::min),
        ages.iter().copied().fold(0.0, f64::max)
    );
    scenario.passed(
        "sources",
        4,
        &format!("source clocks 24 h and 1 h ahead and behind: digest equal, no negative age; {seen}"),
    );
}
