//! The made-up province.

use clap::{Args, ValueEnum};
use config::{BirthDateShape, Operation, Wrapper};
use std::path::PathBuf;

#[derive(Args, Clone)]
pub struct WorldArgs {
    /// Province code, one of the 34
    #[arg(long, default_value = "08")]
    pub province: String,
    /// How many people to make up
    #[arg(long, default_value_t = 20_000)]
    pub persons: usize,
    /// The same seed makes the same province
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Share of requests that go wrong, 0 to 0.9
    #[arg(long, default_value_t = 0.2)]
    pub faults: f64,
    /// Serves records in another order, for a number other than 0
    #[arg(long, default_value_t = 0, hide = true)]
    pub page_order: u64,
    /// Scale of the planted defects: 1 is about 5 % of the records
    #[arg(long, default_value_t = 1.0, hide = true)]
    pub defects: f64,
    /// How the population source is asked
    #[arg(long, value_enum, default_value_t = PopulationMode::Feed)]
    pub population: PopulationMode,
    #[command(flatten)]
    pub shapes: ShapeArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PopulationMode {
    /// Paged change records: the whole province
    Feed,
    /// One citizen at a time, within a nightly quota
    Lookup,
}

/// The shapes of `docs/wire.md` that the servers speak.
#[derive(Args, Clone)]
pub struct ShapeArgs {
    /// What is asked about one citizen: look_up or verify
    #[arg(long, default_value = "look_up", value_parser = word::<Operation>)]
    pub operation: Operation,
    /// Birth date in the question: element or text
    #[arg(long, default_value = "element", value_parser = word::<BirthDateShape>)]
    pub birth_date: BirthDateShape,
    /// Gateway before the population source: none, opencps, flat_json or xml_in_json
    #[arg(long, default_value = "none", value_parser = word::<Wrapper>)]
    pub wrapper: Wrapper,
    /// The civil-status system speaks the shape of August 2025
    #[arg(long)]
    pub newer_civil_status: bool,
    /// Minutes from the beginning of the night until new-borns' numbers arrive; without it they are there
    #[arg(long, value_name = "MINUTES")]
    pub late_numbers: Option<u32>,
}

/// One of the words that the settings file has for it.
fn word<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(text.into()).map_err(|error| error.to_string())
}

#[derive(Args)]
pub struct DemoArgs {
    /// Folder of the demo; made anew each time
    #[arg(long, default_value = "doisoat-demo", value_name = "DIR")]
    pub dir: PathBuf,
    #[command(flatten)]
    pub world: WorldArgs,
    /// Keep the ledger in this PostgreSQL (postgres://user@host:port/database) instead of SQLite; its
    /// password in DOISOAT_LEDGER_PASSWORD
    #[arg(long, value_name = "URL")]
    pub ledger: Option<String>,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct SandboxArgs {
    /// Folder for settings, secrets, commune files and the planted truth
    #[arg(long, default_value = "doisoat-sandbox", value_name = "DIR")]
    pub dir: PathBuf,
    #[command(flatten)]
    pub world: WorldArgs,
    /// Keep the ledger in this PostgreSQL instead of SQLite
    #[arg(long, value_name = "URL")]
    pub ledger: Option<String>,
}
