//! The settings file: read once, checked whole.

use crate::locate::{line_of, parse};
use crate::{ConfigError, Quality, SecretRef};
use schemas::{ProvinceCode, SourceId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

mod by_hand;
mod health;
mod look_up;
mod notify;
mod retention;
mod schedule;
mod serve;
mod source;
mod sql;
mod sql_check;
mod tables;

pub use by_hand::ByHand;
pub use health::{Health, MaintenanceWindow, ReadinessItem};
pub use look_up::{BirthDateShape, Operation, Wrapper, WrapperAccount};
pub use notify::{Mail, MailSecurity, Notify, Webhook};
pub use retention::Retention;
pub use schedule::{Metrics, Schedule};
pub use serve::{Oidc, Serve, ServeTls, Sessions};
pub use source::{
    ANSWER_LIFE_DAYS, Auth, Breaker, Purpose, Retry, SourceKind, SourceMode, SourceSettings, Tls, Window,
};
pub use sql::{DateFormat, SqlAddress, SqlConstant, SqlDialect, SqlField, SqlMapped, SqlSettings, SqlView, Watermark};
pub use sql_check::canonical_words;
pub use tables::{DateOrder, TableSettings, fields_of};

/// The commented template that `config init` writes.
pub const TEMPLATE: &str = include_str!("../doisoat.example.toml");
/// The defaults that serve without any configuration.
pub const DEFAULTS: &str = include_str!("../defaults.toml");

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub province: Province,
    #[serde(default)]
    pub data: Data,
    #[serde(default)]
    pub ledger: Ledger,
    #[serde(default)]
    pub run: Run,
    #[serde(default)]
    pub retention: Retention,
    #[serde(default)]
    pub quality: Quality,
    #[serde(default)]
    pub serve: Serve,
    #[serde(default)]
    pub health: Health,
    #[serde(default)]
    pub notify: Notify,
    #[serde(default)]
    pub schedule: Schedule,
    #[serde(default)]
    pub metrics: Metrics,
    #[serde(default)]
    pub sources: BTreeMap<SourceId, SourceSettings>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Province {
    /// Today's 2-digit code.
    pub code: ProvinceCode,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Data {
    /// Holds the SQLite ledger, the snapshots and the exports. Relative to the settings file.
    pub directory: PathBuf,
    /// A newer catalogue of units than the embedded one.
    pub units_directory: Option<PathBuf>,
    /// Other rules than the embedded ones.
    pub rules_file: Option<PathBuf>,
    /// A folder with a catalogue of procedures newer than the embedded one.
    pub procedures_directory: Option<PathBuf>,
    /// With less free space than this on the disk of `directory` a run does not begin, and one that
    /// is under way stops at its checkpoints. 0: nobody looks.
    pub min_free_mib: u64,
}

impl Default for Data {
    fn default() -> Self {
        Self {
            directory: "data".into(),
            units_directory: None,
            rules_file: None,
            procedures_directory: None,
            min_free_mib: 2_048,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ledger {
    /// `sqlite` (a file in the data directory) or `postgres://user@host:port/database`, without
    /// a password in it.
    pub url: String,
    pub password: Option<SecretRef>,
    pub connections: u32,
    /// How long a PostgreSQL that does not answer is waited for, for each thing that is asked of
    /// it: a restart or a failover is survived, and a run does not hang. 1 to 600.
    pub wait_seconds: u32,
}

impl Default for Ledger {
    fn default() -> Self {
        Self { url: "sqlite".into(), password: None, connections: 8, wait_seconds: 15 }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Run {
    /// Above this share of unreadable records in a partition, it stops and the last good
    /// snapshot stays. 0 to 1.
    pub max_quarantine_share: f64,
    /// More records than this share gone from one night to the next need an approval. 0 to 1.
    pub max_deletion_share: f64,
    /// Buckets of a snapshot: a power of two.
    pub buckets: u32,
    /// Complete snapshots kept for each source and dataset, the current one included.
    pub keep_snapshots: u32,
}

impl Default for Run {
    fn default() -> Self {
        Self { max_quarantine_share: 0.01, max_deletion_share: 0.05, buckets: 64, keep_snapshots: 7 }
    }
}

impl Settings {
    /// The embedded defaults, with everything under `directory`.
    pub fn embedded(directory: &Path) -> Result<Self, ConfigError> {
        let mut settings = Self::parse(DEFAULTS, Path::new("<defaults>"))?;
        settings.data.directory = directory.to_owned();
        Ok(settings)
    }

    /// Reads and checks a settings file. Relative paths in it are relative to its folder.
    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        let text =
            std::fs::read_to_string(file).map_err(|source| ConfigError::Read { file: file.to_owned(), source })?;
        let mut settings = Self::parse(&text, file)?;
        settings.resolve_paths(file.parent().unwrap_or(Path::new(".")));
        Ok(settings)
    }

    /// Parses and checks; `file` is only for messages.
    pub fn parse(text: &str, file: &Path) -> Result<Self, ConfigError> {
        let settings: Self = parse(text, file)?;
        settings.check(text, file)?;
        Ok(settings)
    }

    /// The settings in force, as TOML. Holds references to secrets, never secrets.
    pub fn to_toml(&self) -> String {
        // Every part is a plain table of texts and numbers.
        toml::to_string(self).unwrap_or_default()
    }

    fn resolve_paths(&mut self, base: &Path) {
        let join = |path: &mut PathBuf| *path = base.join(&*path);
        join(&mut self.data.directory);
        self.data.units_directory.iter_mut().for_each(join);
        self.data.rules_file.iter_mut().for_each(join);
        self.data.procedures_directory.iter_mut().for_each(join);
        let join_secret = |secret: &mut SecretRef| {
            if let SecretRef::File(path) = secret {
                join(path);
            }
        };
        self.ledger.password.iter_mut().for_each(join_secret);
        self.serve.paths_mut().for_each(join);
        self.notify.templates_directory.iter_mut().for_each(join);
        self.notify.secrets_mut().for_each(join_secret);
        self.serve.oidc.iter_mut().for_each(|oidc| join_secret(&mut oidc.client_secret));
        for source in self.sources.values_mut() {
            source.folder.iter_mut().for_each(join);
            source.purpose.iter_mut().for_each(|p| join_secret(&mut p.officer));
            source.wrapper_account.iter_mut().flat_map(|account| account.secrets_mut()).for_each(join_secret);
            let tls = &mut source.tls;
            [&mut tls.ca_file, &mut tls.client_cert_file, &mut tls.client_key_file]
                .into_iter()
                .flatten()
                .for_each(join);
            if let Some(sql) = &mut source.sql {
                join_secret(&mut sql.password);
                sql.ca_file.iter_mut().for_each(join);
            }
            match &mut source.auth {
                Auth::None => {}
                Auth::ClientCredentials { client_secret, .. } => join_secret(client_secret),
                Auth::Password { password, .. } => join_secret(password),
                Auth::TimestampDigest { secret, api_key, .. } => {
                    join_secret(secret);
                    join_secret(api_key);
                }
            }
        }
    }

    fn check(&self, text: &str, file: &Path) -> Result<(), ConfigError> {
        let wrong = |key: String, cause: &str| {
            Err(ConfigError::Value { file: file.to_owned(), line: line_of(text, &key), key, cause: cause.to_owned() })
        };
        if self.ledger.url != "sqlite" && !self.ledger.url.starts_with("postgres://") {
            return wrong("ledger.url".into(), "must be \"sqlite\" or begin with postgres://");
        }
        if self.ledger.url.split('@').next().is_some_and(|user| user.trim_start_matches("postgres://").contains(':'))
            && self.ledger.url.contains('@')
        {
            return wrong("ledger.url".into(), "must not contain a password: use ledger.password");
        }
        if self.ledger.connections == 0 || self.ledger.connections > 100 {
            return wrong("ledger.connections".into(), "must be from 1 to 100");
        }
        if self.ledger.wait_seconds == 0 || self.ledger.wait_seconds > 600 {
            return wrong("ledger.wait_seconds".into(), "must be from 1 to 600");
        }
        for (key, share) in [
            ("run.max_quarantine_share", self.run.max_quarantine_share),
            ("run.max_deletion_share", self.run.max_deletion_share),
        ] {
            if !(0.0..=1.0).contains(&share) {
                return wrong(key.into(), "must be from 0 to 1");
            }
        }
        if !self.run.buckets.is_power_of_two() || self.run.buckets > 4096 {
            return wrong("run.buckets".into(), "must be a power of two, 4096 at most");
        }
        if self.run.keep_snapshots == 0 {
            return wrong("run.keep_snapshots".into(), "must be at least 1");
        }
        if let Some((key, cause)) = self.retention.problem() {
            return wrong(format!("retention.{key}"), cause);
        }
        if let Some((key, cause)) = self.quality.problem() {
            return wrong(format!("quality.{key}"), &cause);
        }
        if let Some((key, cause)) = self.serve.problem() {
            return wrong(format!("serve.{key}"), cause);
        }
        let parts = [
            ("health", self.health.problem()),
            ("notify", self.notify.problem()),
            ("schedule", self.schedule.problem()),
        ];
        for (part, problem) in parts {
            if let Some((key, cause)) = problem {
                return wrong(format!("{part}.{key}"), cause);
            }
        }
        for (id, source) in &self.sources {
            if let Some((key, cause)) = source.problem() {
                return wrong(format!("sources.{id}.{key}"), cause);
            }
            if let Some((key, cause)) = source.sql_problem().or_else(|| tables::problem(&source.tables)) {
                return wrong(format!("sources.{id}.{key}"), &cause);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        Settings::parse(text, Path::new("doisoat.toml")).map(|_| ()).map_err(|e| e.to_string()).expect_err("must fail")
    }

    #[test]
    fn defaults_and_template_are_valid() {
        Settings::parse(DEFAULTS, Path::new("defaults")).expect("defaults");
        Settings::parse(TEMPLATE, Path::new("template")).expect("template");
    }

    #[test]
    fn a_wrong_configuration_names_file_line_and_key() {
        let base = "[province]\ncode = \"08\"\n";
        let cases = [
            (
                "[province]\ncode = \"08\"\n[quality]\n\
                    weights = { accuracy = 50, completeness = 20, cleanness = 20, timeliness = 20, consistency = 20 }\n",
                "doisoat.toml:4: quality.weights: must be 100 together, they are 130",
            ),
            (
                "[province]\ncode = \"08\"\n[quality]\ngreen = 80\nyellow = 80\n",
                "doisoat.toml:5: quality.yellow: must be less than green",
            ),
            (
                "[province]\ncode = \"08\"\n[serve]\nlisten = \"0.0.0.0:80\"\n",
                "doisoat.toml:4: serve.listen: must be an address of this machine",
            ),
            (
                "[province]\ncode = \"08\"\n[serve]\nask_timeout_ms = 9000\n",
                "doisoat.toml:4: serve.ask_timeout_ms: must be from 100 to 2500",
            ),
            (
                "[province]\ncode = \"08\"\n[retention]\ncorrection_days = 30\n",
                "doisoat.toml:4: retention.correction_days: must be 366 or more",
            ),
            (
                "[province]\ncode = \"08\"\n[retention]\nrun_days = 40000\n",
                "doisoat.toml:4: retention.run_days: must be 36500 at most",
            ),
            ("[province]\ncode = \"08\"\n[quality]\ngreen = 101\n", "doisoat.toml:4: quality.green: must be 100"),
            ("[province]\ncode = \"8\"\n", "doisoat.toml:2: province.code: "),
            ("[province]\ncode = \"08\"\n[leger]\nurl = \"sqlite\"\n", "doisoat.toml:3: leger: unknown field"),
            ("[province]\ncode = \"08\"\n[ledger]\nurl = \"mysql://x\"\n", "doisoat.toml:4: ledger.url: must be"),
            (
                "[province]\ncode = \"08\"\n[ledger]\nurl = \"postgres://u:secret@h/d\"\n",
                "doisoat.toml:4: ledger.url: must not contain a password",
            ),
            (
                "[province]\ncode = \"08\"\n[sources.land]\nkind = \"land\"\nbase_url = \"http://10.0.0.1\"\n",
                "doisoat.toml:5: sources.land.base_url: must begin with https://",
            ),
            (
                "[province]\ncode = \"08\"\n[sources.land]\nkind = \"land\"\nbase_url = \"https://h\"\npage_size = 0\n",
                "doisoat.toml:6: sources.land.page_size: must be from 1",
            ),
            (
                "[province]\ncode = \"08\"\n[sources.land]\nkind = \"land\"\nbase_url = \"https://h\"\n\
                    tls = { client_cert_file = \"c.pem\" }\n",
                "doisoat.toml:6: sources.land.tls: a client certificate needs both",
            ),
            (
                "[province]\ncode = \"08\"\n[sources.land]\nkind = \"land\"\nbase_url = \"http://127.0.0.1:1\"\n\
                    tls = { ca_file = \"c.pem\" }\n",
                "doisoat.toml:6: sources.land.tls: only a source with an https:// address",
            ),
        ];
        for (text, expected) in cases {
            let error = error(text);
            assert!(error.starts_with(expected), "{error}\n{base}{expected}");
            assert!(!error.contains("secret@"), "{error}");
        }
    }
}
