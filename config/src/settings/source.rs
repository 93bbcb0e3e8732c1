//! One source: which wire it speaks, how it knows us, how hard it may be asked.

use super::look_up::{BirthDateShape, Operation, Wrapper, WrapperAccount};
use super::tables::TableSettings;
use super::{SqlSettings, look_up, sql_check};
use crate::SecretRef;
use jiff::civil::Time;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Which wire a source speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    Population,
    CivilStatus,
    Land,
    OneStop,
    Files,
    /// Read-only views of a database; [`SourceSettings::system`] says which system it is.
    Sql,
}

impl SourceKind {
    /// The word of the settings file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Population => "population",
            Self::CivilStatus => "civil_status",
            Self::Land => "land",
            Self::OneStop => "one_stop",
            Self::Files => "files",
            Self::Sql => "sql",
        }
    }
}

/// How a population source is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceMode {
    /// Paged change records.
    #[default]
    Feed,
    /// One citizen at a time, within the nightly quota.
    Lookup,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSettings {
    pub kind: SourceKind,
    #[serde(default)]
    pub mode: SourceMode,
    #[serde(default = "yes")]
    pub enabled: bool,
    /// `https://host/path`, or `http://` on the loopback interface only.
    #[serde(default)]
    pub base_url: String,
    /// For `kind = "files"`: the watched folder.
    #[serde(default)]
    pub folder: Option<PathBuf>,
    /// For `kind = "sql"`: the database and its views.
    #[serde(default)]
    pub sql: Option<SqlSettings>,
    #[serde(default)]
    pub auth: Auth,
    /// For HTTPS: whom we trust, and who we are to a source that asks for a client certificate.
    #[serde(default, skip_serializing_if = "Tls::is_default")]
    pub tls: Tls,
    /// For whom the population database is asked (sent with every call).
    #[serde(default)]
    pub purpose: Option<Purpose>,
    /// What is asked about a citizen, by look-ups of `kind = "population"`; so the next three.
    #[serde(default)]
    pub operation: Operation,
    #[serde(default)]
    pub birth_date: BirthDateShape,
    #[serde(default)]
    pub wrapper: Wrapper,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrapper_account: Option<WrapperAccount>,
    #[serde(default = "page_size")]
    pub page_size: u32,
    #[serde(default = "timeout_ms")]
    pub timeout_ms: u64,
    #[serde(default = "requests_per_second")]
    pub requests_per_second: u32,
    #[serde(default = "concurrency")]
    pub concurrency: u32,
    /// The newest complete data may be this old before every answer says so.
    #[serde(default = "freshness_hours")]
    pub freshness_hours: u32,
    /// Requests in one night, retries included; 0: unlimited.
    #[serde(default)]
    pub nightly_quota: u64,
    /// For look-ups: days after which the values of an answer are removed; what was concluded from
    /// it stays. 0: kept until the next answer.
    #[serde(default = "answer_life_days")]
    pub answer_life_days: u32,
    /// The hours in which the nightly run may ask; unset: always.
    #[serde(default)]
    pub window: Option<Window>,
    /// The interconnect that this source is reached through. Sources that share one and fail
    /// together are one incident.
    #[serde(default)]
    pub interconnect: Option<String>,
    /// Whether a commune needs it to be on time; unset: all but folders of files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
    /// Whom to call about it: an office and a telephone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub contact: String,
    /// Decompressed bytes of one answer.
    #[serde(default = "max_body_bytes")]
    pub max_body_bytes: u64,
    #[serde(default)]
    pub retry: Retry,
    #[serde(default)]
    pub breaker: Breaker,
    /// For `kind = "files"`: tables of the communes' own, tried before the known templates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<TableSettings>,
}

fn yes() -> bool {
    true
}
fn page_size() -> u32 {
    500
}
fn timeout_ms() -> u64 {
    30_000
}
fn requests_per_second() -> u32 {
    20
}
fn concurrency() -> u32 {
    4
}
fn freshness_hours() -> u32 {
    36
}
/// Days for which answers about single citizens are kept where nothing else is said.
pub const ANSWER_LIFE_DAYS: u32 = 30;

fn answer_life_days() -> u32 {
    ANSWER_LIFE_DAYS
}
fn max_body_bytes() -> u64 {
    64 << 20
}

/// Certificates of one source, all PEM.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tls {
    /// Authorities that are trusted instead of the system's.
    pub ca_file: Option<PathBuf>,
    /// Our certificate with its chain, where the source demands one.
    pub client_cert_file: Option<PathBuf>,
    pub client_key_file: Option<PathBuf>,
}

impl Tls {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Hours of the day in Vietnam; `from` later than `to` goes over midnight. The end does not belong to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    pub from: Time,
    pub to: Time,
}

impl Window {
    pub fn is_open(&self, at: Time) -> bool {
        if self.from <= self.to { (self.from..self.to).contains(&at) } else { at >= self.from || at < self.to }
    }
}

/// How a source knows us.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Auth {
    #[default]
    None,
    /// OAuth2 client credentials: NGSP and provincial LGSP.
    ClientCredentials {
        /// Relative to `base_url` or absolute on the same origin.
        token_path: String,
        client_id: String,
        client_secret: SecretRef,
    },
    /// OAuth2 password grant: one-stop systems on Keycloak.
    Password { token_path: String, client_id: String, username: String, password: SecretRef },
    /// Population over NDXP: `Authorization: Basic base64(user:SHA256hex(url+user+timestamp+secret))`
    /// with `ApiKey`, `Timestamp` and `X-Road-Client`.
    TimestampDigest { username: String, secret: SecretRef, api_key: SecretRef, x_road_client: String },
}

/// The purpose fields that the population service demands (domain: `MaDVC`, `MaCanBo`, `MaDonVi`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    pub procedure: String,
    pub officer: SecretRef,
    pub agency: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Retry {
    /// Attempts for one page, the first included.
    pub attempts: u32,
    pub first_delay_ms: u64,
    pub max_delay_ms: u64,
    /// Tokens of the retry budget: a retry costs 2, a first-try success gives 1 back.
    pub budget: u32,
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts: 12, first_delay_ms: 500, max_delay_ms: 60_000, budget: 500 }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Breaker {
    /// Failures in a row that open the breaker.
    pub failures: u32,
    /// Time before the one probe.
    pub pause_ms: u64,
    /// Probes that may fail before the partition parks.
    pub probes: u32,
}

impl Default for Breaker {
    fn default() -> Self {
        Self { failures: 10, pause_ms: 15_000, probes: 40 }
    }
}

impl SourceSettings {
    /// Does the source answer for one citizen at a time?
    pub fn keeps_answers(&self) -> bool {
        self.kind == SourceKind::Population && self.mode == SourceMode::Lookup
    }

    /// Which system the source is, however it is read.
    pub fn system(&self) -> SourceKind {
        match &self.sql {
            Some(sql) if self.kind == SourceKind::Sql => sql.stands_for,
            _ => self.kind,
        }
    }

    /// Whether a commune's state depends on it.
    pub fn is_required(&self) -> bool {
        self.required.unwrap_or(self.kind != SourceKind::Files)
    }

    /// The first thing that is not allowed of the database and its views.
    pub(super) fn sql_problem(&self) -> Option<(String, String)> {
        match (self.kind, &self.sql) {
            (SourceKind::Sql, None) => Some(("sql".into(), "a SQL source needs a database and its views".into())),
            (SourceKind::Sql, Some(sql)) => sql_check::problem(sql),
            (_, Some(_)) => Some(("sql".into(), "only a source of kind = \"sql\" has a database".into())),
            (_, None) => None,
        }
    }

    /// The first thing that is not allowed: its key and why.
    pub(super) fn problem(&self) -> Option<(&'static str, &'static str)> {
        if self.kind == SourceKind::Files {
            if self.folder.is_none() {
                return Some(("folder", "a source of files needs a folder"));
            }
        } else if self.kind == SourceKind::Sql {
            if !self.base_url.is_empty() {
                return Some(("base_url", "a SQL source has sql.url instead"));
            }
        } else if !(self.base_url.starts_with("https://") || is_loopback_http(&self.base_url)) {
            return Some(("base_url", "must begin with https:// (http:// only on 127.0.0.1, [::1] or localhost)"));
        }
        if self.tls.client_cert_file.is_some() != self.tls.client_key_file.is_some() {
            return Some(("tls", "a client certificate needs both client_cert_file and client_key_file"));
        }
        if !self.tls.is_default() && !self.base_url.starts_with("https://") {
            return Some(("tls", "only a source with an https:// address has certificates (a database: sql.ca_file)"));
        }
        if self.base_url.contains('@') || self.base_url.contains('?') {
            return Some(("base_url", "must not contain credentials or a query"));
        }
        if self.kind == SourceKind::Population && self.mode == SourceMode::Lookup && self.purpose.is_none() {
            return Some(("purpose", "every look-up must name its procedure, officer and agency"));
        }
        if let Some(problem) = look_up::problem(self) {
            return Some(problem);
        }
        if self.window.as_ref().is_some_and(|window| window.from == window.to) {
            return Some(("window.from", "a window that begins when it ends is never open"));
        }
        let ranges = [
            ("page_size", u64::from(self.page_size), 1, 10_000, "must be from 1 to 10000"),
            ("timeout_ms", self.timeout_ms, 10, 600_000, "must be from 10 to 600000"),
            ("requests_per_second", u64::from(self.requests_per_second), 1, 100_000, "must be from 1 to 100000"),
            ("concurrency", u64::from(self.concurrency), 1, 64, "must be from 1 to 64"),
            ("freshness_hours", u64::from(self.freshness_hours), 1, 8_760, "must be from 1 to 8760"),
            ("max_body_bytes", self.max_body_bytes, 1024, 4 << 30, "must be from 1024 to 4294967296"),
            ("retry.attempts", u64::from(self.retry.attempts), 1, 100, "must be from 1 to 100"),
            ("retry.first_delay_ms", self.retry.first_delay_ms, 1, 600_000, "must be from 1 to 600000"),
            (
                "retry.max_delay_ms",
                self.retry.max_delay_ms,
                self.retry.first_delay_ms,
                3_600_000,
                "must be from retry.first_delay_ms to 3600000",
            ),
            ("breaker.failures", u64::from(self.breaker.failures), 1, 1_000, "must be from 1 to 1000"),
            ("breaker.pause_ms", self.breaker.pause_ms, 1, 3_600_000, "must be from 1 to 3600000"),
            ("breaker.probes", u64::from(self.breaker.probes), 1, 100_000, "must be from 1 to 100000"),
        ];
        ranges
            .into_iter()
            .find(|(_, value, min, max, _)| !(min..=max).contains(&value))
            .map(|(key, .., cause)| (key, cause))
    }
}

fn is_loopback_http(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else { return false };
    let authority = rest.split('/').next().unwrap_or_default();
    let host = if authority.starts_with('[') {
        authority.split_inclusive(']').next().unwrap_or_default()
    } else {
        authority.split(':').next().unwrap_or_default()
    };
    host == "localhost" || host == "[::1]" || host.starts_with("127.") && host.parse::<std::net::Ipv4Addr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::time;

    #[test]
    fn a_window_may_go_over_midnight_and_its_end_does_not_belong_to_it() {
        let window = |from: Time, to: Time| Window { from, to };
        let (noon, ten, late, half_five) =
            (time(12, 0, 0, 0), time(22, 0, 0, 0), time(23, 59, 59, 0), time(5, 30, 0, 0));
        let night = window(ten, half_five);
        assert!(night.is_open(ten) && night.is_open(late) && night.is_open(time(0, 0, 0, 0)));
        assert!(!night.is_open(half_five) && !night.is_open(noon));
        let day = window(half_five, ten);
        assert!(day.is_open(noon) && day.is_open(half_five) && !day.is_open(ten) && !day.is_open(late));
    }
}
