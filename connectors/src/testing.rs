//! Helpers of the unit tests: replies without a network.

use crate::audit::{AuditFailed, AuditTrail, Closing, Opening};
use crate::transport::{Credentials, Reply, Transport};
use config::{Auth, Breaker, Retry, SourceKind, SourceMode, SourceSettings};
use futures::future::BoxFuture;
use jiff::Timestamp;
use schemas::SourceId;
use schemas::clock::FixedClock;
use std::sync::Arc;

pub fn source(name: &str) -> SourceId {
    SourceId::parse(name).expect("a source name")
}

pub fn now() -> Timestamp {
    "2026-11-24T03:00:00+07:00".parse().expect("an instant")
}

/// An answer at 02:30 by the source's clock.
pub fn reply(body: &str) -> Reply {
    let date = "2026-11-24T02:30:00+07:00".parse().expect("an instant");
    Reply { body: body.as_bytes().to_vec(), date: Some(date), received_at: now() }
}

pub fn settings(kind: SourceKind, base_url: &str) -> SourceSettings {
    SourceSettings {
        kind,
        mode: SourceMode::Feed,
        enabled: true,
        base_url: base_url.to_owned(),
        folder: None,
        sql: None,
        auth: Auth::None,
        tls: Default::default(),
        purpose: None,
        operation: Default::default(),
        birth_date: Default::default(),
        wrapper: Default::default(),
        wrapper_account: None,
        page_size: 2,
        timeout_ms: 1_000,
        requests_per_second: 1_000,
        concurrency: 4,
        freshness_hours: 36,
        nightly_quota: 0,
        answer_life_days: 0,
        window: None,
        interconnect: None,
        required: None,
        contact: String::new(),
        max_body_bytes: 1 << 20,
        retry: Retry { attempts: 3, first_delay_ms: 1, max_delay_ms: 2, budget: 10 },
        breaker: Breaker::default(),
        tables: Vec::new(),
    }
}

/// For tests that never send: nothing listens there.
pub fn unreachable_transport() -> Transport {
    let settings = settings(SourceKind::Population, "http://127.0.0.1:9");
    Transport::new(&source("test"), &settings, Credentials::None, Arc::new(FixedClock(now())), 1, 0)
        .expect("a transport")
}

/// A trail that is forgotten.
#[derive(Default)]
pub struct Trail;

impl AuditTrail for Trail {
    fn open<'a>(&'a self, _: &'a [Opening]) -> BoxFuture<'a, Result<(), AuditFailed>> {
        Box::pin(async { Ok(()) })
    }

    fn close<'a>(&'a self, _: &'a [Closing]) -> BoxFuture<'a, Result<(), AuditFailed>> {
        Box::pin(async { Ok(()) })
    }
}
