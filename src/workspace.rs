//! Settings, ledger, catalogue and rules, opened together: what every command begins with.

use crate::audit::{AuditFiles, LedgerTrail};
use crate::keep::room::{FreeSpace, of_the_disk};
use crate::problem::Problem;
use config::{Settings, procedures::Procedures, rules::Rules, units::Units};
use connectors::AuditTrail;
use reconcile::Catalogue;
use schemas::Clock;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use store::ledger::Connecting;
use store::{Ledger, open_ledger};

/// Where no `--config` is given and no `doisoat.toml` stands in the current folder.
pub const DEFAULT_DIRECTORY: &str = "doisoat-data";

/// The settings a command works with, and where they come from.
pub struct Loaded {
    pub settings: Settings,
    /// `None`: the embedded defaults.
    pub file: Option<PathBuf>,
}

/// `--config FILE`, else `doisoat.toml` in the current folder, else the embedded defaults.
pub fn load_settings(file: Option<&Path>) -> Result<Loaded, Problem> {
    let file = match file {
        Some(file) => Some(file.to_owned()),
        None => Some(PathBuf::from("doisoat.toml")).filter(|f| f.exists()),
    };
    let settings = match &file {
        Some(file) => Settings::load(file)?,
        None => Settings::embedded(Path::new(DEFAULT_DIRECTORY))?,
    };
    Ok(Loaded { settings, file })
}

/// Everything a run needs.
#[derive(Clone)]
pub struct Workspace {
    pub settings: Settings,
    pub ledger: Arc<dyn Ledger>,
    pub units: Units,
    catalogue: Arc<OnceLock<Arc<Catalogue>>>,
    pub rules: Rules,
    pub clock: Arc<dyn Clock>,
    /// Where looks at single citizens are written down.
    pub audit: Arc<dyn AuditTrail>,
    /// The same log, for looks at what is already here.
    pub trail: Arc<LedgerTrail>,
    /// Seeds the jitter of retries.
    pub seed: u64,
    /// Asked before a run begins and while it lives.
    pub free_space: FreeSpace,
}

impl Workspace {
    pub async fn open(settings: Settings, clock: Arc<dyn Clock>, seed: u64) -> Result<Self, Problem> {
        let units = load_units(&settings)?;
        let rules = load_rules(&settings)?;
        let ledger = connect(&settings).await?;
        ledger.migrate().await?;
        let files = AuditFiles::new(&settings.data.directory);
        let key = files.key()?;
        let trail = Arc::new(LedgerTrail::new(ledger.clone(), clock.clone(), files, key));
        let (audit, free_space) = (trail.clone(), of_the_disk());
        let catalogue = Arc::default();
        Ok(Self { settings, ledger, units, catalogue, rules, clock, audit, trail, seed, free_space })
    }

    /// The units as they are looked things up in; made when it is first asked for.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.catalogue.get_or_init(|| Arc::new(Catalogue::new(&self.units))).clone()
    }

    pub fn data(&self) -> &Path {
        &self.settings.data.directory
    }

    /// The folder of all lookups.
    pub fn lookups(&self) -> PathBuf {
        self.data().join("lookup")
    }
}

/// The ledger alone, as the settings name it.
pub async fn connect(settings: &Settings) -> Result<Arc<dyn Ledger>, Problem> {
    let password = settings.ledger.password.as_ref().map(|secret| secret.resolve(&environment)).transpose()?;
    let ledger = &settings.ledger;
    let connecting =
        Connecting { connections: ledger.connections, patience: Duration::from_secs(ledger.wait_seconds.into()) };
    Ok(open_ledger(&ledger.url, password.as_ref(), &settings.data.directory, connecting).await?)
}

pub fn load_units(settings: &Settings) -> Result<Units, Problem> {
    Ok(match &settings.data.units_directory {
        Some(directory) => Units::load(directory)?,
        None => Units::embedded()?,
    })
}

/// The rules, each of which can be used with the catalogue of procedures in force.
pub fn load_rules(settings: &Settings) -> Result<Rules, Problem> {
    let embedded = PathBuf::from("rules.toml");
    let (rules, file) = match &settings.data.rules_file {
        Some(file) => (Rules::load(file)?, file),
        None => (Rules::embedded()?, &embedded),
    };
    rules.check_procedures(&load_procedures(settings)?, file)?;
    Ok(rules)
}

pub fn load_procedures(settings: &Settings) -> Result<Procedures, Problem> {
    Ok(match &settings.data.procedures_directory {
        Some(directory) => Procedures::load(directory)?,
        None => Procedures::embedded()?,
    })
}

/// Looks up an environment variable: the one place where secrets by `env` come from.
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
