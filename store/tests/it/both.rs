//! Each behaviour on both databases.

use crate::postgres::{Cluster, PASSWORD};
use crate::world::at;
use jiff::civil::date;
use schemas::Sensitive;
use std::sync::Arc;
use std::time::Duration;
use store::ledger::{Connecting, NewRun};
use store::{Ledger, open_ledger};

pub fn connecting(connections: u32) -> Connecting {
    Connecting { connections, patience: Duration::from_secs(15) }
}

pub struct Opened {
    pub ledger: Arc<dyn Ledger>,
    pub _folder: tempfile::TempDir,
}

pub async fn open(kind: &str) -> Opened {
    let folder = tempfile::tempdir().unwrap();
    let url = if kind == "postgres" { Cluster::shared().database() } else { "sqlite".to_owned() };
    let ledger = open_ledger(&url, Some(&Sensitive::new(PASSWORD)), folder.path(), connecting(4)).await.expect("opens");
    ledger.migrate().await.expect("migrates");
    Opened { ledger, _folder: folder }
}

pub const RUN: &str = "r1";

/// Begins a run of that night.
pub async fn start(ledger: &dyn Ledger, run_id: &str, started: &str) {
    let run = NewRun {
        run_id: run_id.into(),
        started_at: at(started),
        business_date: date(2026, 11, 24),
        province: "08".into(),
        owner: "here".into(),
    };
    ledger.create_run(&run).await.expect("starts");
}

/// Compiles each behaviour into one test for each database.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite { $( #[tokio::test] async fn $name() { super::$name("sqlite").await; } )+ }
        mod postgres { $( #[tokio::test] async fn $name() { super::$name("postgres").await; } )+ }
    };
}

pub(crate) use on_both;
