//! F6: what a source asks us to wait is waited, up to ten minutes; nonsense counts as nothing.

use super::scenario::Scenario;
use crate::server::{Answer, Server};
use crate::subjects::{LOOK_UP, ONE_STOP, Subject};
use crate::support::now;
use jiff::{SignedDuration, Timestamp};
use schemas::{ErrorClass, Page, SourceError};
use std::time::{Duration, Instant};

enum Then {
    /// Asked again, not before that.
    Waits(Duration),
    Parks,
}

fn http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// The header, and what must come of it.
fn cases(seconds: u64) -> Vec<(&'static str, String, Then)> {
    let wish = Duration::from_secs(seconds);
    let at = |from_now: i64| http_date(now() + SignedDuration::from_secs(from_now));
    let none = || Then::Waits(Duration::ZERO);
    vec![
        ("seconds", seconds.to_string(), Then::Waits(wish)),
        ("date", at(seconds as i64), Then::Waits(wish)),
        ("past date", at(-3_600), none()),
        ("zero", "0".into(), none()),
        ("negative", "-5".into(), none()),
        ("10^9", "1000000000".into(), Then::Parks),
        ("garbage", "bald wieder".into(), none()),
    ]
}

async fn ask(subject: Subject, status: u16, header: String) -> (Result<Page, SourceError>, usize, Duration) {
    let (records, answer) = (subject.records(1), subject.answer);
    let server = Server::start(move |asked| match asked.number {
        // The source's clock is the one of the test, not the machine's.
        0 => Answer::Whole(status, vec![("Retry-After", header.clone()), ("Date", http_date(now()))], String::new()),
        _ => Answer::json(answer(asked, &records)),
    })
    .await;
    let connector = subject.connector(&server.url);
    let before = Instant::now();
    let outcome = subject.first_page(&*connector, 1).await;
    (outcome, server.count(), before.elapsed())
}

#[tokio::test(flavor = "multi_thread")]
async fn at_least_what_a_source_asks_for_is_waited_and_too_much_parks() {
    let scenario = Scenario::load("F6");
    let seconds = scenario.number("seconds");
    let mut asks = Vec::new();
    for subject in [ONE_STOP, LOOK_UP] {
        for status in [429, 503] {
            for (name, header, then) in cases(seconds) {
                asks.push(async move { (subject, status, name, then, ask(subject, status, header).await) });
            }
        }
    }
    let runs = asks.len() as u64;
    for (subject, status, name, then, (outcome, requests, took)) in futures::future::join_all(asks).await {
        let case = format!("{} {status} {name}", subject.name);
        match then {
            Then::Waits(least) => {
                assert!(outcome.is_ok(), "{case}: {:?}", outcome.map(|_| ()));
                assert!(took >= least, "{case}: asked again after {took:?}");
                assert_eq!(requests, 2, "{case}");
                // Not the ten minutes that the source may ask for: our own back-off is of milliseconds.
                assert!(took < least + Duration::from_secs(60), "{case}: waited {took:?}");
            }
            Then::Parks => {
                let error = outcome.map(|_| ()).expect_err(&case);
                assert_eq!(
                    (error.class, error.code.as_str()),
                    (ErrorClass::Exhausted, "retry_after_too_long"),
                    "{case}"
                );
                assert_eq!((requests, error.retry_after_ms), (1, Some(1_000_000_000_000)), "{case}");
            }
        }
    }
    let seen = format!(
        "7 headers × 2 statuses × 2 wires: {seconds} s asked for as seconds or as a date were waited, 10^9 parked after one \
         request, past, zero, negative and garbage left it to our own back-off"
    );
    scenario.passed("headers", runs, &seen);
}
