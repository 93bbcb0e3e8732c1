//! Each behaviour on both databases.

use crate::postgres::{Cluster, PASSWORD};
use schemas::Sensitive;
use std::sync::Arc;
use std::time::Duration;
use store::ledger::Connecting;
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

/// Compiles each behaviour into one test for each database.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite { $( #[tokio::test] async fn $name() { super::$name("sqlite").await; } )+ }
        mod postgres { $( #[tokio::test] async fn $name() { super::$name("postgres").await; } )+ }
    };
}

pub(crate) use on_both;
