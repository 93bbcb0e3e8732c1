//! F7: clocks that are wrong.

use super::province::{Province, SOURCES};
use super::proxy::{Fate, Seen};
use super::scenario::{Dice, Scenario};
use crate::support::{digest, json};
use doisoat::nightly::{self, RunOptions};
use doisoat::workspace::Workspace;
use jiff::{SignedDuration, Timestamp};
use schemas::clock::{AnchoredClock, Clock};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// The clock of this machine, which somebody sets while a run is under way.
struct JumpingClock {
    before: AnchoredClock,
    /// Seconds.
    off: Arc<AtomicI64>,
}

impl Clock for JumpingClock {
    fn now(&self) -> Timestamp {
        self.before.now() + SignedDuration::from_secs(self.off.load(Ordering::Relaxed))
    }
}

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

#[test]
fn f7_our_own_clock_may_jump_in_a_run_without_a_changed_finding_or_a_negative_age() {
    let scenario = Scenario::load("F7");
    let province = Province::serve(scenario.number("persons"), 28, scenario.number("page_size"));
    let (reference, requests) = province.reference();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let mut runs = 0;
    for seed in 1..=scenario.number("jumps") {
        // Forward and back again, or back and forward again; each at a request of its own.
        for hour in [3600, -3600] {
            province.start_over();
            let off = Arc::new(AtomicI64::new(0));
            let mut dice = Dice::new(seed);
            let (first, second) = (dice.below(requests / 2), requests / 2 + dice.below(requests / 3));
            let why = format!("{hour} s at request {first} of {requests}, back at {second}; seed {seed}");
            let asked = Arc::new(AtomicI64::new(0));
            let felt = Arc::new(AtomicI64::new(0));
            for name in SOURCES {
                let (off, asked, felt) = (off.clone(), asked.clone(), felt.clone());
                province.proxies[name].decide(move |_: &Seen| {
                    let at = asked.fetch_add(1, Ordering::Relaxed) as u64;
                    if at == first || at == second {
                        off.store(if at == first { hour } else { 0 }, Ordering::Relaxed);
                        felt.fetch_add(1, Ordering::Relaxed);
                    }
                    Fate::Pass
                });
            }
            let began: Timestamp = "2026-11-24T15:00:00Z".parse().expect("an instant");
            let clock = Arc::new(JumpingClock { before: AnchoredClock::new(began), off });
            let settings = config::Settings::load(&province.sandbox.settings()).expect("settings");
            let options = RunOptions { workers: 2, ..RunOptions::default() };
            let report = runtime.block_on(async {
                let workspace = Workspace::open(settings, clock, seed).await.expect("a workspace");
                let report = nightly::run(&workspace, &options, Arc::new(nightly::progress::Silent)).await.expect(&why);
                workspace.ledger.close().await;
                serde_json::to_value(&report).expect("a report")
            });
            assert_eq!(felt.load(Ordering::Relaxed), 2, "the clock never jumped; {why}");
            assert_eq!(report["status"], "complete", "{why}: {report}");
            assert_eq!(digest(&report), reference, "{why}");
            for source in report["sources"].as_array().expect("sources") {
                assert!(source["age_hours"].as_f64().expect("an age") >= 0.0, "{why}: {source}");
            }
            runs += 1;
        }
    }
    let seen = "our clock set 1 h forward or back in the middle and right again later: complete at once, digest \
                equal, no negative age";
    scenario.passed("our clock", runs, seen);
}
