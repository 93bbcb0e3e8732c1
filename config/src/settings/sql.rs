//! A source that is a database: read-only views, and how their columns become records.

use super::SourceKind;
use super::sql_check;
use crate::SecretRef;
use schemas::Dataset;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SqlSettings {
    /// `postgres://host:port/database`, `mysql://…` (MariaDB too) or `mssql://…`, without user and
    /// password. Encrypted and verified, except on the loopback interface.
    pub url: String,
    pub user: String,
    pub password: SecretRef,
    /// Certificates that are trusted instead of the system's, PEM.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// Which system the database belongs to: decides how its records are compared, and who must
    /// correct them.
    pub stands_for: SourceKind,
    #[serde(default = "connect_timeout_ms")]
    pub connect_timeout_ms: u64,
    #[serde(default = "statement_timeout_ms")]
    pub statement_timeout_ms: u64,
    pub views: Vec<SqlView>,
}

fn connect_timeout_ms() -> u64 {
    10_000
}
fn statement_timeout_ms() -> u64 {
    30_000
}

/// Which SQL is spoken; from the scheme of the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SqlDialect {
    Postgres,
    /// MariaDB too.
    MySql,
    SqlServer,
}

/// One view: a row for each record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SqlView {
    /// `view` or `schema.view`.
    pub name: String,
    pub dataset: Dataset,
    /// Column with the source's own stable key: no two records share one.
    pub key: String,
    /// The key is a person's number: the database hashes it, so that no cursor holds it.
    #[serde(default)]
    pub hash_key: bool,
    /// Goes before the keys of this view: two views of one dataset must not share a key.
    #[serde(default)]
    pub key_prefix: String,
    /// Without one the view is read whole each night.
    #[serde(default)]
    pub watermark: Option<Watermark>,
    /// Column with the code of the commune that a record belongs to.
    #[serde(default)]
    pub commune_column: Option<String>,
    /// The one commune of all records.
    #[serde(default)]
    pub commune: Option<String>,
    /// Column that is true, or not zero, where the source has deleted the record.
    #[serde(default)]
    pub deleted: Option<String>,
    /// Column of the canonical record → where its value comes from.
    pub fields: BTreeMap<String, SqlField>,
}

/// The column that rises with every change of a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Watermark {
    /// A date with a time.
    Time {
        column: String,
        /// How far behind the newest change each night begins: longer than a transaction of the
        /// source may last, because its rows appear with the time at which it began.
        #[serde(default = "overlap_seconds")]
        overlap_seconds: u32,
    },
    /// A rising whole number.
    Number {
        column: String,
        #[serde(default = "overlap")]
        overlap: u32,
    },
}

fn overlap_seconds() -> u32 {
    3_600
}
fn overlap() -> u32 {
    1_000
}

impl Watermark {
    pub fn column(&self) -> &str {
        match self {
            Self::Time { column, .. } | Self::Number { column, .. } => column,
        }
    }
}

/// `"column"`, `{ column = "…", date_format = "…", values = { "1" = "m" } }` or `{ constant = "…" }`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SqlField {
    Column(String),
    Constant(SqlConstant),
    Mapped(SqlMapped),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SqlConstant {
    pub constant: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SqlMapped {
    pub column: String,
    /// How a date in a text column is written; without it every usual way is understood, with the
    /// day before the month.
    #[serde(default)]
    pub date_format: Option<DateFormat>,
    /// The source's codes → canonical words. A code that is not listed is unknown.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DateFormat {
    #[serde(rename = "dd/MM/yyyy")]
    DayFirst,
    #[serde(rename = "MM/dd/yyyy")]
    MonthFirst,
    #[serde(rename = "yyyy-MM-dd")]
    YearFirst,
    #[serde(rename = "yyyyMMdd")]
    Digits,
}

impl SqlField {
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::Column(column) => Some(column),
            Self::Mapped(mapped) => Some(&mapped.column),
            Self::Constant(_) => None,
        }
    }
}

/// Where a database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlAddress {
    pub dialect: SqlDialect,
    pub host: String,
    pub port: u16,
    pub database: String,
}

impl SqlAddress {
    /// Whether the connection never leaves this machine.
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

impl SqlSettings {
    /// The parts of the address; `None` where it is not one (refused when the settings are loaded).
    pub fn address(&self) -> Option<SqlAddress> {
        sql_check::address(&self.url)
    }
}
