//! F5: a body that trickles or stalls is given up by the rule of the least throughput, and other
//! sources do not feel it. Time itself is the fault here: the bounds are the rule's own.

use super::scenario::Scenario;
use crate::server::{Answer, Piece, Server};
use crate::subjects::{LAND, LOOK_UP, ONE_STOP, Subject};
use crate::support::{Trail, build, build_audited};
use std::sync::Arc;
use std::time::{Duration, Instant};

const PROMISED: &str = "Content-Length: 100000\r\n";

type Slow = (&'static str, fn() -> Answer);

fn slow_answers() -> Vec<Slow> {
    let trickle: fn() -> Answer = || Answer::wire(PROMISED, [Piece::Slow(vec![b' '; 100_000], Duration::from_secs(1))]);
    let after_headers: fn() -> Answer = || Answer::wire(PROMISED, [Piece::Silence]);
    let inside: fn() -> Answer = || Answer::wire(PROMISED, [Piece::Bytes(vec![b' '; 50_000]), Piece::Silence]);
    let chunked: fn() -> Answer =
        || Answer::wire("Transfer-Encoding: chunked\r\n", [Piece::Bytes(b"5\r\n{    \r\n".to_vec()), Piece::Silence]);
    let until_close: fn() -> Answer =
        || Answer::wire("", [Piece::Slow(vec![b' '; 100_000], Duration::from_millis(100))]);
    vec![
        ("one byte a second", trickle),
        ("a stall behind the head", after_headers),
        ("a stall inside the body", inside),
        ("a stall inside chunks", chunked),
        ("ten bytes a second, until close", until_close),
    ]
}

async fn given_up(subject: Subject, name: &str, answer: fn() -> Answer, timeout_ms: u64, limit: Duration) {
    let server = Server::start(move |_| answer()).await;
    let mut settings = subject.settings(&server.url);
    (settings.timeout_ms, settings.retry.attempts) = (timeout_ms, 1);
    let trail = Arc::new(Trail::default());
    let connector = build_audited(&settings, trail.clone());
    let before = Instant::now();
    let outcome = subject.first_page(&*connector, 1).await;
    let took = before.elapsed();
    let case = format!("{}: {name}", subject.name);
    assert!(took <= limit, "{case}: given up after {took:?}");
    assert_eq!(connector.statistics().not_found, 0, "{case}");
    match outcome {
        Ok(page) => assert_eq!((page.served, connector.statistics().could_not_ask), (0, 1), "{case}"),
        Err(error) => assert!(error.detail.contains("slow_body"), "{case}: {error}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_trickles_or_stalls_is_given_up_and_other_sources_go_on() {
    let scenario = Scenario::load("F5");
    let timeout_ms = scenario.number("timeout_ms");
    let limit = Duration::from_secs(scenario.number("limit_s"));
    let (answers, other) = (slow_answers(), LAND.server(200).await);
    let mut all = Vec::new();
    for subject in [ONE_STOP, LOOK_UP] {
        for (name, answer) in &answers {
            all.push(given_up(subject, name, *answer, timeout_ms, limit));
        }
    }
    let runs = all.len() as u64;
    let slow = async {
        futures::future::join_all(all).await;
    };
    // Another source, pulled again and again while those hang.
    let connector = build(&LAND.settings(&other.url));
    let mut pulls = 0u64;
    let healthy = async {
        loop {
            let pulled = LAND.pull(&*connector, 200).await.expect("the other source is well");
            assert!(pulled.rejects.is_empty());
            pulls += 1;
            // Leaves the processor to the others as well.
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::select! {
        () = slow => {}
        () = healthy => {}
    }
    assert!(pulls > 0, "the other source was not pulled once meanwhile");
    assert_eq!(connector.statistics().retries, 0, "the other source felt nothing");
    let seen = format!(
        "{runs} slow bodies on two wires at a time-out of {timeout_ms} ms, given up within {} s; another source was pulled \
         whole {pulls} times meanwhile without a retry",
        limit.as_secs()
    );
    scenario.passed("slow bodies", runs, &seen);
}
