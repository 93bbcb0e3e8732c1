//! How findings are kept, and what becomes of those that an older program kept.

use crate::both::{connecting, on_both, open, start};
use crate::postgres::{Cluster, PASSWORD};
use crate::world::{finding, lines};
use jiff::civil::date;
use schemas::{Finding, Sensitive};
use sqlx::postgres::{PgConnectOptions, PgPool};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use store::ledger::{FindingState, KnownFindings};
use store::{Ledger, open_ledger};

on_both!(what_a_first_night_brought_in_twice_is_there_once, a_ledger_of_before_has_the_same_findings_states_and_events,);

async fn file(folder: &tempfile::TempDir) -> SqlitePool {
    let options = SqliteConnectOptions::new().filename(folder.path().join("ledger.sqlite")).create_if_missing(true);
    SqlitePool::connect_with(options).await.expect("opens")
}

async fn database(url: &str) -> PgPool {
    let options: PgConnectOptions = url.parse().expect("an address");
    PgPool::connect_with(options.password(PASSWORD)).await.expect("opens")
}

async fn merge(ledger: &dyn Ledger, run: &str, day: i8, findings: &[Finding]) {
    start(ledger, run, &format!("2026-11-{day}T02:00:00Z")).await;
    ledger.clear_incoming(run).await.unwrap();
    let known = ledger.known_findings().await.unwrap();
    ledger.bring_in(run, lines(findings)).await.unwrap();
    ledger.merge_findings(run, date(2026, 11, day), &known).await.unwrap();
}

async fn what_a_first_night_brought_in_twice_is_there_once(kind: &str) {
    let opened = open(kind).await;
    let ledger = &*opened.ledger;
    start(ledger, "r1", "2026-11-20T02:00:00Z").await;
    let findings: Vec<Finding> = (0..250).map(|n| finding(&format!("09908500{n:04}"), "An")).collect();
    for some in [&findings[..], &findings[100..120], &findings[..1]] {
        ledger.bring_in("r1", lines(some)).await.unwrap();
    }
    let counts = ledger.merge_findings("r1", date(2026, 11, 20), &KnownFindings::default()).await.unwrap();
    assert_eq!(counts.by_state.get("new"), Some(&250));
    let (stored, events) = ledger.finding(&findings[110].id()).await.unwrap();
    assert_eq!((stored.finding, stored.state), (findings[110].clone(), FindingState::New));
    let events: Vec<_> = events.iter().map(|e| (e.run_id.as_str(), e.event.as_str(), e.date.as_str())).collect();
    assert_eq!(events, [("r1", "appeared", "2026-11-20")]);
}

#[tokio::test]
async fn after_a_first_night_in_sqlite_every_index_is_there_as_it_was() {
    let opened = open("sqlite").await;
    let indexes = async || -> Vec<(String, String)> {
        let made = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'findings' ORDER BY name";
        sqlx::query_as(made).fetch_all(&file(&opened._folder).await).await.expect("read")
    };
    let before = indexes().await;
    assert!(before.iter().any(|(_, made)| made.starts_with("CREATE UNIQUE INDEX")));
    let some = [finding("099085000001", "An"), finding("099085000002", "Bình")];
    for (run, day, findings) in [("r1", 20, &some[..1]), ("r2", 21, &some[..])] {
        merge(&*opened.ledger, run, day, findings).await;
        assert_eq!(indexes().await, before, "after {run}");
    }
}

#[tokio::test]
async fn a_body_is_packed_in_sqlite_and_gone_from_it_when_it_is_forgotten() {
    let opened = open("sqlite").await;
    let ledger = &*opened.ledger;
    let secret = finding("099085000001", "Nguyễn Thị Bí Mật");
    merge(ledger, "r1", 20, std::slice::from_ref(&secret)).await;
    let body = async || -> Vec<u8> {
        sqlx::query_scalar("SELECT body FROM findings").fetch_one(&file(&opened._folder).await).await.expect("read")
    };
    let (json, packed) = (serde_json::to_vec(&secret).expect("JSON"), body().await);
    assert!(packed.len() * 2 < json.len(), "{} of {} bytes", packed.len(), json.len());
    start(ledger, "r2", "2026-11-21T02:00:00Z").await;
    let forget = |found: &mut store::ledger::StoredFinding| {
        let source = found.finding.source.clone();
        found.finding.forget(&source, |_| true)
    };
    assert_eq!(ledger.hold_findings("r2", &forget).await.unwrap(), 1);
    let forgotten = ledger.finding(&secret.id()).await.unwrap().0.finding;
    assert!(forgotten.values.iter().all(|value| value.value.is_none() && value.forgotten));
    let kept = body().await;
    assert!(kept != packed && !kept.windows(3).any(|bytes| bytes == "Bí".as_bytes()));
}

#[tokio::test]
async fn a_body_is_json_in_postgres_for_whoever_asks_with_sql() {
    let url = Cluster::shared().database();
    let folder = tempfile::tempdir().unwrap();
    let ledger = open_ledger(&url, Some(&Sensitive::new(PASSWORD)), folder.path(), connecting(4)).await.expect("opens");
    ledger.migrate().await.expect("migrates");
    merge(&*ledger, "r1", 20, &[finding("099085000001", "Nguyễn\t\"An\"\\")]).await;
    let said: String = sqlx::query_scalar("SELECT body::json -> 'values' -> 0 ->> 'value' FROM findings")
        .fetch_one(&database(&url).await)
        .await
        .expect("read");
    assert_eq!(said, "Nguyễn\t\"An\"\\");
}

/// Findings of each state with what happened to them, written as the program wrote them before number 14.
macro_rules! as_it_was {
    ($pool:expr, $kind:expr, $findings:expr) => {
        let before = crate::findings::migrations_before("0014", $kind);
        sqlx::migrate::Migrator::new(before.path()).await.expect("migrations").run(&$pool).await.expect("migrates");
        for (finding, state, last, events) in $findings {
            let body = serde_json::to_string(finding).expect("JSON");
            sqlx::query(
                "INSERT INTO findings (finding_id, kind, severity, subject, field, source, unit, state, values_hash,
                                       body, body_hash, first_run, first_date, last_run, last_date)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'r1', '2026-11-20', $12, $13)",
            )
            .bind(finding.id())
            .bind(finding.kind.as_str())
            .bind(finding.severity.as_str())
            .bind(finding.subject.as_str())
            .bind(&finding.field)
            .bind(finding.source.as_str())
            .bind(&finding.unit)
            .bind(state.as_str())
            .bind(finding.values_hash())
            .bind(&body)
            .bind(hex::encode(store::ledger::body_hash(body.as_bytes())))
            .bind(last.0)
            .bind(last.1)
            .execute(&$pool)
            .await
            .expect("written");
            for (run, event, date) in events {
                sqlx::query("INSERT INTO finding_events VALUES ($1, $2, $3, $4, 'h')")
                    .bind(finding.id())
                    .bind(run)
                    .bind(event)
                    .bind(date)
                    .execute(&$pool)
                    .await
                    .expect("written");
            }
        }
        sqlx::query("INSERT INTO last_merge (one, run_id, date) VALUES (1, 'r3', '2026-11-22')")
            .execute(&$pool)
            .await
            .expect("written");
        $pool.close().await;
    };
}

async fn a_ledger_of_before_has_the_same_findings_states_and_events(kind: &str) {
    const THERE: (&str, &str) = ("", "");
    let [r1, gone, reopened] =
        [("r1", "appeared", "2026-11-20"), ("r2", "gone", "2026-11-21"), ("r3", "reopened", "2026-11-22")];
    let found = ["099085000001", "099085000002", "099085000003", "099085000004"].map(|id| finding(id, "Ân “An”"));
    let before = [
        (&found[0], FindingState::Open, THERE, vec![r1]),
        (&found[1], FindingState::Gone, ("r2", "2026-11-21"), vec![r1, gone]),
        (&found[2], FindingState::Reopened, THERE, vec![r1, gone, reopened]),
        (&found[3], FindingState::New, ("r1", "2026-11-20"), vec![r1]),
    ];
    let folder = tempfile::tempdir().unwrap();
    let url = if kind == "postgres" {
        let url = Cluster::shared().database();
        let pool = database(&url).await;
        as_it_was!(pool, kind, &before);
        url
    } else {
        let pool = file(&folder).await;
        as_it_was!(pool, kind, &before);
        "sqlite".to_owned()
    };
    let ledger = open_ledger(&url, Some(&Sensitive::new(PASSWORD)), folder.path(), connecting(4)).await.expect("opens");
    ledger.migrate().await.expect("is brought up");
    for (finding, state, last, happened) in &before {
        let (stored, events) = ledger.finding(&finding.id()).await.unwrap();
        assert_eq!((&stored.finding, stored.state), (*finding, *state));
        assert_eq!((stored.first_run.as_str(), stored.first_date.as_str()), ("r1", "2026-11-20"));
        let last = if *last == THERE { ("r3", "2026-11-22") } else { *last };
        assert_eq!((stored.last_run.as_str(), stored.last_date.as_str()), last);
        let events: Vec<_> = events.iter().map(|e| (e.run_id.as_str(), e.event.as_str(), e.date.as_str())).collect();
        assert_eq!(events, *happened, "{state:?}");
    }
    // The next night finds them as they are, and has nothing to bring in.
    start(&*ledger, "r4", "2026-11-23T02:00:00Z").await;
    let (known, brought) = crate::findings::bring_in(&*ledger, "r4", &[found[0].clone(), found[2].clone()]).await;
    assert_eq!((known.len(), brought), (3, 0));
    ledger.merge_findings("r4", date(2026, 11, 23), &known).await.unwrap();
    let states = [FindingState::Open, FindingState::Gone, FindingState::Open, FindingState::Gone];
    for (finding, state) in found.iter().zip(states) {
        assert_eq!(ledger.finding(&finding.id()).await.unwrap().0.state, state);
    }
}
