//! A served province whose every source is reached through a proxy that can break.

use super::proxy::{Fate, Proxy, Seen};
use crate::support::{Sandbox, digest, doisoat, json, stderr, text};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Output};

pub const SOURCES: [&str; 4] = ["population", "civil_status", "land", "one_stop"];

pub struct Province {
    pub sandbox: Sandbox,
    pub proxies: BTreeMap<&'static str, Proxy>,
}

impl Province {
    /// A province of `persons`, pulled in pages of `page_size` records.
    pub fn serve(persons: u64, seed: u64, page_size: u64) -> Self {
        let (persons, seed) = (persons.to_string(), seed.to_string());
        let sandbox = Sandbox::serve(&["--persons", &persons, "--seed", &seed, "--faults", "0"]);
        let mut proxies = BTreeMap::new();
        let province = Self { sandbox, proxies: BTreeMap::new() };
        province.edit(|settings| {
            // Few files: a small province, and a disk that is asked to sync often enough.
            let run: toml::Table = "buckets = 4".parse().expect("TOML");
            settings.insert("run".into(), run.into());
            for name in SOURCES {
                let source = &mut settings["sources"][name];
                let url = source["base_url"].as_str().expect("an address").to_owned();
                let rest = url.strip_prefix("http://").expect("loopback");
                let upstream = rest.split('/').next().expect("a host");
                let proxy = Proxy::start(upstream, |_: &Seen| Fate::Pass);
                source["base_url"] = toml::Value::String(url.replace(upstream, &proxy.address.to_string()));
                source["page_size"] = toml::Value::Integer(page_size as i64);
                proxies.insert(name, proxy);
            }
        });
        Self { proxies, ..province }
    }

    pub fn edit(&self, edit: impl FnOnce(&mut toml::Table)) {
        let file = self.sandbox.settings();
        let mut settings: toml::Table =
            std::fs::read_to_string(&file).expect("settings").parse().expect("settings are TOML");
        edit(&mut settings);
        std::fs::write(&file, settings.to_string()).expect("settings");
    }

    /// Sets one key of every source that is asked over the network.
    pub fn set(&self, path: &str, value: impl Into<toml::Value>) {
        let value = value.into();
        self.edit(|settings| {
            for name in SOURCES {
                let mut place = &mut settings["sources"][name];
                let mut steps = path.split('.').peekable();
                while let Some(step) = steps.next() {
                    let table = place.as_table_mut().expect("a table");
                    if steps.peek().is_none() {
                        table.insert(step.to_owned(), value.clone());
                        break;
                    }
                    place = table.entry(step).or_insert_with(|| toml::Value::Table(toml::Table::new()));
                }
            }
        });
    }

    pub fn data(&self) -> PathBuf {
        self.sandbox.folder.path().join("s/data")
    }

    pub fn config(&self) -> String {
        text(&self.sandbox.settings()).to_owned()
    }

    pub fn start_over(&self) {
        self.sandbox.start_over();
        self.proxies.values().for_each(Proxy::forget);
    }

    pub fn command(&self) -> Command {
        self.sandbox.run()
    }

    pub fn run(&self) -> Output {
        self.command().output().expect("runs")
    }

    pub fn resume(&self) -> Output {
        self.command().arg("--resume").output().expect("runs")
    }

    /// A run without faults, from nothing: its digest and how many requests it took.
    pub fn reference(&self) -> (String, u64) {
        self.proxies.values().for_each(|proxy| proxy.decide(|_: &Seen| Fate::Pass));
        self.start_over();
        let report = json(&self.run(), 0);
        let requests = self.requests();
        self.start_over();
        (digest(&report), requests)
    }

    pub fn requests(&self) -> u64 {
        self.proxies.values().map(Proxy::requests).sum()
    }

    /// Goes on until the night is complete; answers the report and how often it had to.
    pub fn until_complete(&self, most: u64, why: &str) -> (Value, u64) {
        let mut output = self.run();
        for resumed in 0..=most {
            match output.status.code() {
                Some(0) => return (json(&output, 0), resumed),
                Some(2) => {
                    assert_no_pretence(&json(&output, 2), why);
                    output = self.resume();
                }
                code => panic!("{why}: exit {code:?}: {}", stderr(&output)),
            }
        }
        panic!("{why}: not complete after {most} resumptions");
    }

    /// `doisoat ARGS --json` against its settings.
    pub fn ask(&self, arguments: &[&str]) -> Value {
        let config = self.config();
        json(&doisoat().args(arguments).args(["--json", "--config", &config]).output().expect("runs"), 0)
    }
}

/// An incomplete night says so of at least one source, and why.
pub fn assert_no_pretence(report: &Value, why: &str) {
    let sources = report["sources"].as_array().expect("sources");
    let said = sources.iter().any(|s| s["status"] != "complete" && s["error_code"].is_string());
    assert!(said, "{why}: incomplete without a reason: {report}");
}
