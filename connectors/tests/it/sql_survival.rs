//! What a SQL source survives, and what it refuses, with a real PostgreSQL and a real MariaDB.

use crate::servers::{MariaDb, Postgres};
use crate::sql_support::{Night, OneStop, Server, build, context, night, with};
use schemas::{Dataset, ErrorClass, SourceError};
use std::time::Duration;

fn refused(outcome: Result<Night, SourceError>) -> (ErrorClass, String) {
    let error = outcome.map(|_| ()).expect_err("must be refused");
    assert!(!error.detail.contains("099085") && !error.detail.contains("made-up"), "{error}");
    (error.class, error.code)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_final_and_asked_once() {
    for one_stop in OneStop::both().await {
        let settings = one_stop.settings();
        let connector = crate::support::build_with(&settings, &|_| Some("wrong".into()));
        let refused = refused(night(&*connector, None).await);
        assert_eq!(refused, (ErrorClass::Authentication, "login_refused".into()));
        assert_eq!(connector.statistics().requests, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_settings_name_and_the_database_lacks_is_told_apart() {
    for one_stop in OneStop::both().await {
        one_stop.cases(1).await;
        one_stop.run("CREATE VIEW v_khac AS SELECT * FROM ho_so").await;
        let view = |name: &str| build(&with(one_stop.settings(), |sql| sql.views[0].name = name.to_owned()));
        let (class, code) = refused(night(&*view("v_khac"), None).await);
        assert_eq!((class, code.as_str()), (ErrorClass::Authentication, "no_permission"), "not granted");
        let (class, code) = refused(night(&*view("v_missing"), None).await);
        // MySQL does not tell a stranger whether a view exists.
        let expected = one_stop.pick((ErrorClass::Contract, "no_view"), (ErrorClass::Authentication, "no_permission"));
        assert_eq!((class, code.as_str()), expected);
        let column = build(&with(one_stop.settings(), |sql| sql.views[0].deleted = Some("khong_co".into())));
        let refusal = refused(night(&*column, None).await);
        assert_eq!(refusal, (ErrorClass::Contract, "no_column".into()));
        let kind = build(&with(one_stop.settings(), |sql| {
            sql.views[0].watermark =
                Some(config::settings::Watermark::Number { column: "cap_nhat".into(), overlap: 1 });
        }));
        let refusal = refused(night(&*kind, None).await);
        assert_eq!(refusal, (ErrorClass::Contract, "watermark_type".into()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_takes_too_long_is_ended_and_tried_again() {
    for one_stop in OneStop::both().await {
        one_stop.cases(3).await;
        let sleep = one_stop.pick("pg_sleep(30)::text", "SLEEP(30)");
        one_stop.run(&format!("CREATE VIEW v_cham AS SELECT h.*, {sleep} AS cham FROM ho_so h")).await;
        one_stop.grant("v_cham").await;
        let mut settings = with(one_stop.settings(), |sql| {
            sql.views[0].name = "v_cham".into();
            sql.views[0].deleted = None;
            sql.statement_timeout_ms = 300;
            sql.views[0].fields.insert("national_code".into(), config::settings::SqlField::Column("cham".into()));
        });
        settings.retry.attempts = 2;
        let connector = build(&settings);
        let before = std::time::Instant::now();
        let error = night(&*connector, None).await.map(|_| ()).expect_err("too slow");
        assert_eq!((error.class, error.code.as_str()), (ErrorClass::Exhausted, "attempts_exhausted"));
        assert!(error.detail.contains("statement_timeout"), "{error}");
        assert!(before.elapsed() < Duration::from_secs(5), "{:?}", before.elapsed());
        assert_eq!(connector.statistics().retries, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_in_the_middle_is_waited_for_and_the_pull_goes_on() {
    let postgres: &'static Postgres = Box::leak(Box::new(Postgres::new(false)));
    let mariadb: &'static MariaDb = Box::leak(Box::new(MariaDb::new(false)));
    for server in [Server::Postgres(postgres), Server::MariaDb(mariadb)] {
        let one_stop = OneStop::on(server).await;
        one_stop.cases(25).await;
        let mut settings = one_stop.settings();
        settings.breaker = config::Breaker { failures: 2, pause_ms: 100, probes: 600 };
        // These two have no TLS at all: where it is demanded, no password is sent.
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), CERTIFICATE).expect("written");
        let demanding = build(&with(settings.clone(), |sql| sql.ca_file = Some(file.path().to_owned())));
        assert_eq!(refused(night(&*demanding, None).await), (ErrorClass::Permanent, "tls_refused".into()));
        let connector = build(&settings);
        let context = context();
        let partition = connector.partitions(Dataset::Dossier, &context).remove(0);
        let (mut seen, mut cursor) = (Night::default(), None);
        loop {
            if seen.pages == 2 {
                server.stop();
                std::thread::spawn(move || {
                    std::thread::sleep(Duration::from_millis(700));
                    server.start();
                });
            }
            let page = connector.page(&partition, cursor.as_ref(), &context).await.expect("a page, in the end");
            match seen.add(page) {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        let expected: Vec<String> = (1..=25).map(|n| format!("H-{n:04}")).collect();
        assert_eq!(seen.keys(), expected, "neither lost nor doubled");
        let statistics = connector.statistics();
        assert!(statistics.retries >= 2 && statistics.breaker_openings >= 1, "{statistics:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_cut_anywhere_is_asked_for_again_and_nothing_is_lost() {
    for one_stop in OneStop::both().await {
        one_stop.cases(25).await;
        let server: u16 = one_stop.url().rsplit([':', '/']).nth(1).and_then(|port| port.parse().ok()).expect("a port");
        let cuts = 80;
        let proxy = crate::servers::cutting_proxy(server, cuts).await;
        let mut settings = with(one_stop.settings(), |sql| {
            sql.url = sql.url.replace(&format!(":{server}/"), &format!(":{proxy}/"));
        });
        settings.retry = config::Retry { attempts: 100, first_delay_ms: 1, max_delay_ms: 1, budget: 1_000 };
        settings.breaker.failures = 1_000;
        let connector = build(&settings);
        let night = night(&*connector, None).await.expect("a night");
        let expected: Vec<String> = (1..=25).map(|n| format!("H-{n:04}")).collect();
        assert_eq!(night.keys(), expected);
        // Later cuts are so late that the night ends before them.
        let retries = connector.statistics().retries;
        assert!((30..=cuts).contains(&retries), "{retries} cuts were met");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_may_write_is_refused() {
    for one_stop in OneStop::both().await {
        one_stop.cases(1).await;
        let reader = one_stop.reader();
        // Another role than the shared reader's, which other tests use.
        let grant = one_stop.pick(
            "CREATE ROLE writer LOGIN PASSWORD 'made-up-password'; GRANT SELECT ON v_ho_so TO writer; \
             GRANT UPDATE ON ho_so TO writer"
                .to_owned(),
            format!("GRANT UPDATE ON {}.ho_so TO {reader}@'127.0.0.1'", one_stop.name),
        );
        one_stop.run(&grant).await;
        let user = one_stop.pick("writer".to_owned(), reader);
        let connector = build(&with(one_stop.settings(), |sql| sql.user = user));
        let refusal = refused(night(&*connector, None).await);
        assert_eq!(refusal, (ErrorClass::Contract, "account_may_write".into()));
        let check = connector.check(&context()).await.map(|_| ()).expect_err("refused");
        assert!(check.detail.contains("SELECT"), "{check}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_writes_behind_our_back_cannot() {
    for one_stop in OneStop::both().await {
        one_stop.cases(1).await;
        let function = one_stop.pick(
            "CREATE TABLE dau_vet (luc timestamptz); \
             CREATE FUNCTION ghi() RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS \
             $$ BEGIN INSERT INTO dau_vet VALUES (now()); RETURN 'x'; END $$",
            "CREATE TABLE dau_vet (luc datetime); \
             CREATE FUNCTION ghi() RETURNS varchar(9) MODIFIES SQL DATA SQL SECURITY DEFINER \
             BEGIN INSERT INTO dau_vet VALUES (now()); RETURN 'x'; END",
        );
        one_stop.run(function).await;
        one_stop.run("CREATE VIEW v_ghi AS SELECT h.*, ghi() AS ghi FROM ho_so h").await;
        one_stop.grant("v_ghi").await;
        let connector = build(&with(one_stop.settings(), |sql| {
            sql.views[0].name = "v_ghi".into();
            sql.views[0].fields.insert("national_code".into(), config::settings::SqlField::Column("ghi".into()));
        }));
        assert_eq!(refused(night(&*connector, None).await), (ErrorClass::Contract, "writes".into()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_larger_than_allowed_is_refused() {
    for one_stop in OneStop::both().await {
        one_stop.cases(20).await;
        let mut settings = one_stop.settings();
        settings.max_body_bytes = 1_024;
        let refusal = refused(night(&*build(&settings), None).await);
        assert_eq!(refusal, (ErrorClass::Contract, "body_too_large".into()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_nobody_listens_for_parks_and_a_stop_ends_the_wait() {
    let one_stop = &OneStop::both().await[0];
    let settings = with(one_stop.settings(), |sql| sql.url = "postgres://127.0.0.1:9/x".into());
    let error = night(&*build(&settings), None).await.map(|_| ()).expect_err("nobody");
    assert_eq!((error.class, error.code.as_str()), (ErrorClass::Exhausted, "attempts_exhausted"));
    assert!(error.detail.contains("connect"), "{error}");
    let mut patient = settings;
    patient.retry = config::Retry { attempts: 50, first_delay_ms: 60_000, max_delay_ms: 60_000, budget: 500 };
    let connector = build(&patient);
    let stopping = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        connector.stop();
    };
    let (outcome, ()) = tokio::join!(night(&*connector, None), stopping);
    assert_eq!(outcome.map(|_| ()).expect_err("stopped").class, ErrorClass::Stopped);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_asks_every_view_and_tells_the_clock() {
    for one_stop in OneStop::both().await {
        one_stop.cases(2).await;
        let report = one_stop.connector().check(&context()).await.expect("an answer");
        let time = report.source_time.expect("a clock");
        assert!(time.duration_since(jiff::Timestamp::now()).abs() < jiff::SignedDuration::from_secs(60), "{time}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_believed_only_with_a_certificate_for_its_name_from_our_authority() {
    let folder = tempfile::tempdir().expect("a folder");
    let other = folder.path().join("ca.pem");
    std::fs::write(&other, CERTIFICATE).expect("written");
    for one_stop in OneStop::both().await {
        one_stop.cases(10).await;
        let ask = async |authority: &std::path::Path, host: &str| {
            let connector = build(&with(one_stop.settings(), |sql| {
                sql.ca_file = Some(authority.to_owned());
                sql.url = sql.url.replace("127.0.0.1", host);
            }));
            let outcome = night(&*connector, None).await;
            (outcome, connector.statistics().requests)
        };
        let (trusted, _) = ask(&one_stop.authority(), "127.0.0.1").await;
        assert_eq!(trusted.expect("over TLS").served, 10);
        for (authority, host) in [(other.clone(), "127.0.0.1"), (one_stop.authority(), "localhost")] {
            let (outcome, requests) = ask(&authority, host).await;
            assert_eq!(refused(outcome), (ErrorClass::Permanent, "tls_refused".into()), "{host}");
            assert_eq!(requests, 1, "refused, not retried");
        }
    }
}

/// A made-up authority: nobody has its key any more.
const CERTIFICATE: &str = include_str!("made_up_ca.pem");
