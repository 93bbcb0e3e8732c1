//! A one-stop system whose cases are updated while they are paged.

use crate::server::{Answer, Asked, Server};
use crate::support::{build, context, settings};
use config::{Auth, SecretRef, SourceKind};
use jiff::Timestamp;
use schemas::{Dataset, Page, SourceError};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

const BEGIN_S: i64 = 1_795_000_000;

/// A case's number and the second of its last update.
type Cases = Vec<(u32, i64)>;

fn instant(second: i64) -> String {
    let at = Timestamp::from_second(BEGIN_S + second).expect("an instant");
    schemas::clock::VIETNAM.to_datetime(at).strftime("%Y-%m-%dT%H:%M:%S.000+0700").to_string()
}

fn parameter<'a>(asked: &'a Asked, name: &str) -> &'a str {
    let query = asked.path.split_once('?').map_or("", |(_, query)| query);
    query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}="))).unwrap_or_default()
}

/// Serves the cases in the order of their updates, as Spring does.
fn slice(cases: &Cases, asked: &Asked) -> Answer {
    let number = |name| parameter(asked, name).parse::<usize>().expect("a number");
    let (page, size) = (number("page"), number("size"));
    let from = parameter(asked, "updated-from").replace("%3A", ":").replace("%2B", "+");
    let mut wanted: Cases = cases.iter().filter(|(_, second)| instant(*second) >= from).copied().collect();
    wanted.sort_by_key(|(case, second)| (*second, *case));
    let content: Vec<_> = wanted
        .iter()
        .skip(page * size)
        .take(size)
        .map(|(case, second)| json!({"id": format!("case-{case}"), "updatedDate": instant(*second)}))
        .collect();
    let last = (page + 1) * size >= wanted.len();
    let count = content.len();
    Answer::json(json!({"content": content, "number": page, "numberOfElements": count, "last": last}).to_string())
}

/// Pulls everything while `change` works on the cases after each answer; answers the pages.
async fn pull(
    cases: Cases,
    page_size: u32,
    change: impl Fn(usize, &mut Cases) + Send + Sync + 'static,
) -> (Result<Vec<Page>, SourceError>, Cases, usize) {
    let cases = Arc::new(Mutex::new(cases));
    let served = cases.clone();
    let server = Server::start(move |asked| {
        let mut cases = served.lock().expect("not poisoned");
        let answer = slice(&cases, asked);
        change(asked.number, &mut cases);
        answer
    })
    .await;
    let mut settings = settings(SourceKind::OneStop, &server.url);
    settings.page_size = page_size;
    let (connector, context) = (build(&settings), context());
    let partition = connector.partitions(Dataset::Dossier, &context).remove(0);
    let (mut pages, mut cursor) = (Vec::new(), None);
    let outcome = loop {
        match connector.page(&partition, cursor.as_ref(), &context).await {
            Ok(page) => {
                let next = page.next.clone();
                pages.push(page);
                match next {
                    Some(next) => cursor = Some(next),
                    None => break Ok(pages),
                }
            }
            Err(error) => break Err(error),
        }
    };
    let cases = cases.lock().expect("not poisoned").clone();
    (outcome, cases, server.count())
}

/// How often each version of each case came.
fn versions(pages: &[Page]) -> BTreeMap<(String, i64), u32> {
    let mut versions = BTreeMap::new();
    for row in pages.iter().flat_map(|page| &page.records) {
        *versions.entry((row.envelope.record_key.clone(), row.envelope.version)).or_insert(0) += 1;
    }
    versions
}

fn assert_whole(pages: &[Page], cases: &Cases) {
    let versions = versions(pages);
    for (case, second) in cases {
        let version = (format!("case-{case}"), (BEGIN_S + second) * 1_000);
        assert!(versions.contains_key(&version), "case {case} is missing in its newest version");
    }
}

#[tokio::test]
async fn a_list_at_rest_comes_whole_and_once_whatever_the_ties() {
    for seconds_per_case in [0, 1, 20, 300] {
        for page_size in [4, 10, 50] {
            let cases: Cases = (0..300).map(|n| (n, i64::from(n) * seconds_per_case)).collect();
            let (pages, cases, _) = pull(cases, page_size, |_, _| {}).await;
            let pages = pages.expect("pages");
            assert_whole(&pages, &cases);
            let doubled = versions(&pages).values().filter(|count| **count > 1).count();
            assert_eq!(doubled, 0, "{seconds_per_case} s a case, {page_size} a page");
        }
    }
}

#[tokio::test]
async fn cases_updated_while_we_page_are_neither_missing_nor_old() {
    for seconds_per_case in [0, 1, 300] {
        let cases: Cases = (0..300).map(|n| (n, i64::from(n) * seconds_per_case)).collect();
        // After each of the first twelve answers one case from the beginning is updated: offsets through
        // the whole list would skip one each time.
        let (pages, cases, _) = pull(cases, 20, |answer, cases| {
            if answer < 12 {
                cases[answer * 3].1 = 1_000_000 + answer as i64;
            }
        })
        .await;
        let pages = pages.expect("pages");
        assert_whole(&pages, &cases);
        assert!(cases.iter().filter(|(_, second)| *second >= 1_000_000).count() == 12);
    }
}

#[tokio::test]
async fn a_whole_page_that_jumps_away_is_noticed_and_read_again() {
    // All share one time, so that only offsets lead through them; half a page moves at once.
    let cases: Cases = (0..200).map(|n| (n, 0)).collect();
    let (pages, cases, _) = pull(cases, 20, |answer, cases| {
        if answer == 3 {
            for case in &mut cases[0..12] {
                case.1 = 5_000;
            }
        }
    })
    .await;
    assert_whole(&pages.expect("pages"), &cases);
}

#[tokio::test]
async fn a_list_that_moves_faster_than_it_is_read_parks() {
    let cases: Cases = (0..2_000).map(|n| (n, 0)).collect();
    let (outcome, ..) = pull(cases, 20, |answer, cases| {
        // A whole page is gone after each answer.
        for case in cases.iter_mut().filter(|(_, second)| *second == 0).take(30) {
            case.1 = 5_000 + answer as i64;
        }
    })
    .await;
    let error = outcome.map(|_| ()).expect_err("never at rest");
    assert_eq!(error.code, "moving_too_fast");
}

#[tokio::test]
async fn following_the_times_costs_few_more_requests_than_offsets_would() {
    let cases: Cases = (0..1_000).map(|n| (n, i64::from(n) * 60)).collect();
    let (pages, cases, requests) = pull(cases, 100, |_, _| {}).await;
    assert_whole(&pages.expect("pages"), &cases);
    assert!((10..=12).contains(&requests), "{requests} requests for ten pages of cases");
}

#[tokio::test]
async fn a_token_that_expires_while_we_page_is_renewed_and_no_case_is_lost() {
    let cases: Cases = (0..300).map(|n| (n, i64::from(n) * 300)).collect();
    let served = cases.clone();
    // Each token serves for three questions.
    let (given, uses) = (Arc::new(Mutex::new(0u32)), Arc::new(Mutex::new(0u32)));
    let server = Server::start(move |asked| {
        let (mut given, mut uses) = (given.lock().expect("not poisoned"), uses.lock().expect("not poisoned"));
        if asked.path == "/token" {
            (*given, *uses) = (*given + 1, 0);
            return Answer::json(json!({"access_token": format!("t{given}"), "expires_in": 300}).to_string());
        }
        *uses += 1;
        let is_current = asked.header("authorization") == format!("Bearer t{given}");
        if is_current && *uses <= 3 { slice(&served, asked) } else { Answer::status(401) }
    })
    .await;
    let mut settings = settings(SourceKind::OneStop, &server.url);
    settings.page_size = 20;
    settings.auth = Auth::Password {
        token_path: "/token".into(),
        client_id: "c".into(),
        username: "u".into(),
        password: SecretRef::Env("SECRET".into()),
    };
    let connector = build(&settings);
    let (context, mut cursor, mut pages) = (context(), None, Vec::new());
    let partition = connector.partitions(Dataset::Dossier, &context).remove(0);
    loop {
        let page = connector.page(&partition, cursor.as_ref(), &context).await.expect("a page");
        cursor = page.next.clone();
        pages.push(page);
        if cursor.is_none() {
            break;
        }
    }
    assert_whole(&pages, &cases);
    assert!(connector.statistics().token_refreshes >= 5, "{:?}", connector.statistics());
}
