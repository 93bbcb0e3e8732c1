//! How a source knows us, and what happens when it does not any more.

use crate::server::{Answer, Asked, Server};
use crate::support::{EMPTY_SLICE, build, context, first_page, now, settings};
use config::{Auth, SecretRef, SourceKind};
use jiff::SignedDuration;
use schemas::{Dataset, ErrorClass, Partition};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn password() -> Auth {
    Auth::Password {
        token_path: "/token".into(),
        client_id: "doisoat".into(),
        username: "mau".into(),
        password: SecretRef::Env("SECRET".into()),
    }
}

fn digest() -> Auth {
    Auth::TimestampDigest {
        username: "mau".into(),
        secret: SecretRef::Env("SECRET".into()),
        api_key: SecretRef::Env("SECRET".into()),
        x_road_client: "VN/GOV/H99".into(),
    }
}

/// Gives out `t1`, `t2`, … and counts them.
fn token(given: &AtomicUsize) -> Answer {
    let number = given.fetch_add(1, Ordering::SeqCst) + 1;
    Answer::json(format!(r#"{{"access_token": "t{number}", "token_type": "Bearer", "expires_in": 300}}"#))
}

#[tokio::test]
async fn twenty_refusals_at_once_make_one_refresh() {
    let given = Arc::new(AtomicUsize::new(0));
    let tokens = given.clone();
    let server = Server::start(move |asked: &Asked| match asked.path.as_str() {
        "/token" => token(&tokens),
        _ if asked.header("authorization") == "Bearer t2" => Answer::json(EMPTY_SLICE),
        _ => Answer::status(401),
    })
    .await;
    let mut settings = settings(SourceKind::OneStop, &server.url);
    settings.auth = password();
    let connector = build(&settings);
    let pages = futures::future::join_all((0..20).map(|_| first_page(&*connector))).await;
    assert!(pages.iter().all(Result::is_ok));
    assert_eq!(given.load(Ordering::SeqCst), 2, "the first token and one refresh");
    assert_eq!(connector.statistics().token_refreshes, 2);
}

#[tokio::test]
async fn a_source_that_refuses_every_token_ends_the_question() {
    let given = Arc::new(AtomicUsize::new(0));
    let tokens = given.clone();
    let server = Server::start(move |asked: &Asked| match asked.path.as_str() {
        "/token" => token(&tokens),
        _ => Answer::status(401),
    })
    .await;
    let mut settings = settings(SourceKind::OneStop, &server.url);
    settings.auth = password();
    let error = first_page(&*build(&settings)).await.expect_err("refused");
    assert_eq!((error.class, error.code.as_str()), (ErrorClass::Authentication, "http_401"));
    assert_eq!((server.count(), given.load(Ordering::SeqCst)), (8, 4));
}

#[tokio::test]
async fn a_token_endpoint_that_refuses_us_is_asked_once() {
    let server = Server::start(|_| Answer::status(400)).await;
    let mut settings = settings(SourceKind::OneStop, &server.url);
    settings.auth = password();
    let error = first_page(&*build(&settings)).await.expect_err("refused");
    assert_eq!((error.class, error.code.as_str()), (ErrorClass::Authentication, "token_refused"));
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_token_endpoint_that_is_down_for_a_moment_is_asked_again() {
    let given = Arc::new(AtomicUsize::new(0));
    let tokens = given.clone();
    let server = Server::start(move |asked: &Asked| match (asked.path.as_str(), asked.number) {
        ("/token", 0) => Answer::status(500),
        ("/token", _) => token(&tokens),
        _ => Answer::json(EMPTY_SLICE),
    })
    .await;
    let mut settings = settings(SourceKind::OneStop, &server.url);
    settings.auth = password();
    first_page(&*build(&settings)).await.expect("answered");
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn client_credentials_go_in_the_header_and_not_in_the_body() {
    let server = Server::start(|asked: &Asked| match asked.path.as_str() {
        "/token"
            if asked.header("authorization").starts_with("Basic ") && asked.body == "grant_type=client_credentials" =>
        {
            Answer::json(r#"{"access_token": "t", "expires_in": "3600"}"#)
        }
        "/token" => Answer::status(400),
        _ => Answer::json(r#"{"draw": 1, "recordsTotal": 0, "data": []}"#),
    })
    .await;
    let mut settings = settings(SourceKind::Land, &server.url);
    settings.auth = Auth::ClientCredentials {
        token_path: "/token".into(),
        client_id: "doisoat".into(),
        client_secret: SecretRef::Env("SECRET".into()),
    };
    first_page(&*build(&settings)).await.expect("answered");
}

#[tokio::test]
async fn a_signature_is_made_again_by_the_clock_of_the_source() {
    let server_time = now() + SignedDuration::from_hours(24);
    let date = server_time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let server = Server::start(move |asked: &Asked| {
        let headers = vec![("Date", date.clone())];
        let timestamp: i64 = asked.header("timestamp").parse().unwrap_or(0);
        let is_near = (timestamp - server_time.as_millisecond()).abs() < 300_000;
        let feed = r#"{"data": [], "pagination": {"page": 0, "totalPages": 0}}"#;
        if is_near { Answer::Whole(200, headers, feed.into()) } else { Answer::Whole(401, headers, String::new()) }
    })
    .await;
    let mut settings = settings(SourceKind::Population, &server.url);
    settings.auth = digest();
    let connector = build(&settings);
    first_page(&*connector).await.expect("signed again");
    assert_eq!(server.count(), 2);
    let page = first_page(&*connector).await.expect("signed right at once");
    assert_eq!((server.count(), page.as_of), (3, server_time));
}

#[tokio::test]
async fn a_gateway_that_keeps_losing_its_tokens_does_not_end_a_question_while_others_get_in() {
    let given = Arc::new(AtomicUsize::new(0));
    let tokens = given.clone();
    let refusals = AtomicUsize::new(0);
    let server = Server::start(move |asked: &Asked| match asked.path.as_str() {
        "/token" => token(&tokens),
        path if path.contains("agency-id=00694") => Answer::json(EMPTY_SLICE),
        _ if refusals.fetch_add(1, Ordering::SeqCst) < 6 => Answer::status(401),
        _ => Answer::json(EMPTY_SLICE),
    })
    .await;
    let mut settings = settings(SourceKind::OneStop, &server.url);
    settings.auth = password();
    settings.retry.attempts = 12;
    settings.retry.first_delay_ms = 20;
    settings.retry.max_delay_ms = 20;
    let connector = build(&settings);
    let other = Partition::new(connector.source(), Dataset::Dossier, "00694");
    let context = context();
    let refused = first_page(&*connector);
    let mut refused = std::pin::pin!(refused);
    let page = loop {
        tokio::select! {
            page = &mut refused => break page,
            accepted = connector.page(&other, None, &context) => assert!(accepted.is_ok()),
        }
    };
    page.expect("answered in the end");
}
