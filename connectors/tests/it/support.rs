//! Settings that do not wait, and connectors made as the program makes them.

use config::{Auth, Breaker, Purpose, Retry, SecretRef, SourceKind, SourceMode, SourceSettings};
use connectors::{Connector, Dependencies, PlanContext, Question};
use jiff::Timestamp;
use schemas::clock::FixedClock;
use schemas::{Cursor, Dataset, Page, Partition, ProvinceCode, SourceError, SourceId};
use std::sync::Arc;

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
        auth: Auth::None,
        purpose: Some(Purpose {
            procedure: "2.000986".into(),
            officer: SecretRef::Env("SECRET".into()),
            agency: "000.01.02.H99".into(),
        }),
        page_size: 10,
        timeout_ms: 5_000,
        requests_per_second: 10_000,
        concurrency: 32,
        freshness_hours: 36,
        nightly_quota: 0,
        max_body_bytes: 1 << 20,
        retry: Retry { attempts: 5, first_delay_ms: 1, max_delay_ms: 2, budget: 100 },
        breaker: Breaker { failures: 50, pause_ms: 20, probes: 3 },
        tables: Vec::new(),
    }
}

pub fn build(settings: &SourceSettings) -> Box<dyn Connector> {
    let dependencies = Dependencies {
        clock: Arc::new(FixedClock(now())),
        seed: 7,
        environment: &|_| Some("099080000001".into()),
        province: ProvinceCode::parse("08").expect("a code"),
        communes: vec![COMMUNE.into()],
    };
    connectors::build(&SourceId::parse("source").expect("a name"), settings, dependencies).expect("built")
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
    }
}
