//! A body is whole, within its limit and what it claims to be, or it is an error.

use crate::server::{Answer, Server};
use crate::support::{EMPTY_SLICE, build, first_page, settings};
use config::SourceKind;
use schemas::{ErrorClass, SourceError};
use std::time::{Duration, Instant};

async fn error_of(answer: impl Fn() -> Answer + Send + Sync + 'static, timeout_ms: u64) -> (SourceError, usize) {
    let server = Server::start(move |_| answer()).await;
    let mut settings = settings(SourceKind::OneStop, &server.url);
    settings.timeout_ms = timeout_ms;
    settings.retry.attempts = 8;
    settings.max_body_bytes = 10_000;
    let error = first_page(&*build(&settings)).await.map(|_| ()).expect_err("refused");
    (error, server.count())
}

#[tokio::test]
async fn a_body_cut_at_any_byte_is_rejected_whole_and_asked_for_again() {
    for cut in 0..EMPTY_SLICE.len() {
        let server = Server::start(move |asked| match asked.number {
            0 => Answer::Promised(EMPTY_SLICE.len(), EMPTY_SLICE[..cut].into()),
            1 => Answer::UntilClosed(EMPTY_SLICE[..cut].into()),
            _ => Answer::json(EMPTY_SLICE),
        })
        .await;
        first_page(&*build(&settings(SourceKind::OneStop, &server.url))).await.expect("the third is whole");
        assert_eq!(server.count(), 3, "cut at {cut}");
    }
}

#[tokio::test]
async fn a_body_longer_than_promised_is_not_taken() {
    let (error, _) = error_of(|| Answer::Promised(EMPTY_SLICE.len() - 5, EMPTY_SLICE.into()), 5_000).await;
    assert_eq!((error.class, error.code.as_str()), (ErrorClass::Contract, "bad_json"));
}

#[tokio::test]
async fn a_body_that_never_parses_is_in_the_end_the_sources_answer() {
    let (error, count) = error_of(|| Answer::json("{\"content\": ["), 5_000).await;
    assert_eq!((error.class, error.code.as_str(), count), (ErrorClass::Contract, "bad_json", 4));
}

#[tokio::test]
async fn a_stalled_body_is_given_up() {
    let before = Instant::now();
    let (error, count) = error_of(|| Answer::Stalled("{".into()), 50).await;
    assert_eq!((error.class, error.code.as_str(), count), (ErrorClass::Exhausted, "attempts_exhausted", 8));
    assert!(error.detail.contains("slow_body"), "{}", error.detail);
    assert!(before.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_with_and_without_a_promised_length() {
    let large = || format!("[{}]", "1,".repeat(10_000));
    for (error, count) in [
        error_of(move || Answer::json(large()), 5_000).await,
        error_of(move || Answer::UntilClosed(large()), 5_000).await,
    ] {
        assert_eq!((error.class, error.code.as_str(), count), (ErrorClass::Contract, "body_too_large", 1));
    }
}

#[tokio::test]
async fn a_login_page_and_a_compressed_body_are_contract_errors() {
    let (error, count) = error_of(|| Answer::json("<html>CANARY</html>"), 5_000).await;
    assert_eq!((error.class, error.code.as_str(), count), (ErrorClass::Contract, "not_json", 1));
    assert!(!format!("{error} {error:?}").contains("CANARY"));
    let gzip = || Answer::Whole(200, vec![("Content-Encoding", "gzip".into())], EMPTY_SLICE.into());
    let (error, count) = error_of(gzip, 5_000).await;
    assert_eq!((error.class, error.code.as_str(), count), (ErrorClass::Contract, "content_encoding", 1));
}

#[tokio::test]
async fn nothing_of_a_record_reaches_an_error_or_debug() {
    let body = r#"{"content": [{"id": "a", "applicant": {"data": {"fullname": "CANARY", "birthday": "CANARY"}}}], "last": true}"#;
    let server = Server::start(move |_| Answer::json(body)).await;
    let page = first_page(&*build(&settings(SourceKind::OneStop, &server.url))).await.expect("a page");
    assert_eq!((page.served, page.rejects.len()), (1, 1));
    assert!(page.rejects[0].payload.expose().contains("CANARY"), "quarantine keeps the record");
    assert!(!format!("{page:?}").contains("CANARY"));
}
