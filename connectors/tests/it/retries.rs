//! What goes away by itself is asked for again, within limits.

use crate::server::{Answer, Server};
use crate::support::{EMPTY_SLICE, build, first_page, settings};
use config::{Breaker, SourceKind};
use schemas::ErrorClass;
use std::time::{Duration, Instant};

#[tokio::test]
async fn a_source_that_is_unavailable_twice_answers_the_third_time() {
    let server = Server::start(|asked| match asked.number {
        0 => Answer::status(503),
        1 => Answer::Closed,
        _ => Answer::json(EMPTY_SLICE),
    })
    .await;
    let connector = build(&settings(SourceKind::OneStop, &server.url));
    first_page(&*connector).await.expect("answered in the end");
    let statistics = connector.statistics();
    assert_eq!((statistics.requests, statistics.retries), (3, 2));
    let seen = server.seen.lock().expect("not poisoned").clone();
    assert!(seen.iter().all(|path| *path == seen[0]), "each retry asks the same: {seen:?}");
}

#[tokio::test]
async fn at_least_what_the_source_asks_for_is_waited() {
    let server = Server::start(|asked| match asked.number {
        0 => Answer::Whole(429, vec![("Retry-After", "1".into())], String::new()),
        _ => Answer::json(EMPTY_SLICE),
    })
    .await;
    let connector = build(&settings(SourceKind::OneStop, &server.url));
    let before = Instant::now();
    first_page(&*connector).await.expect("answered");
    assert!(before.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_wait_of_an_hour_parks_at_once() {
    let server = Server::start(|_| Answer::Whole(503, vec![("Retry-After", "3600".into())], String::new())).await;
    let error = first_page(&*build(&settings(SourceKind::OneStop, &server.url))).await.expect_err("parked");
    assert_eq!((error.class, error.code.as_str()), (ErrorClass::Exhausted, "retry_after_too_long"));
    assert_eq!((server.count(), error.retry_after_ms), (1, Some(3_600_000)));
}

#[tokio::test]
async fn attempts_that_run_out_park_the_partition_and_name_the_last_failure() {
    let server = Server::start(|_| Answer::status(502)).await;
    let error = first_page(&*build(&settings(SourceKind::OneStop, &server.url))).await.expect_err("parked");
    assert_eq!((error.class, error.code.as_str()), (ErrorClass::Exhausted, "attempts_exhausted"));
    assert!(error.detail.contains("http_502"), "{}", error.detail);
    assert_eq!(server.count(), 5);
}

#[tokio::test]
async fn a_spent_budget_parks_before_the_attempts_run_out() {
    let server = Server::start(|_| Answer::status(503)).await;
    let mut settings = settings(SourceKind::OneStop, &server.url);
    settings.retry.budget = 4;
    let error = first_page(&*build(&settings)).await.expect_err("parked");
    assert_eq!((error.class, error.code.as_str()), (ErrorClass::Exhausted, "budget_exhausted"));
    assert_eq!(server.count(), 3, "the first request and two retries that the budget paid");
}

#[tokio::test]
async fn an_open_breaker_lets_one_probe_through_a_pause_and_then_gives_up() {
    let server = Server::start(|_| Answer::status(503)).await;
    let mut settings = settings(SourceKind::OneStop, &server.url);
    settings.breaker = Breaker { failures: 2, pause_ms: 30, probes: 3 };
    let connector = build(&settings);
    let before = Instant::now();
    let error = first_page(&*connector).await.expect_err("parked");
    assert_eq!((error.class, error.code.as_str()), (ErrorClass::Exhausted, "breaker_open"));
    assert_eq!((server.count(), connector.statistics().breaker_openings), (5, 1));
    assert!(before.elapsed() >= Duration::from_millis(90), "probes came faster than one a pause");
}

#[tokio::test]
async fn a_page_goes_on_when_the_breaker_closes_again() {
    let server =
        Server::start(|asked| if asked.number < 8 { Answer::status(503) } else { Answer::json(EMPTY_SLICE) }).await;
    let mut settings = settings(SourceKind::OneStop, &server.url);
    settings.breaker = Breaker { failures: 4, pause_ms: 5, probes: 40 };
    first_page(&*build(&settings)).await.expect("four failures, four probes, then well");
    assert_eq!(server.count(), 9);
}

#[tokio::test]
async fn a_stop_ends_a_request_that_nobody_answers() {
    let server = Server::start(|_| Answer::Silent).await;
    let mut settings = settings(SourceKind::OneStop, &server.url);
    settings.timeout_ms = 600_000;
    let connector = build(&settings);
    let before = Instant::now();
    let (outcome, ()) = tokio::join!(first_page(&*connector), async {
        while server.count() == 0 {
            tokio::task::yield_now().await;
        }
        connector.stop();
    });
    assert_eq!(outcome.expect_err("stopped").class, ErrorClass::Stopped);
    assert!(before.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_source_that_does_not_answer_in_time_is_asked_again() {
    let server =
        Server::start(|asked| if asked.number == 0 { Answer::Silent } else { Answer::json(EMPTY_SLICE) }).await;
    let mut settings = settings(SourceKind::OneStop, &server.url);
    settings.timeout_ms = 200;
    first_page(&*build(&settings)).await.expect("answered the second time");
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn what_will_not_go_away_is_asked_once() {
    for (status, class) in
        [(404, ErrorClass::Permanent), (422, ErrorClass::Permanent), (403, ErrorClass::Authentication)]
    {
        let server = Server::start(move |_| Answer::status(status)).await;
        let error = first_page(&*build(&settings(SourceKind::OneStop, &server.url))).await.expect_err("final");
        assert_eq!((error.class, server.count()), (class, 1), "{status}");
    }
}

#[tokio::test]
async fn a_redirect_is_refused_and_not_followed() {
    let elsewhere = Server::start(|_| Answer::json(EMPTY_SLICE)).await;
    let target = elsewhere.url.clone();
    let server = Server::start(move |_| Answer::Whole(302, vec![("Location", target.clone())], String::new())).await;
    let error = first_page(&*build(&settings(SourceKind::OneStop, &server.url))).await.expect_err("refused");
    assert_eq!((error.class, error.code.as_str()), (ErrorClass::Contract, "redirect_refused"));
    assert_eq!(elsewhere.count(), 0);
}
