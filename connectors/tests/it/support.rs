//! Settings that do not wait, and connectors made as the program makes them.

use config::{Auth, Breaker, Purpose, Retry, SecretRef, SourceKind, SourceMode, SourceSettings};
use connectors::{
    AuditFailed, AuditTrail, BuildError, Closing, Connector, Dependencies, Opening, PlanContext, Question,
};
use futures::future::BoxFuture;
use jiff::Timestamp;
use schemas::clock::FixedClock;
use schemas::{Cursor, Dataset, Page, Partition, ProvinceCode, SourceError, SourceId};
use std::sync::{Arc, Mutex};

pub const COMMUNE: &str = "00691";
/// An empty last page of the one-stop search.
pub const EMPTY_SLICE: &str = r#"{"content": [], "number": 0, "last": true}"#;

pub fn now() -> Timestamp {
    "2026-11-24T03:00:00Z".parse().expect("an instant")
}

pub fn settings(kind: SourceKind, url: &str) -> SourceSettings {
    SourceSettings {
        kind,
        mode: SourceMode::Feed,
        enabled: true,
        base_url: url.to_owned(),
        folder: None,
        sql: None,
        auth: Auth::None,
        tls: Default::default(),
        purpose: Some(Purpose {
            procedure: "2.000986".into(),
            officer: SecretRef::Env("SECRET".into()),
            agency: "000.01.02.H99".into(),
        }),
        operation: Default::default(),
        birth_date: Default::default(),
        wrapper: Default::default(),
        wrapper_account: None,
        page_size: 10,
        timeout_ms: 5_000,
        requests_per_second: 10_000,
        concurrency: 32,
        freshness_hours: 36,
        nightly_quota: 0,
        answer_life_days: 0,
        window: None,
        interconnect: None,
        required: None,
        contact: String::new(),
        max_body_bytes: 1 << 20,
        retry: Retry { attempts: 5, first_delay_ms: 1, max_delay_ms: 2, budget: 100 },
        breaker: Breaker { failures: 50, pause_ms: 20, probes: 3 },
        tables: Vec::new(),
    }
}

pub fn build(settings: &SourceSettings) -> Box<dyn Connector> {
    build_audited(settings, Arc::new(Trail::default()))
}

/// What was written down, in order; `broken`: nothing can be.
#[derive(Default)]
pub struct Trail {
    pub broken: bool,
    pub lines: Mutex<Vec<String>>,
}

impl Trail {
    fn write(&self, lines: impl Iterator<Item = String>) -> BoxFuture<'_, Result<(), AuditFailed>> {
        if !self.broken {
            self.lines.lock().expect("not poisoned").extend(lines);
        }
        let result = if self.broken { Err(AuditFailed { code: "LEDGER".into() }) } else { Ok(()) };
        Box::pin(async { result })
    }
}

impl AuditTrail for Trail {
    fn open<'a>(&'a self, openings: &'a [Opening]) -> BoxFuture<'a, Result<(), AuditFailed>> {
        let line = |o: &Opening| {
            let (officer, subject) = (o.officer.expose(), o.subject.expose());
            format!("open {} {} {officer} {} {subject}", o.operation, o.procedure, o.agency)
        };
        self.write(openings.iter().map(line))
    }

    fn close<'a>(&'a self, closings: &'a [Closing]) -> BoxFuture<'a, Result<(), AuditFailed>> {
        self.write(closings.iter().map(|closing| format!("close {}", closing.outcome)))
    }
}

pub fn build_audited(settings: &SourceSettings, audit: Arc<Trail>) -> Box<dyn Connector> {
    build_from(settings, &|_| Some("099080000001".into()), audit).expect("built")
}

pub fn build_with(settings: &SourceSettings, environment: &dyn Fn(&str) -> Option<String>) -> Box<dyn Connector> {
    build_from(settings, environment, Arc::new(Trail::default())).expect("built")
}

fn build_from(
    settings: &SourceSettings,
    environment: &dyn Fn(&str) -> Option<String>,
    audit: Arc<Trail>,
) -> Result<Box<dyn Connector>, BuildError> {
    let dependencies = Dependencies {
        clock: Arc::new(FixedClock(now())),
        seed: 7,
        environment,
        province: ProvinceCode::parse("08").expect("a code"),
        communes: vec![COMMUNE.into()],
        requests_used: 0,
        audit,
    };
    connectors::build(&SourceId::parse("source").expect("a name"), settings, dependencies)
}

pub fn try_build(settings: &SourceSettings) -> Result<Box<dyn Connector>, BuildError> {
    build_from(settings, &|_| Some("099080000001".into()), Arc::new(Trail::default()))
}

/// The first page of the first dataset, for the commune of the tests.
pub async fn first_page(connector: &dyn Connector) -> Result<Page, SourceError> {
    page(connector, None, &context()).await
}

pub async fn page(
    connector: &dyn Connector,
    cursor: Option<&Cursor>,
    context: &PlanContext,
) -> Result<Page, SourceError> {
    let (dataset, _) = connector.datasets().first().copied().unwrap_or((Dataset::Person, Default::default()));
    let partitions = connector.partitions(dataset, context);
    let partition: &Partition = partitions.first().expect("a partition");
    connector.page(partition, cursor, context).await
}

pub fn context() -> PlanContext {
    PlanContext { communes: vec![COMMUNE.into()], ..PlanContext::default() }
}

pub fn question(number: u32) -> Question {
    Question {
        personal_id: format!("099085{number:06}"),
        name: "Nguyễn Văn Mẫu".into(),
        birth_date: "1985".into(),
        procedure: None,
        case: None,
    }
}
