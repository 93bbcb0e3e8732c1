//! One look: board and probes to signals, signals to incidents, incidents to what is told.

use super::incidents::Incidents;
use super::probe::Probes;
use super::signals::signals;
use super::wording::{Notices, Text};
use crate::Lang;
use crate::nightly::Report;
use crate::problem::Problem;
use crate::province::{Boards, network, policy};
use crate::workspace::Workspace;
use health::Notice;
use std::sync::Arc;
use store::ledger::Notification;

pub struct Watchman {
    workspace: Workspace,
    boards: Arc<Boards>,
    notices: Notices,
    /// Where the pages are; empty: not known.
    origin: String,
}

impl Watchman {
    pub fn new(workspace: &Workspace, boards: Arc<Boards>, origin: &str) -> Result<Self, Problem> {
        let notify = &workspace.settings.notify;
        let lang = Lang::parse(&notify.language).unwrap_or_default();
        Ok(Self {
            workspace: workspace.clone(),
            boards,
            notices: Notices::load(notify.templates_directory.as_deref(), lang)?,
            origin: origin.to_owned(),
        })
    }

    /// Looks once, keeps what it saw, and writes down what is to be told. Answers the notices.
    pub async fn look(&self, probes: &Probes) -> Result<Vec<Notice>, Problem> {
        let workspace = &self.workspace;
        let (ledger, settings, now) = (workspace.ledger.as_ref(), &workspace.settings, workspace.clock.now());
        let history = self.boards.history().await?;
        let board = self.boards.board().await?;
        let mut tracker = Incidents::tracked(ledger, now).await?;
        let before = tracker.incidents.clone();
        let signals = signals(&board, &history, probes);
        let maintenance = self.boards.maintenance();
        let notices = tracker.step(now, &network(settings), &policy(settings), maintenance, &signals);
        // What is told is written down first: a process that ends in between tells it again.
        for notice in &notices {
            let text = self.notices.incident(notice, settings, &self.link("/incidents"))?;
            self.tell(&notice.incident.id, notice.kind.as_str(), &text, serde_json::to_value(notice).ok()).await?;
        }
        let told = notices.iter().map(|notice| &notice.incident);
        for incident in tracker.incidents.iter().chain(told) {
            if !before.contains(incident) {
                Incidents::keep(ledger, incident).await?;
            }
        }
        // What was over without a word, too.
        for gone in before.iter().filter(|old| !tracker.incidents.iter().any(|new| new.id == old.id)) {
            if !notices.iter().any(|notice| notice.incident.id == gone.id) {
                let closed = health::Incident { closed_at: Some(now), announced: false, ..gone.clone() };
                Incidents::keep(ledger, &closed).await?;
            }
        }
        Ok(notices)
    }

    /// The report of a night, to those who asked for it.
    pub async fn tell_night(&self, report: &Report) -> Result<(), Problem> {
        let board = self.boards.board().await?;
        let text = self.notices.night(report, &board, &self.workspace.settings, &self.link("/health"))?;
        self.tell(&format!("night:{}", report.run_id), "night", &text, serde_json::to_value(report).ok()).await
    }

    async fn tell(&self, about: &str, kind: &str, text: &Text, json: Option<serde_json::Value>) -> Result<(), Problem> {
        let notify = &self.workspace.settings.notify;
        let at = self.workspace.clock.now();
        let mail = notify.mail.as_ref().map(|_| ("mail", text.body.clone()));
        let webhook = notify.webhook.as_ref().map(|_| {
            let body =
                serde_json::json!({"kind": kind, "at": at, "subject": text.subject, "text": text.body, "about": json});
            ("webhook", body.to_string())
        });
        for (channel, body) in mail.into_iter().chain(webhook) {
            let notification = Notification {
                notification_id: identity(about, kind, at, channel),
                incident_id: about.to_owned(),
                kind: kind.to_owned(),
                channel: channel.to_owned(),
                at,
                subject: text.subject.clone(),
                body,
                attempts: 0,
                sent_at: None,
                given_up_at: None,
                error: None,
            };
            self.workspace.ledger.add_notification(&notification).await?;
        }
        Ok(())
    }

    /// What was read, told and sent by a night that ran alone.
    pub async fn after_night(&self, report: &Report) -> Result<(), Problem> {
        self.look(&Probes::default()).await?;
        self.tell_night(report).await
    }

    fn link(&self, path: &str) -> String {
        if self.origin.is_empty() { String::new() } else { format!("{}{path}", self.origin) }
    }
}

/// A night is told once. An incident is told at most once an hour: whoever looks at the same time as
/// we do comes to the same name, and the ledger keeps it once.
fn identity(about: &str, kind: &str, at: jiff::Timestamp, channel: &str) -> String {
    match kind {
        "night" => format!("{about}:{channel}"),
        _ => format!("{about}:{kind}:{}:{channel}", at.as_second() / 3600),
    }
}
