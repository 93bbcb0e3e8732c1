//! The SQL Server dialect over the driver's real protocol, against a responder: no real server.

use crate::servers::tds::{Asked, Said, Tds, Value};
use crate::sql_support::{Night, build, context, night, view, with};
use crate::support;
use config::settings::{SqlField, SqlSettings, SqlView};
use config::{SecretRef, SourceKind, SourceSettings};
use schemas::ErrorClass;
use std::time::Duration;

fn settings(port: u16) -> SourceSettings {
    let fields = [("name".to_owned(), SqlField::Column("ho_ten".into()))].into();
    SourceSettings {
        sql: Some(SqlSettings {
            url: format!("mssql://127.0.0.1:{port}/motcua"),
            user: "reader".into(),
            password: SecretRef::Env("PASSWORD".into()),
            ca_file: None,
            stands_for: SourceKind::OneStop,
            connect_timeout_ms: 2_000,
            statement_timeout_ms: 300,
            views: vec![SqlView { fields, ..view("dbo.v_ho_so") }],
        }),
        operation: Default::default(),
        birth_date: Default::default(),
        wrapper: Default::default(),
        wrapper_account: None,
        page_size: 7,
        ..support::settings(SourceKind::Sql, "")
    }
}

/// Twenty cases, four each minute.
fn cases() -> Vec<(String, String)> {
    (0..20).map(|n| (format!("H-{n:04}"), format!("2026-11-23T08:{:02}:00", n / 4))).collect()
}

fn row(id: &str, at: &str) -> Vec<Value> {
    vec![
        Value::Text(id.into()),
        Value::Time(at.into()),
        Value::Padded("00691     ".into()),
        Value::Bit(false),
        Value::Text("Nguyễn Văn Mẫu".into()),
    ]
}

/// Does with the bound values what the statement says.
fn answer(asked: &Asked) -> Said {
    let text = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        other => panic!("{other:?}"),
    };
    if asked.sql.contains("IS_SRVROLEMEMBER") {
        return Said::Rows(vec![vec![Value::Integer(0)]]);
    }
    let now = Value::Time("2026-11-24T01:00:00".into());
    if asked.sql == "SELECT SYSUTCDATETIME()" {
        return Said::Rows(vec![vec![now]]);
    }
    if asked.sql.starts_with("SELECT SYSUTCDATETIME(), MAX([cap_nhat])") {
        return Said::Rows(vec![vec![now, Value::Time("2026-11-23T08:04:00".into())]]);
    }
    if asked.sql.contains("IS NULL") {
        return Said::Rows(Vec::new());
    }
    let top: usize = asked.sql.split(['(', ')']).nth(1).and_then(|top| top.parse().ok()).expect("TOP (n)");
    let values: Vec<String> = asked.values.iter().map(text).collect();
    let wanted = cases().into_iter().filter(|(id, at)| match values.as_slice() {
        [to] => at <= to,
        // A catch-up window: behind its mark, up to the newest one.
        [from, to] => at > from && at <= to,
        [lowest, last, key, to] => at >= lowest && (at > last || id > key) && at <= to,
        other => panic!("{} values", other.len()),
    });
    Said::Rows(wanted.take(top).map(|(id, at)| row(&id, &at)).collect())
}

fn refused(outcome: Result<Night, schemas::SourceError>) -> (ErrorClass, String) {
    let error = outcome.map(|_| ()).expect_err("refused");
    assert!(!error.to_string().contains("CANARY"), "the server's text is not passed on: {error}");
    (error.class, error.code)
}

#[tokio::test]
async fn a_night_reads_every_row_once_and_says_that_it_only_reads() {
    let server = Tds::start(None, answer).await;
    let night = night(&*build(&settings(server.port)), None).await.expect("a night");
    let expected: Vec<String> = cases().into_iter().map(|(id, _)| id).collect();
    assert_eq!(night.keys(), expected);
    let envelope = &night.records[0].envelope;
    assert_eq!(envelope.updated_at.as_deref(), Some("2026-11-23T08:00:00+07:00"));
    assert_eq!(envelope.commune.as_deref(), Some("00691"));
    assert_eq!(night.dossier("H-0000").name.as_deref(), Some("Nguyễn Văn Mẫu"));
    assert!(night.resume.is_some());
    assert_eq!(*server.read_only.lock().expect("not poisoned"), [true]);
    let statements = server.statements.lock().expect("not poisoned");
    assert!(statements.iter().all(|sql| sql.starts_with("SELECT ")), "nothing but SELECT");
}

#[tokio::test]
async fn errors_of_the_server_have_their_class() {
    let server = Tds::start(Some(18_456), answer).await;
    let refusal = refused(night(&*build(&settings(server.port)), None).await);
    assert_eq!(refusal, (ErrorClass::Authentication, "login_refused".into()));
    for (number, class, code) in [
        (208, ErrorClass::Contract, "no_view"),
        (207, ErrorClass::Contract, "no_column"),
        (229, ErrorClass::Authentication, "no_permission"),
    ] {
        let server = Tds::start(
            None,
            move |asked: &Asked| {
                if asked.sql.contains("TOP") { Said::Error(number) } else { answer(asked) }
            },
        );
        let server = server.await;
        let refusal = refused(night(&*build(&settings(server.port)), None).await);
        assert_eq!(refusal, (class, code.into()), "{number}");
    }
}

#[tokio::test]
async fn an_account_that_may_write_is_refused() {
    let server = Tds::start(None, |_: &Asked| Said::Rows(vec![vec![Value::Integer(1)]])).await;
    let refusal = refused(night(&*build(&settings(server.port)), None).await);
    assert_eq!(refusal, (ErrorClass::Contract, "account_may_write".into()));
}

#[tokio::test]
async fn a_dead_lock_is_tried_again_and_a_silent_statement_ended() {
    let failures = std::sync::atomic::AtomicU32::new(2);
    let server = Tds::start(None, move |asked: &Asked| {
        let fails = asked.sql.contains("TOP")
            && failures
                .fetch_update(std::sync::atomic::Ordering::SeqCst, std::sync::atomic::Ordering::SeqCst, |n| {
                    n.checked_sub(1)
                })
                .is_ok();
        if fails { Said::Error(1205) } else { answer(asked) }
    })
    .await;
    let connector = build(&settings(server.port));
    assert_eq!(night(&*connector, None).await.expect("a night").served, 20);
    assert_eq!(connector.statistics().retries, 2);

    let silent =
        Tds::start(None, |asked: &Asked| if asked.sql.contains("TOP") { Said::Silence } else { answer(asked) });
    let silent = silent.await;
    let mut settings = settings(silent.port);
    settings.retry.attempts = 2;
    let before = std::time::Instant::now();
    let error = night(&*build(&settings), None).await.map(|_| ()).expect_err("silent");
    assert!(error.detail.contains("statement_timeout"), "{error}");
    assert!(before.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn where_encryption_is_demanded_a_server_without_it_is_refused() {
    let server = Tds::start(None, answer).await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, include_str!("made_up_ca.pem")).expect("written");
    let connector = build(&with(settings(server.port), |sql| sql.ca_file = Some(file)));
    let error = connector.check(&context()).await.map(|_| ()).expect_err("refused");
    assert!(server.read_only.lock().expect("not poisoned").is_empty(), "no password was sent: {error}");
    assert_eq!(error.code, "tls_refused", "{error}");
}
