//! Accounts, sessions, one-time links, keys and requests that come twice.

use crate::both::{on_both, open};
use crate::world::at;
use store::ledger::{Account, ApiKey, Begun, Purpose, Role, Session};
use store::{Ledger, Scope, StoreError};

on_both!(
    a_login_and_a_subject_belong_to_one_account,
    a_subject_is_bound_once,
    wrong_passwords_that_come_at_once_are_all_counted,
    a_session_ends_on_the_server,
    old_sessions_are_swept_and_young_ones_stay,
    a_link_is_used_once_and_in_time,
    a_new_setup_link_makes_the_one_before_worthless,
    a_revoked_key_stays_revoked,
    a_request_that_comes_twice_hears_what_the_first_was_told,
);

pub fn account(id: &str, login: &str) -> Account {
    Account {
        account_id: id.into(),
        login: login.into(),
        display_name: "Trần Thị Lan".into(),
        role: Role::Clerk,
        scope: Scope::parse("00691 00694"),
        password_hash: Some("$argon2id$x".into()),
        subject: Some(format!("https://sso|{id}")),
        disabled: false,
        failures: 0,
        locked_until: None,
        signed_in_at: None,
        created_at: at("2026-11-24T01:00:00Z"),
    }
}

async fn with_account(ledger: &dyn Ledger) {
    ledger.create_account(&account("a1", "lan")).await.expect("made");
}

async fn a_login_and_a_subject_belong_to_one_account(kind: &str) {
    let opened = open(kind).await;
    let ledger = opened.ledger.as_ref();
    with_account(ledger).await;
    let same_login = Account { subject: None, ..account("a2", "lan") };
    assert!(matches!(ledger.create_account(&same_login).await, Err(StoreError::Conflict { .. })));
    let same_subject = Account { subject: account("a1", "x").subject, ..account("a3", "hoa") };
    assert!(matches!(ledger.create_account(&same_subject).await, Err(StoreError::Conflict { .. })));
    let found = ledger.account_by_subject("https://sso|a1").await.expect("read").expect("there");
    assert!(found == account("a1", "lan"), "it comes back as it was made");
    ledger.set_role("a1", Role::Province, &Scope::Province).await.expect("changed");
    let changed = ledger.account_by_login("lan").await.expect("read").expect("there");
    assert_eq!((changed.role, changed.scope), (Role::Province, Scope::Province));
    assert!(matches!(ledger.set_disabled("nobody", true).await, Err(StoreError::NotFound { .. })));
}

async fn a_subject_is_bound_once(kind: &str) {
    let opened = open(kind).await;
    let ledger = opened.ledger.as_ref();
    let invited = |id: &str, login: &str| Account { subject: None, password_hash: None, ..account(id, login) };
    for invited in [invited("a1", "lan"), invited("a2", "hoa")] {
        ledger.create_account(&invited).await.expect("made");
    }
    let at_once = ["https://sso|1", "https://sso|2"].map(|subject| ledger.bind_subject("a1", subject));
    let outcomes = futures_of(at_once.into_iter()).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "of two that come at once, one is bound");
    assert!(outcomes.iter().any(|outcome| matches!(outcome, Err(StoreError::Conflict { .. }))));
    let bound = ledger.account("a1").await.expect("read").expect("there").subject.expect("bound");
    assert_eq!(ledger.account_by_subject(&bound).await.expect("read").expect("there").login, "lan");
    for (id, subject) in [("a1", bound.as_str()), ("a1", "https://sso|3"), ("a2", bound.as_str())] {
        assert!(matches!(ledger.bind_subject(id, subject).await, Err(StoreError::Conflict { .. })), "{id} {subject}");
    }
    assert!(ledger.account("a2").await.expect("read").expect("there").subject.is_none());
    assert!(matches!(ledger.bind_subject("nobody", "https://sso|4").await, Err(StoreError::NotFound { .. })));
}

async fn wrong_passwords_that_come_at_once_are_all_counted(kind: &str) {
    let opened = open(kind).await;
    with_account(opened.ledger.as_ref()).await;
    let guesses = (0..8).map(|_| opened.ledger.count_failure("a1"));
    let mut counts: Vec<u32> = futures_of(guesses).await.into_iter().map(|count| count.expect("counted")).collect();
    counts.sort_unstable();
    assert_eq!(counts, (1..=8).collect::<Vec<_>>());
    opened.ledger.lock_account("a1", at("2026-11-24T02:00:00Z")).await.expect("locked");
    opened.ledger.note_sign_in("a1", at("2026-11-24T03:00:00Z")).await.expect("came in");
    let account = opened.ledger.account("a1").await.expect("read").expect("there");
    assert_eq!((account.failures, account.locked_until), (0, None));
    assert_eq!(account.signed_in_at, Some(at("2026-11-24T03:00:00Z")));
}

/// All at once.
async fn futures_of<F: Future<Output = T>, T>(all: impl Iterator<Item = F>) -> Vec<T> {
    futures::future::join_all(all).await
}

fn session(token: &str, started: &str, seen: &str) -> Session {
    let (token_hash, account_id, csrf) = (token.into(), "a1".into(), "form".into());
    Session { token_hash, account_id, csrf, started_at: at(started), seen_at: at(seen) }
}

async fn a_session_ends_on_the_server(kind: &str) {
    let opened = open(kind).await;
    let ledger = opened.ledger.as_ref();
    with_account(ledger).await;
    for token in ["t1", "t2", "t3"] {
        ledger.open_session(&session(token, "2026-11-24T01:00:00Z", "2026-11-24T01:00:00Z")).await.expect("opened");
    }
    ledger.see_session("t1", at("2026-11-24T01:20:00Z")).await.expect("seen");
    let seen = ledger.session("t1").await.expect("read").expect("there");
    assert!(seen == session("t1", "2026-11-24T01:00:00Z", "2026-11-24T01:20:00Z"));
    ledger.end_session("t1").await.expect("ended");
    assert!(ledger.session("t1").await.expect("read").is_none());
    ledger.end_sessions_of("a1").await.expect("ended");
    assert!(ledger.session("t2").await.expect("read").is_none());
}

async fn old_sessions_are_swept_and_young_ones_stay(kind: &str) {
    let opened = open(kind).await;
    let ledger = opened.ledger.as_ref();
    with_account(ledger).await;
    for (token, started, seen) in [
        ("long", "2026-11-23T10:00:00Z", "2026-11-24T01:59:00Z"),
        ("idle", "2026-11-24T01:00:00Z", "2026-11-24T01:05:00Z"),
        ("busy", "2026-11-24T01:00:00Z", "2026-11-24T01:59:00Z"),
    ] {
        ledger.open_session(&session(token, started, seen)).await.expect("opened");
    }
    let swept = ledger.sweep_sessions(at("2026-11-23T16:00:00Z"), at("2026-11-24T01:30:00Z")).await.expect("swept");
    assert_eq!(swept, 2);
    assert!(ledger.session("busy").await.expect("read").is_some());
}

async fn a_link_is_used_once_and_in_time(kind: &str) {
    let opened = open(kind).await;
    let ledger = opened.ledger.as_ref();
    with_account(ledger).await;
    let purpose = Purpose::Password { account_id: "a1".into() };
    let (now, until) = (at("2026-11-24T01:00:00Z"), at("2026-11-24T02:00:00Z"));
    ledger.put_link("l1", &purpose, until).await.expect("kept");
    assert_eq!(ledger.link("l1", now).await.expect("read"), Some((purpose, until)));
    assert_eq!(ledger.link("l1", until).await.expect("read"), None, "its time is up");
    assert!(!ledger.use_link("l1", until).await.expect("asked"));
    let both = futures_of([ledger.use_link("l1", now), ledger.use_link("l1", now)].into_iter()).await;
    let won = both.into_iter().filter(|used| *used.as_ref().expect("asked")).count();
    assert_eq!(won, 1, "of two who come at once one gets in");
    assert_eq!(ledger.link("l1", now).await.expect("read"), None);
}

async fn a_new_setup_link_makes_the_one_before_worthless(kind: &str) {
    let opened = open(kind).await;
    let (ledger, now, until) = (opened.ledger.as_ref(), at("2026-11-24T01:00:00Z"), at("2026-11-24T02:00:00Z"));
    ledger.put_link("first", &Purpose::Setup, until).await.expect("kept");
    ledger.put_link("second", &Purpose::Setup, until).await.expect("kept");
    assert_eq!(ledger.link("first", now).await.expect("read"), None);
    assert_eq!(ledger.link("second", now).await.expect("read"), Some((Purpose::Setup, until)));
}

async fn a_revoked_key_stays_revoked(kind: &str) {
    let opened = open(kind).await;
    let ledger = opened.ledger.as_ref();
    let key = ApiKey {
        key_id: "k1".into(),
        name: "một cửa".into(),
        token_hash: "h1".into(),
        scopes: vec!["check".into(), "decide".into()],
        scope: Scope::parse("00691"),
        created_by: "it".into(),
        created_at: at("2026-11-24T01:00:00Z"),
        expires_at: at("2027-05-24T01:00:00Z"),
        revoked_at: None,
        used_at: None,
    };
    ledger.create_api_key(&key).await.expect("made");
    assert!(ledger.api_key_by_hash("h1").await.expect("read").expect("there") == key);
    let (used, revoked) = (at("2026-11-24T02:00:00Z"), at("2026-11-24T03:00:00Z"));
    ledger.see_api_key("k1", used).await.expect("seen");
    ledger.revoke_api_key("k1", revoked).await.expect("revoked");
    assert!(matches!(ledger.revoke_api_key("k1", used).await, Err(StoreError::NotFound { .. })));
    let after = ledger.api_keys().await.expect("listed").remove(0);
    assert_eq!((after.used_at, after.revoked_at), (Some(used), Some(revoked)));
}

async fn a_request_that_comes_twice_hears_what_the_first_was_told(kind: &str) {
    let opened = open(kind).await;
    let (ledger, now) = (opened.ledger.as_ref(), at("2026-11-24T01:00:00Z"));
    let begin = |asker: &'static str, digest: &'static str| ledger.begin_request(asker, "r1", digest, now);
    assert_eq!(begin("k1", "d").await.expect("begun"), Begun::Now);
    assert_eq!(begin("k1", "d").await.expect("begun"), Begun::UnderWay);
    assert_eq!(begin("k1", "other").await.expect("begun"), Begun::OtherRequest);
    assert_eq!(begin("k2", "d").await.expect("begun"), Begun::Now, "keys are each asker's own");
    ledger.finish_request("k1", "r1", 201, "{}").await.expect("finished");
    assert_eq!(begin("k1", "d").await.expect("begun"), Begun::Done { status: 201, body: "{}".into() });
    ledger.abandon_request("k2", "r1").await.expect("abandoned");
    assert_eq!(begin("k2", "d").await.expect("begun"), Begun::Now, "what changed nothing may be made again");
    assert_eq!(ledger.sweep_requests(at("2026-11-25T01:00:00Z")).await.expect("swept"), 2);
}
