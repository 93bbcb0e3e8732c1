//! The board as gauges.

use crate::problem::Problem;
use crate::province::{Board, Boards, History};
use crate::watch::Incidents;
use crate::workspace::Workspace;
use health::{Scope, State};
use jiff::SignedDuration;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use schemas::RunStatus;
use std::sync::atomic::AtomicU64;
use store::ledger::RunRow;

/// Notifications looked at for those that could not be sent.
const RECENT: i64 = 500;
const DAY: SignedDuration = SignedDuration::from_hours(24);

type Value = Gauge<f64, AtomicU64>;
/// Names and values, in their order.
type Labels = Vec<(&'static str, String)>;

/// All figures of now, in the OpenMetrics text format.
pub async fn figures(workspace: &Workspace, boards: &Boards) -> Result<String, Problem> {
    let ledger = workspace.ledger.as_ref();
    let now = workspace.clock.now();
    let (board, history) = (boards.board().await?, boards.history().await?);
    let incidents = Incidents::recent(ledger, now).await?;
    let notifications = ledger.notifications(RECENT).await?;
    let newest = ledger.runs(1).await?.into_iter().next();
    let mut page = Page::default();
    page.one("doisoat_build_info", "The program", vec![("version", env!("CARGO_PKG_VERSION").to_owned())], 1.0);
    page.plain("doisoat_ledger_up", "The ledger answers", 1.0);
    communes(&mut page, &board);
    sources(&mut page, &board, &history, workspace);
    if let Some(run) = &newest {
        run_of(&mut page, run);
    }
    for scope in [Scope::Interconnect, Scope::Source, Scope::Communes] {
        let open = incidents.iter().filter(|i| i.is_open() && i.parent.is_none() && i.scope == scope).count();
        page.one(
            "doisoat_incidents_open",
            "Open incidents that are not part of another",
            vec![("scope", scope.as_str().to_owned())],
            open as f64,
        );
    }
    let waiting = notifications.iter().filter(|n| n.sent_at.is_none() && n.given_up_at.is_none()).count();
    page.plain("doisoat_notifications_waiting", "Notifications not sent yet", waiting as f64);
    let given_up =
        notifications.iter().filter(|n| n.given_up_at.is_some_and(|at| now.duration_since(at) < DAY)).count();
    page.plain("doisoat_notifications_failed", "Notifications given up within a day", given_up as f64);
    if let Ok(disk) = rustix::fs::statvfs(workspace.data()) {
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        page.plain("doisoat_disk_free_bytes", "Free room for the data", free as f64);
        let wanted = workspace.settings.data.min_free_mib as f64 * 1024.0 * 1024.0;
        page.plain("doisoat_disk_min_free_bytes", "Without so much no night begins", wanted);
    }
    page.text()
}

fn communes(page: &mut Page, board: &Board) {
    for state in State::ALL {
        let labels = vec![("state", state.as_str().to_owned())];
        page.one("doisoat_communes", "Communes in each state", labels, board.counts.of(state) as f64);
    }
    for row in &board.communes {
        let commune = || ("commune", row.code.clone());
        let labels = vec![commune(), ("state", row.state.as_str().to_owned())];
        page.one("doisoat_commune_state", "The state that a commune is in", labels, 1.0);
        if let Some(findings) = row.findings {
            let by = [("stop", findings.stops), ("check", findings.checks), ("note", findings.notes)];
            for (severity, count) in by {
                let labels = vec![commune(), ("severity", severity.to_owned())];
                page.one("doisoat_findings", "Findings that stand", labels, count as f64);
            }
        }
        if let Some(stale) = row.stale {
            let share = stale.stale as f64 / stale.addresses.max(1) as f64;
            page.one(
                "doisoat_stale_ratio",
                "Records with an abolished unit, of those with an address",
                vec![commune()],
                share,
            );
        }
        if row.readiness.of > 0 {
            let share = row.readiness.have as f64 / row.readiness.of as f64;
            page.one("doisoat_readiness_ratio", "What a commune has of what it needs", vec![commune()], share);
        }
        for (source, cell) in board.sources.iter().zip(&row.sources) {
            let labels = || vec![commune(), ("source", source.id.to_string())];
            let mut with_state = labels();
            with_state.push(("state", cell.judged.state.as_str().to_owned()));
            page.one("doisoat_source_state", "The state of a source in a commune", with_state, 1.0);
            if let Some(age) = cell.judged.age {
                page.one("doisoat_data_age_seconds", "Age of the newest complete data", labels(), age.as_secs_f64());
            }
        }
    }
}

fn sources(page: &mut Page, board: &Board, history: &History, workspace: &Workspace) {
    for source in &board.sources {
        let Some(night) = history.newest_of(source.id.as_str()) else { continue };
        let labels = || vec![("source", source.id.to_string())];
        let figures = [
            ("doisoat_source_requests", "Requests of the newest night", night.requests as f64),
            ("doisoat_source_retries", "Retries of the newest night", night.retries as f64),
            ("doisoat_source_breaker_openings", "How often the breaker opened", night.breaker_openings as f64),
            ("doisoat_source_records", "Records pulled in the newest night", night.records as f64),
            ("doisoat_source_quarantined", "Records that could not be read", night.quarantined as f64),
            ("doisoat_source_pull_seconds", "How long it was pulled", night.seconds),
        ];
        for (name, help, value) in figures {
            page.one(name, help, labels(), value);
        }
        let quota = workspace.settings.sources.get(&source.id).map_or(0, |settings| settings.nightly_quota);
        if quota > 0 {
            page.one(
                "doisoat_quota_used_ratio",
                "Of the night's quota",
                labels(),
                night.requests as f64 / quota as f64,
            );
        }
    }
}

fn run_of(page: &mut Page, run: &RunRow) {
    let running = run.status == RunStatus::Running;
    page.plain("doisoat_run_running", "A run is under way", f64::from(u8::from(running)));
    page.plain("doisoat_run_started_timestamp_seconds", "When the newest run began", run.started_at.as_second() as f64);
    page.one("doisoat_run_status", "The newest run's status", vec![("status", run.status.to_string())], 1.0);
    if let Some(finished) = run.finished_at {
        page.plain("doisoat_run_finished_timestamp_seconds", "When it ended", finished.as_second() as f64);
        let took = finished.duration_since(run.started_at).as_secs_f64();
        page.plain("doisoat_run_duration_seconds", "How long it took", took);
    }
}

/// Figures under way: one family for each name.
#[derive(Default)]
struct Page {
    families: Vec<(&'static str, &'static str, Family<Labels, Value>)>,
}

impl Page {
    fn plain(&mut self, name: &'static str, help: &'static str, value: f64) {
        self.one(name, help, Vec::new(), value);
    }

    fn one(&mut self, name: &'static str, help: &'static str, labels: Labels, value: f64) {
        let at = self.families.iter().position(|(known, ..)| *known == name).unwrap_or_else(|| {
            self.families.push((name, help, Family::default()));
            self.families.len() - 1
        });
        self.families[at].2.get_or_create(&labels).set(value);
    }

    fn text(self) -> Result<String, Problem> {
        let mut registry = Registry::default();
        for (name, help, family) in self.families {
            registry.register(name, help, family);
        }
        let mut text = String::new();
        encode(&mut text, &registry).map_err(|error| Problem::failed("METRICS", error.to_string()))?;
        Ok(text)
    }
}
