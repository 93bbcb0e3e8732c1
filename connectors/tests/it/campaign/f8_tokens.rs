//! F8: tokens that expire while a source is pulled, and a token endpoint that fails.

use super::scenario::Scenario;
use crate::server::{Answer, Asked, Piece, Server};
use crate::subjects::{FEED, LAND, ONE_STOP, REGISTER, Subject};
use crate::support::build;
use config::{Auth, SecretRef, SourceSettings};
use schemas::ErrorClass;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const REFUSED: &str = "HTTP/1.1 401 X\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

fn with_token(subject: Subject, url: &str) -> SourceSettings {
    let mut settings = subject.settings(url);
    let secret = || SecretRef::Env("SECRET".into());
    settings.auth = match subject.name {
        "one-stop" => Auth::Password {
            token_path: "/token".into(),
            client_id: "c".into(),
            username: "u".into(),
            password: secret(),
        },
        _ => Auth::ClientCredentials { token_path: "/token".into(), client_id: "c".into(), client_secret: secret() },
    };
    settings
}

/// The token in force, by its number; requests with another one are refused.
#[derive(Default)]
struct Tokens {
    current: AtomicUsize,
    given: AtomicUsize,
    refused: AtomicUsize,
}

impl Tokens {
    fn give(&self) -> Answer {
        self.given.fetch_add(1, Ordering::SeqCst);
        let number = self.current.fetch_add(1, Ordering::SeqCst) + 1;
        Answer::json(format!(r#"{{"access_token": "t{number}", "expires_in": 300}}"#))
    }

    fn is_current(&self, asked: &Asked) -> bool {
        let current = asked.header("authorization") == format!("Bearer t{}", self.current.load(Ordering::SeqCst));
        self.refused.fetch_add(usize::from(!current), Ordering::SeqCst);
        current
    }

    fn expire(&self) {
        self.current.fetch_add(1_000, Ordering::SeqCst);
    }

    fn count(&self) -> (usize, usize) {
        (self.given.load(Ordering::SeqCst), self.refused.load(Ordering::SeqCst))
    }
}

/// Pages of one record each; `expires_at` counts from 1.
async fn pull_with_expiry(
    subject: Subject,
    pages: u64,
    expires_at: u64,
    failing_refreshes: usize,
) -> (Server, Arc<Tokens>) {
    let tokens = Arc::new(Tokens::default());
    let (records, answer, shared) = (subject.records(pages as u32), subject.answer, tokens.clone());
    let (questions, failures) = (AtomicUsize::new(0), AtomicUsize::new(failing_refreshes));
    let server = Server::start(move |asked| {
        if asked.path == "/token" {
            let is_renewal = shared.given.load(Ordering::SeqCst) > 0;
            let fails =
                is_renewal && failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok();
            return if fails { Answer::status(500) } else { shared.give() };
        }
        // Just before the page with this number is asked for the first time.
        if questions.load(Ordering::SeqCst) as u64 + 1 == expires_at && shared.count().1 == 0 {
            shared.expire();
        }
        if !shared.is_current(asked) {
            return Answer::status(401);
        }
        questions.fetch_add(1, Ordering::SeqCst);
        Answer::json(answer(asked, &records))
    })
    .await;
    let mut settings = with_token(subject, &server.url);
    settings.page_size = 1;
    let connector = build(&settings);
    let pulled = subject.pull(&*connector, pages as u32).await;
    let pulled = pulled.unwrap_or_else(|error| panic!("{} expiring at page {expires_at}: {error}", subject.name));
    let keys: std::collections::BTreeSet<&str> =
        pulled.records.iter().map(|row| row.envelope.record_key.as_str()).collect();
    assert_eq!((keys.len() as u64, pulled.rejects.len()), (pages, 0), "{}", subject.name);
    (server, tokens)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_expires_at_any_page_costs_one_refusal_and_one_refresh() {
    let scenario = Scenario::load("F8");
    let pages = scenario.number("pages");
    let mut runs = 0;
    for subject in [LAND, REGISTER] {
        for expires_at in [1, pages / 2, pages] {
            let (server, tokens) = pull_with_expiry(subject, pages, expires_at, 0).await;
            assert_eq!(tokens.count(), (2, 1), "{} at page {expires_at}", subject.name);
            assert_eq!(server.count() as u64, pages + 3, "pages, two tokens and one refusal");
            runs += 1;
        }
        let (server, tokens) = pull_with_expiry(subject, pages, pages / 2, 2).await;
        assert_eq!(tokens.count(), (2, 1), "{}", subject.name);
        assert_eq!(server.count() as u64, pages + 5, "two refreshes more, which failed");
        runs += 1;
    }
    let seen = format!(
        "{runs} pulls of {pages} pages, the token expired at page 1, {} and {pages}: one refusal, one refresh, every record \
         once; a refresh that answers 500 twice is asked a third time",
        pages / 2
    );
    scenario.passed("expiry", runs, &seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_refusals_makes_one_refresh() {
    let scenario = Scenario::load("F8");
    let storm = scenario.number("storm") as u32;
    let mut seen = Vec::new();
    for subject in [ONE_STOP, LAND] {
        let tokens = Arc::new(Tokens::default());
        let (records, answer, shared) = (subject.records(1), subject.answer, tokens.clone());
        let server = Server::start(move |asked| match asked.path.as_str() {
            "/token" => shared.give(),
            _ if shared.is_current(asked) => Answer::json(answer(asked, &records)),
            // Late, so that all have asked before the first one hears of it.
            _ => Answer::Wire(vec![
                Piece::Slow(REFUSED[..1].into(), Duration::from_millis(200)),
                Piece::Bytes(REFUSED[1..].into()),
            ]),
        })
        .await;
        let mut settings = with_token(subject, &server.url);
        settings.concurrency = storm;
        let connector = build(&settings);
        // One more place a round: as many at once as the storm needs.
        for _ in 0..storm * (storm + 1) / 2 {
            subject.first_page(&*connector, 1).await.expect("before the storm");
        }
        tokens.expire();
        let pages = futures::future::join_all((0..storm).map(|_| subject.first_page(&*connector, 1))).await;
        assert!(pages.iter().all(Result::is_ok), "{}", subject.name);
        let (given, refused) = tokens.count();
        assert_eq!(given, 2, "{}: {refused} refusals made {} refreshes", subject.name, given - 1);
        seen.push(refused.to_string());
    }
    let seen = format!("{storm} questions at once, {} of them refused: one refresh each time", seen.join(" and "));
    scenario.passed("storm", 2, &seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_refusal_makes_an_endless_loop() {
    let scenario = Scenario::load("F8");
    let mut most = 0;
    for subject in [ONE_STOP, LAND, REGISTER] {
        // The endpoint works, the source refuses every token.
        let tokens = Arc::new(Tokens::default());
        let shared = tokens.clone();
        let server = Server::start(move |asked| match asked.path.as_str() {
            "/token" => shared.give(),
            _ => Answer::status(401),
        })
        .await;
        let error = subject.first_page(&*build(&with_token(subject, &server.url)), 1).await.expect_err("refused");
        assert_eq!((error.class, error.code.as_str()), (ErrorClass::Authentication, "http_401"), "{}", subject.name);
        assert!(server.count() <= 8, "{}: {} requests", subject.name, server.count());
        most = most.max(server.count());

        // The endpoint never works.
        let server = Server::start(|_| Answer::status(500)).await;
        let settings = with_token(subject, &server.url);
        let error = subject.first_page(&*build(&settings), 1).await.expect_err("no token");
        assert_eq!((error.class, error.code.as_str()), (ErrorClass::Exhausted, "attempts_exhausted"));
        assert!(server.count() <= settings.retry.attempts as usize, "{}", server.count());
    }
    // A signature that is never accepted, whatever clock it follows.
    let server = Server::start(|_| Answer::status(401)).await;
    let mut settings = FEED.settings(&server.url);
    settings.auth = Auth::TimestampDigest {
        username: "u".into(),
        secret: SecretRef::Env("SECRET".into()),
        api_key: SecretRef::Env("SECRET".into()),
        x_road_client: "VN/GOV/H99".into(),
    };
    let error = FEED.first_page(&*build(&settings), 1).await.expect_err("refused");
    assert_eq!((error.class, server.count()), (ErrorClass::Authentication, 4));
    let seen = format!(
        "refused for ever: at most {most} requests, tokens included; a dead token endpoint: our attempts, then parks"
    );
    scenario.passed("no endless loop", 7, &seen);
}
