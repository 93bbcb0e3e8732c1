//! A served province with its ledger in either database, and an empty place to put it back on.

use crate::postgres::Cluster;
use crate::support::{Sandbox, doisoat, json, text};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Output;

pub const BOTH: [&str; 2] = ["sqlite", "postgres"];
pub const NOW: &str = "2026-11-24T15:00:00Z";

pub struct Place {
    /// The settings file.
    pub config: PathBuf,
    _folder: Option<tempfile::TempDir>,
}

/// A small province; `kind` is that of its ledger.
pub fn province(kind: &str, seed: u64) -> (Sandbox, Place) {
    let seed = seed.to_string();
    let mut arguments = vec!["--persons", "400", "--seed", &seed, "--defects", "8", "--faults", "0"];
    let url = Cluster::shared().database();
    if kind == "postgres" {
        arguments.extend(["--ledger", &url]);
    }
    let sandbox = Sandbox::serve(&arguments);
    let place = Place { config: sandbox.settings(), _folder: None };
    // Few files: every one of them is looked at.
    place.edit(|settings| {
        settings.insert("run".into(), "buckets = 4".parse::<toml::Table>().expect("TOML").into());
    });
    (sandbox, place)
}

impl Place {
    pub fn edit(&self, edit: impl FnOnce(&mut toml::Table)) {
        let mut settings: toml::Table =
            std::fs::read_to_string(&self.config).expect("settings").parse().expect("settings are TOML");
        edit(&mut settings);
        std::fs::write(&self.config, settings.to_string()).expect("settings");
    }

    /// An empty place for a backup of `kind`, as somebody makes it on a new machine: the settings out
    /// of the backup, the secrets by hand, an empty database.
    pub fn empty(backup: &Path, secrets_of: &Place, kind: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let config = folder.path().join("doisoat.toml");
        std::fs::copy(backup.join("settings/doisoat.toml"), &config).expect("the settings are in the backup");
        let secrets = folder.path().join("secrets");
        std::fs::create_dir_all(&secrets).expect("made");
        std::fs::create_dir_all(folder.path().join("inbox")).expect("made");
        for entry in std::fs::read_dir(secrets_of.folder().join("secrets")).expect("secrets").flatten() {
            std::fs::copy(entry.path(), secrets.join(entry.file_name())).expect("by hand");
        }
        let place = Self { config, _folder: Some(folder) };
        if kind == "postgres" {
            place.edit(|settings| settings["ledger"]["url"] = Cluster::shared().database().into());
        }
        place
    }

    pub fn folder(&self) -> &Path {
        self.config.parent().expect("a folder")
    }

    pub fn data(&self) -> PathBuf {
        self.folder().join("data")
    }

    /// `doisoat ARGS --config …`
    pub fn ask(&self, arguments: &[&str]) -> Output {
        doisoat().args(arguments).args(["--config", text(&self.config)]).output().expect("runs")
    }

    pub fn answer(&self, arguments: &[&str], code: i32) -> Value {
        json(&self.ask(&[arguments, &["--json"]].concat()), code)
    }

    pub fn night(&self, at: &str) -> Value {
        self.answer(&["run", "--as-if", at], 0)
    }

    /// Backs up into `to`; answers the backup's folder.
    pub fn back_up(&self, to: &Path) -> PathBuf {
        let made = self.answer(&["backup", "--to", text(to), "--as-if", NOW], 0);
        PathBuf::from(made["backup"].as_str().expect("a folder"))
    }

    pub fn restore(&self, backup: &Path) -> Output {
        self.ask(&["restore", "--from", text(backup), "--yes", "--json"])
    }
}

/// All files below a folder, in order.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(files(&path)),
            path => found.push(path),
        }
    }
    found.sort();
    found
}

/// Names in a folder, in order.
pub fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("a folder")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
