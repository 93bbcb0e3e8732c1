//! F1 to F3: requests that fail at random, blackouts, a line that flaps.

use super::province::{Province, SOURCES};
use super::proxy::{Fate, Proxy, Seen};
use super::scenario::{Dice, Scenario};
use crate::support::digest;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Fails a share of all requests in ways that a bad line has; each attempt is drawn anew.
fn random(seed: u64, rate: f64) -> impl Fn(&Seen) -> Fate + Send + Sync + 'static {
    move |seen: &Seen| {
        let hash = seen.question.bytes().fold(seed, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
        let mut dice = Dice::new(hash ^ seen.before.wrapping_mul(0x9e37));
        if dice.share() >= rate {
            return Fate::Pass;
        }
        match dice.below(4) {
            0 => Fate::Status(503, String::new()),
            1 => Fate::Reset,
            2 => Fate::Cut(dice.share()),
            // Longer than the time-out of the scenario.
            _ => Fate::Hold(Duration::from_millis(400)),
        }
    }
}

#[test]
fn f1_random_failures_cost_few_requests_and_change_no_finding() {
    let scenario = Scenario::load("F1");
    let province = Province::serve(scenario.number("persons"), 21, scenario.number("page_size"));
    province.set("timeout_ms", 200);
    province.set("retry.budget", scenario.number("budget") as i64);
    province.set("retry.max_delay_ms", 20);
    province.set("breaker.failures", 50);
    let (reference, requests) = province.reference();
    let (mut seen, mut all_runs) = (Vec::new(), 0);
    // The bound is for 30 %; the other rates show what becomes of it.
    let others = scenario.number("seeds_of_other_rates") as usize;
    for rate in scenario.shares("rates") {
        let (mut worst, mut parked, mut runs) = (0.0f64, 0, 0);
        for seed in scenario.seeds().into_iter().take(if rate == 0.3 { usize::MAX } else { others }) {
            let why = format!("{:.0} % of failures; {}", rate * 100.0, scenario.replay(seed));
            province.start_over();
            for name in SOURCES {
                province.proxies[name].decide(random(seed, rate));
            }
            let (report, resumed) = province.until_complete(40, &why);
            assert_eq!(digest(&report), reference, "{why}");
            let cost = province.requests() as f64 / requests as f64;
            if rate <= 0.3 {
                assert!(cost <= 1.5, "{cost:.2} times the requests; {why}");
                assert_eq!(resumed, 0, "{why}");
            }
            worst = worst.max(cost);
            parked += u64::from(resumed > 0);
            runs += 1;
        }
        all_runs += runs;
        seen.push(format!(
            "{:.0} %: {runs} runs, at most {worst:.2} × the requests, {parked} parked and went on",
            rate * 100.0
        ));
    }
    let seen = format!("{requests} requests without faults; {}; digest equal in all", seen.join("; "));
    scenario.passed("random", all_runs, &seen);
}

/// Nothing passes from the n-th request on, for so long.
fn blackout(from: u64, length: Duration) -> impl Fn(&Seen) -> Fate + Send + Sync + 'static {
    let began = Arc::new(std::sync::Mutex::new(None::<Instant>));
    move |seen: &Seen| {
        if seen.number < from {
            return Fate::Pass;
        }
        let mut began = began.lock().expect("not poisoned");
        let at = *began.get_or_insert_with(Instant::now);
        match at.elapsed() < length {
            // The first one breaks in the middle of its page.
            true if seen.number == from => Fate::Cut(0.5),
            true => Fate::Reset,
            false => Fate::Pass,
        }
    }
}

#[test]
fn f2_a_blackout_costs_one_probe_a_pause_and_no_page_is_asked_twice() {
    let scenario = Scenario::load("F2");
    let province = Province::serve(scenario.number("persons"), 22, scenario.number("page_size"));
    let (length, pause) = (scenario.number("blackout_ms"), scenario.number("pause_ms"));
    let failures = 3;
    province.set("breaker.failures", failures);
    province.set("breaker.pause_ms", pause as i64);
    province.set("breaker.probes", 10_000);
    province.set("concurrency", 1);
    let (reference, _) = province.reference();
    let (mut runs, mut most_probes) = (0, 0);
    for seed in scenario.seeds() {
        let why = scenario.replay(seed);
        province.start_over();
        let mut dice = Dice::new(seed);
        for name in SOURCES {
            province.proxies[name].decide(blackout(3 + dice.below(15), Duration::from_millis(length)));
        }
        let (report, resumed) = province.until_complete(0, &why);
        assert_eq!((digest(&report), resumed), (reference.clone(), 0), "{why}");
        for (name, proxy) in &province.proxies {
            assert!(proxy.refused() > failures as u64, "{name}: the blackout was never felt; {why}");
            let probes = proxy.refused().saturating_sub(failures as u64);
            assert!(probes <= length / pause + 1, "{name}: {probes} probes in {length} ms; {why}");
            most_probes = most_probes.max(probes);
            assert_once(name, proxy, &why);
        }
        runs += 1;
    }
    let seen = format!(
        "blackout of {:.1} s at a random page of each source, at most {most_probes} probes at a pause of {pause} ms; \
         every page answered once; digest equal",
        length as f64 / 1000.0
    );
    scenario.passed("blackout", runs, &seen);
}

#[test]
fn f3_a_line_that_flaps_never_makes_a_partition_start_over() {
    let scenario = Scenario::load("F3");
    let province = Province::serve(scenario.number("persons"), 23, scenario.number("page_size"));
    province.set("breaker.failures", 2);
    province.set("breaker.pause_ms", (scenario.number("half_period_ms") / 3) as i64);
    province.set("concurrency", 1);
    // Slow enough to live through many ups and downs.
    province.set("requests_per_second", scenario.number("requests_per_second") as i64);
    let (reference, _) = province.reference();
    let half = Duration::from_millis(scenario.number("half_period_ms"));
    let began = Instant::now();
    let flapping = move |_: &Seen| match (began.elapsed().as_millis() / half.as_millis()) % 2 {
        0 => Fate::Pass,
        _ => Fate::Reset,
    };
    for proxy in province.proxies.values() {
        proxy.decide(flapping);
    }
    let (report, resumed) = province.until_complete(60, "flapping");
    assert_eq!(digest(&report), reference);
    for (name, proxy) in &province.proxies {
        assert_once(name, proxy, "flapping");
    }
    let periods = began.elapsed().as_millis() / half.as_millis() / 2;
    assert!(periods >= scenario.number("periods") as u128, "only {periods} ups and downs");
    let seen = format!("{periods} ups and downs, {resumed} resumptions; every page answered once; digest equal");
    scenario.passed("flapping", 1, &seen);
}

/// No question is answered twice: a page that came is never asked for again.
fn assert_once(name: &str, proxy: &Proxy, why: &str) {
    let mut times: BTreeMap<String, u64> = BTreeMap::new();
    for question in proxy.answered().into_iter().filter(|q| !q.contains("/token")) {
        *times.entry(question).or_default() += 1;
    }
    let again: Vec<_> = times.iter().filter(|(_, times)| **times > 1).collect();
    assert!(again.is_empty(), "{name}: answered more than once: {again:?}; {why}");
}
