//! A fault scenario: its parameters from the crate's `tests/scenarios/reliability.toml`, its outcome
//! to `target/chaos/` of the workspace, from where `scripts/reliability.py` makes the table of
//! docs/reliability.md.
//!
//! `DOISOAT_CHAOS=full` takes the full figures; otherwise a small share of each runs.
//! `DOISOAT_SEED=n` replays one seed.

use std::path::{Path, PathBuf};

pub struct Scenario {
    id: &'static str,
    full: bool,
    table: toml::Table,
}

impl Scenario {
    pub fn load(id: &'static str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/reliability.toml");
        let text = std::fs::read_to_string(path).expect("the scenarios");
        let all: toml::Table = text.parse().expect("TOML");
        let full = std::env::var("DOISOAT_CHAOS").is_ok_and(|v| v == "full");
        let size = if full { "full" } else { "small" };
        let table = all[id][size].as_table().expect("parameters").clone();
        Self { id, full, table }
    }

    pub fn number(&self, key: &str) -> u64 {
        self.table[key].as_integer().unwrap_or_else(|| panic!("{}: {key}", self.id)) as u64
    }

    pub fn shares(&self, key: &str) -> Vec<f64> {
        let shares = self.table[key].as_array().unwrap_or_else(|| panic!("{}: {key}", self.id));
        shares.iter().map(|share| share.as_float().expect("a share")).collect()
    }

    /// The seeds to try: as many as asked, or the one to replay.
    pub fn seeds(&self) -> Vec<u64> {
        match std::env::var("DOISOAT_SEED").ok().and_then(|seed| seed.parse().ok()) {
            Some(seed) => vec![seed],
            None => (1..=self.number("seeds")).collect(),
        }
    }

    /// The command that replays `seed`.
    pub fn replay(&self, seed: u64) -> String {
        let test = self.id.to_lowercase();
        let size = if self.full { "DOISOAT_CHAOS=full " } else { "" };
        let place = match env!("CARGO_PKG_NAME") {
            "doisoat" => "--test it chaos".to_owned(),
            package => format!("-p {package} --test it campaign"),
        };
        format!("replay: {size}DOISOAT_SEED={seed} cargo test {place}::{test}")
    }

    /// Writes what was tried and seen, once everything of it passed.
    pub fn passed(&self, part: &str, runs: u64, seen: &str) {
        let folder = workspace().join("target/chaos");
        std::fs::create_dir_all(&folder).expect("a folder");
        let line = serde_json::json!({
            "id": self.id, "part": part, "full": self.full, "runs": runs, "seen": seen,
            "parameters": toml::to_string(&self.table).expect("TOML").trim().replace('\n', ", "),
        });
        let size = if self.full { "full" } else { "small" };
        std::fs::write(folder.join(format!("{}-{part}-{size}.json", self.id)), line.to_string()).expect("written");
    }
}

/// The folder of the workspace, from whichever crate's test this is.
fn workspace() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    if here.join("Cargo.lock").exists() { here } else { here.join("..") }
}

/// A small generator: the same numbers for the same seed, on every machine.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x2545_f491_4f6c_dd1d)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to below 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }
}
