//! What `serve` does by itself: begins nights, looks after incidents, sends what is to be told.

use super::due::{Due, LastRun, due};
use super::runner::Runner;
use super::timetable::Timetable;
use crate::Lang;
use crate::problem::Problem;
use crate::watch::{Post, Probes, Watchman};
use crate::work::weekly;
use crate::workspace::Workspace;
use jiff::{SignedDuration, Timestamp};
use schemas::RunStatus;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// How often is looked whether something is to be done.
const TICK: Duration = Duration::from_secs(20);

/// What the keeper works with.
pub struct Tasks {
    pub runner: Arc<Runner>,
    pub nightly: Option<Timetable>,
    /// When the workbooks of communes are made.
    pub weekly: Option<Timetable>,
    pub watchman: Watchman,
    pub post: Post,
}

pub struct Keeper {
    workspace: Workspace,
    tasks: Tasks,
    /// How often each run was gone on with from here.
    resumed: HashMap<String, u32>,
    probes: Probes,
    /// Under way: a source that does not answer holds nothing else up.
    probing: Option<JoinHandle<Result<Probes, Problem>>>,
    probed_at: Option<Timestamp>,
    /// The run whose report was told.
    told: Option<String>,
    /// The time of the last workbooks.
    weekly_at: Option<Timestamp>,
}

impl Keeper {
    pub fn new(workspace: &Workspace, tasks: Tasks) -> Self {
        Self {
            workspace: workspace.clone(),
            tasks,
            resumed: HashMap::new(),
            probes: Probes::default(),
            probing: None,
            probed_at: None,
            told: None,
            // What was due before this process began was made by the one before it, or is not missed.
            weekly_at: Some(workspace.clock.now()),
        }
    }

    /// Until the process ends. What goes wrong is logged, and tried again at the next tick.
    pub async fn keep(mut self) {
        loop {
            if let Err(problem) = self.tick().await {
                tracing::warn!(code = problem.code, cause = problem.cause, "the keeper could not do its work");
            }
            tokio::time::sleep(TICK).await;
        }
    }

    /// All that is to be done now.
    pub async fn tick(&mut self) -> Result<(), Problem> {
        self.night().await?;
        self.probe().await?;
        self.tasks.watchman.look(&self.probes).await?;
        self.report().await?;
        self.week().await?;
        self.tasks.post.deliver().await?;
        Ok(())
    }

    async fn night(&mut self) -> Result<(), Problem> {
        let now = self.workspace.clock.now();
        let Some(planned) = self.tasks.nightly.as_ref().and_then(|table| table.last(now)) else { return Ok(()) };
        if self.tasks.runner.is_running() {
            return Ok(());
        }
        let newest = self.workspace.ledger.runs(1).await?.into_iter().next();
        let last = newest.as_ref().map(|run| LastRun {
            status: run.status,
            started_at: run.started_at,
            heartbeat_at: run.heartbeat_at,
            finished_at: run.finished_at,
            resumed: self.resumed.get(&run.run_id).copied().unwrap_or(0),
        });
        let catch_up = SignedDuration::from_hours(i64::from(self.workspace.settings.schedule.catch_up_hours));
        match due(now, planned, catch_up, last.as_ref()) {
            Due::Nothing => Ok(()),
            Due::Start => self.tasks.runner.start(false),
            Due::Resume => {
                if let Some(run) = newest {
                    *self.resumed.entry(run.run_id).or_default() += 1;
                }
                self.tasks.runner.start(true)
            }
        }
    }

    /// Asks the sources whether they are there, unless a night is asking them anyway.
    async fn probe(&mut self) -> Result<(), Problem> {
        if self.probing.as_ref().is_some_and(JoinHandle::is_finished)
            && let Some(probing) = self.probing.take()
            && let Ok(answered) = probing.await
        {
            self.probes = answered?;
        }
        let minutes = self.workspace.settings.health.probe_minutes;
        let now = self.workspace.clock.now();
        let every = SignedDuration::from_mins(i64::from(minutes));
        let rested = self.probed_at.is_none_or(|at| now.duration_since(at) >= every);
        let newest = self.workspace.ledger.runs(1).await?.into_iter().next();
        let busy = newest.is_some_and(|run| run.status == RunStatus::Running);
        if minutes == 0 || !rested || busy || self.probing.is_some() {
            return Ok(());
        }
        self.probed_at = Some(now);
        let workspace = self.workspace.clone();
        self.probing = Some(tokio::spawn(async move { Probes::ask(&workspace).await }));
        Ok(())
    }

    /// Makes the workbooks of communes when their time has come.
    async fn week(&mut self) -> Result<(), Problem> {
        let now = self.workspace.clock.now();
        let Some(planned) = self.tasks.weekly.as_ref().and_then(|table| table.last(now)) else { return Ok(()) };
        if self.weekly_at.is_some_and(|made| made >= planned) {
            return Ok(());
        }
        let folder = self.workspace.data().join("reports");
        let lang = Lang::parse(&self.workspace.settings.notify.language).unwrap_or_default();
        let written = weekly::write_all(&self.workspace, &folder, None, lang).await?;
        tracing::info!(written, "the week's workbooks were made");
        self.weekly_at = Some(planned);
        Ok(())
    }

    /// Tells what the newest night brought, once.
    async fn report(&mut self) -> Result<(), Problem> {
        let newest = self.workspace.ledger.runs(1).await?.into_iter().next();
        let Some(run) = newest.filter(|run| run.finished_at.is_some() && self.told.as_ref() != Some(&run.run_id))
        else {
            return Ok(());
        };
        // What ended before this process began was told by the one before it: the ledger keeps each once.
        if let Some(report) = run.report.as_deref().and_then(|text| serde_json::from_str(text).ok()) {
            self.tasks.watchman.tell_night(&report).await?;
        }
        self.told = Some(run.run_id);
        Ok(())
    }
}
