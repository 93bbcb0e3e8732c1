//! The board of now, from a history that is read once for each change of a run.

use super::board::{Board, Facts};
use super::history::{self, History};
use super::readiness::{Readiness, readiness};
use crate::problem::Problem;
use crate::workspace::Workspace;
use config::Settings;
use config::units::Commune;
use health::{Activity, Maintenance, Network, Policy, Window};
use jiff::{SignedDuration, Timestamp};
use schemas::clock::{VIETNAM, vietnam_date};
use schemas::{CommuneCode, PartitionStatus, RunStatus};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use tokio::sync::Mutex;

/// A run whose process gave no sign for so long is not under way.
const SILENT: SignedDuration = SignedDuration::from_mins(2);

/// Makes boards. Shared by all who show one.
pub struct Boards {
    workspace: Workspace,
    communes: Vec<String>,
    names: BTreeMap<String, String>,
    maintenance: Maintenance,
    history: Mutex<Option<Arc<History>>>,
}

impl Boards {
    pub fn new(workspace: &Workspace) -> Self {
        let catalogue = workspace.catalogue();
        let own = workspace.settings.province.code;
        let watched = |commune: &&Commune| workspace.settings.health.country || commune.province == own;
        let mut codes: Vec<CommuneCode> = workspace.units.communes.iter().filter(watched).map(|c| c.code).collect();
        codes.sort();
        let name = |code: &CommuneCode| {
            let full = catalogue.full_name(*code);
            full.split(", ").next().unwrap_or(&full).to_owned()
        };
        Self {
            communes: codes.iter().map(ToString::to_string).collect(),
            names: codes.iter().map(|code| (code.to_string(), name(code))).collect(),
            maintenance: maintenance(&workspace.settings),
            history: Mutex::new(None),
            workspace: workspace.clone(),
        }
    }

    /// Whether it is one of the province's communes of today.
    pub fn knows(&self, commune: &str) -> bool {
        self.names.contains_key(commune)
    }

    pub fn maintenance(&self) -> &Maintenance {
        &self.maintenance
    }

    pub async fn board(&self) -> Result<Board, Problem> {
        let history = self.history().await?;
        let readiness = readiness(&self.workspace).await?;
        let activity = self.activity(&history).await?;
        Ok(self.at(&history, &activity, &readiness, self.workspace.clock.now()))
    }

    /// What is known of the nights, read anew where a run began, went on or ended, or a day did.
    pub async fn history(&self) -> Result<Arc<History>, Problem> {
        let mark = history::newest(&self.workspace).await?;
        let today = vietnam_date(self.workspace.clock.now());
        // Whoever comes meanwhile waits for the same reading.
        let mut known = self.history.lock().await;
        if let Some(history) = known.as_ref().filter(|history| history.mark == mark && history.today == today) {
            return Ok(history.clone());
        }
        let history = Arc::new(History::read(&self.workspace, &self.communes).await?);
        *known = Some(history.clone());
        Ok(history)
    }

    fn at(
        &self,
        history: &History,
        activity: &HashMap<String, Activity>,
        readiness: &HashMap<String, Readiness>,
        now: Timestamp,
    ) -> Board {
        let settings = &self.workspace.settings;
        let (names, maintenance) = (&self.names, &self.maintenance);
        Board::of(history, &Facts { settings, names, maintenance, activity, readiness, now })
    }

    /// What a run that is under way does with each source.
    async fn activity(&self, history: &History) -> Result<HashMap<String, Activity>, Problem> {
        let Some(mark) = history.mark.as_ref().filter(|mark| mark.status == RunStatus::Running) else {
            return Ok(HashMap::new());
        };
        let run = self.workspace.ledger.run(&mark.run_id).await?;
        if self.workspace.clock.now().duration_since(run.heartbeat_at) > SILENT {
            return Ok(HashMap::new());
        }
        let mut by_source: HashMap<String, Activity> = HashMap::new();
        for state in self.workspace.ledger.partitions(&mark.run_id).await? {
            let now = match state.status {
                PartitionStatus::Running => Activity::Running,
                PartitionStatus::Pending if state.pages > 0 => Activity::Running,
                PartitionStatus::Pending => Activity::Waiting,
                // Pulled, and not in force before the run has come to its end.
                PartitionStatus::Complete => Activity::Running,
                PartitionStatus::Parked | PartitionStatus::Failed => Activity::Idle,
            };
            let known = by_source.entry(state.partition.source.to_string()).or_insert(now);
            if now == Activity::Running || *known == Activity::Idle {
                *known = now;
            }
        }
        Ok(by_source)
    }
}

fn maintenance(settings: &Settings) -> Maintenance {
    let instant = |at: jiff::civil::DateTime| VIETNAM.to_timestamp(at).unwrap_or(Timestamp::MAX);
    let window = |window: &config::settings::MaintenanceWindow| Window {
        of: window.of.clone(),
        from: instant(window.from),
        until: instant(window.until),
    };
    Maintenance(settings.health.maintenance.iter().map(window).collect())
}

/// Which sources fail together, by the settings.
pub fn network(settings: &Settings) -> Network {
    let mut interconnects: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (id, source) in settings.sources.iter().filter(|(_, source)| source.enabled) {
        if let Some(interconnect) = &source.interconnect {
            interconnects.entry(interconnect.clone()).or_default().insert(id.to_string());
        }
    }
    Network { interconnects, quorum: settings.health.quorum as usize }
}

/// How long is waited before something is told, by the settings.
pub fn policy(settings: &Settings) -> Policy {
    let health = &settings.health;
    let minutes = |minutes: u32| SignedDuration::from_mins(i64::from(minutes));
    Policy {
        confirm: minutes(health.confirm_minutes),
        recovery: minutes(health.recovery_minutes),
        pause: minutes(health.pause_minutes),
        remind: SignedDuration::from_hours(i64::from(health.remind_hours)),
    }
}
