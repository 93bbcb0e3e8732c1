//! The made-up province as a person meets it: made, served, run on, and compared with its truth.

mod folder;
mod settings_file;
mod truth;

pub use folder::prepare;
pub use settings_file::write_settings;
pub use truth::{LinkTruth, TruthCount, compare, compare_links};

use crate::problem::{Problem, chain};
use config::Operation;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use sandbox::{Faults, Running, ServerSettings, Servers, Variants, World, WorldSettings};
use schemas::clock::VIETNAM;
use schemas::{Clock, ProvinceCode};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The made-up province's last working day. Fixed, so that a seed is one world for ever.
pub const WORLD_DAY: Date = date(2026, 11, 24);

/// When the demo's night begins: late on that day, in Vietnam.
pub fn night_begins() -> Timestamp {
    VIETNAM.to_timestamp(WORLD_DAY.at(22, 0, 0, 0)).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// What to make and how to serve it.
#[derive(Debug, Clone)]
pub struct Plan {
    pub province: String,
    pub persons: usize,
    pub seed: u64,
    pub faults: f64,
    pub page_order: u64,
    pub defects: f64,
    pub lookup: bool,
    /// What is asked about one citizen.
    pub operation: Operation,
    /// Which of the known shapes the servers speak.
    pub variants: Variants,
    /// `None`: SQLite in the data folder.
    pub ledger: Option<String>,
}

/// A served province with a settings file that leads to it.
pub struct Served {
    pub world: Arc<World>,
    pub running: Running,
    pub settings_file: PathBuf,
}

fn wrong(error: impl std::error::Error) -> Problem {
    Problem::failed("SANDBOX", chain(&error))
}

/// Makes the province, drops its files and its truth into `directory`, and serves it.
pub async fn serve(directory: &Path, plan: &Plan, clock: Arc<dyn Clock>) -> Result<Served, Problem> {
    let province = ProvinceCode::parse(&plan.province)
        .map_err(|e| Problem::usage("USAGE", format!("--province {}: {e}", plan.province)))?;
    if !(0.0..=0.9).contains(&plan.faults) {
        return Err(Problem::usage("USAGE", "--faults must be from 0 to 0.9"));
    }
    if !(100..=20_000_000).contains(&plan.persons) {
        return Err(Problem::usage("USAGE", "--persons must be from 100 to 20000000"));
    }
    prepare(directory)?;
    let settings =
        WorldSettings { province, persons: plan.persons, seed: plan.seed, today: WORLD_DAY, defect_rate: plan.defects };
    let folder = directory.to_owned();
    let world = tokio::task::spawn_blocking(move || -> Result<Arc<World>, Problem> {
        let world = World::generate(&settings).map_err(wrong)?;
        sandbox::drop_files(&world, &folder.join("inbox")).map_err(wrong)?;
        std::fs::write(folder.join("truth.json"), world.truth().to_json())?;
        Ok(Arc::new(world))
    })
    .await
    .map_err(wrong)??;
    let faults = if plan.faults > 0.0 { Faults::all(plan.faults, plan.seed) } else { Faults::none() };
    let server_settings = ServerSettings { faults, page_order_seed: plan.page_order, clock, variants: plan.variants };
    let running = Servers::start(world.clone(), server_settings).await.map_err(wrong)?;
    let settings_file = write_settings(directory, plan, &running)?;
    Ok(Served { world, running, settings_file })
}
