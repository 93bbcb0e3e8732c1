//! F2 on a paused clock: ten minutes without a line, in the middle of a pull.
//!
//! The real connector asks a real server over loopback; only time is ours. It goes on in small steps,
//! each with a moment for the sockets, so that no request times out for want of real time.

use super::scenario::{Dice, Scenario};
use crate::server::{Answer, Server};
use crate::subjects::{FEED, LAND, ONE_STOP, REGISTER, Subject};
use crate::support::build;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// Far below every time-out, so that a step is never what ends a request.
const STEP: Duration = Duration::from_millis(100);

/// Lets the paused clock run, for as long as the task lives.
async fn run_time() {
    loop {
        // While a thread of the pool is busy the clock does not jump by itself.
        let moment = tokio::task::spawn_blocking(|| std::thread::sleep(Duration::from_micros(300)));
        moment.await.expect("a moment");
        tokio::time::advance(STEP).await;
    }
}

struct Seen {
    answered: u64,
    records: usize,
    refused: u64,
    waited: Duration,
}

async fn pull_through_a_blackout(subject: Subject, pages: u64, at: u64, length: Duration, pause: Duration) -> Seen {
    let (records, answer) = (subject.records(pages as u32), subject.answer);
    let (answered, refused) = (AtomicU64::new(0), Arc::new(AtomicU64::new(0)));
    let count = refused.clone();
    let began = std::sync::Mutex::new(None::<Instant>);
    let server = Server::start(move |asked| {
        if answered.load(Ordering::SeqCst) + 1 >= at {
            let mut began = began.lock().expect("not poisoned");
            let is_first = began.is_none();
            if began.get_or_insert_with(Instant::now).elapsed() < length {
                count.fetch_add(1, Ordering::SeqCst);
                // The first one breaks in the middle of its page.
                let body = answer(asked, &records);
                let half = body.char_indices().nth(body.chars().count() / 2).map_or(0, |(at, _)| at);
                return if is_first { Answer::Promised(body.len(), body[..half].to_owned()) } else { Answer::Closed };
            }
        }
        answered.fetch_add(1, Ordering::SeqCst);
        Answer::json(answer(asked, &records))
    })
    .await;
    let mut settings = subject.settings(&server.url);
    settings.page_size = 1;
    settings.timeout_ms = 20_000;
    settings.concurrency = 1;
    settings.breaker = config::Breaker { failures: 3, pause_ms: pause.as_millis() as u64, probes: 10_000 };
    let connector = build(&settings);
    let before = Instant::now();
    let pulled = subject.pull(&*connector, pages as u32).await;
    let why = format!("{} at page {at}", subject.name);
    let pulled = pulled.unwrap_or_else(|error| panic!("{why}: {error}"));
    let keys: BTreeSet<&str> = pulled.records.iter().map(|row| row.envelope.record_key.as_str()).collect();
    assert_eq!((keys.len() as u64, pulled.rejects.len()), (pages, 0), "{why}");
    let refused = refused.load(Ordering::SeqCst);
    Seen { answered: server.count() as u64 - refused, records: pulled.records.len(), refused, waited: before.elapsed() }
}

#[tokio::test(start_paused = true)]
async fn ten_minutes_without_a_line_cost_one_probe_a_pause_and_the_pull_goes_on_at_its_page() {
    let scenario = Scenario::load("F2");
    let (length, pause) =
        (Duration::from_secs(scenario.number("blackout_s")), Duration::from_secs(scenario.number("pause_s")));
    let pages = scenario.number("pages");
    let time = tokio::spawn(run_time());
    let (mut runs, mut most) = (0, 0);
    for seed in scenario.seeds() {
        let at = 1 + Dice::new(seed).below(pages);
        for subject in [FEED, REGISTER, LAND, ONE_STOP] {
            let whole = pull_through_a_blackout(subject, pages, at, Duration::ZERO, pause).await;
            let seen = pull_through_a_blackout(subject, pages, at, length, pause).await;
            let why = format!("{} at page {at}; {}", subject.name, scenario.replay(seed));
            let same = (seen.answered, seen.records) == (whole.answered, whole.records);
            assert!(same && whole.refused == 0, "a page that came was asked for again; {why}");
            // Three failures open the breaker; then one probe each pause, the first at its beginning.
            let probes = seen.refused.saturating_sub(3);
            assert!(probes <= length.as_secs() / pause.as_secs() + 1, "{probes} probes; {why}");
            assert!(probes >= 1 && seen.waited >= length, "the blackout was never felt: {:?}; {why}", seen.waited);
            // Back within one pause of the line's return, plus what the retries before it took.
            assert!(seen.waited <= length + 2 * pause, "{:?}; {why}", seen.waited);
            most = most.max(probes);
            runs += 1;
        }
    }
    time.abort();
    let seen = format!(
        "paused clock: blackout of {} s at a random page of 4 sources, at most {most} probes at a pause of {} s, back \
         within two pauses; every page answered once",
        length.as_secs(),
        pause.as_secs()
    );
    scenario.passed("ten minutes", runs, &seen);
}
