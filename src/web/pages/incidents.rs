//! What is broken, what was, and what was told to whom.

use super::draw::{Page, draw};
use crate::Lang;
use crate::province::words;
use crate::watch::{Incidents, headline};
use crate::web::app::{App, Reader, Who, frame};
use crate::web::views::{IncidentLine, IncidentsPage, NotificationLine};
use axum::extract::State;
use config::Settings;
use health::{Incident, NoticeKind};
use store::ledger::Notification;

/// Notifications on the page.
const SHOWN: i64 = 50;

pub async fn list(State(app): State<App>, who: Who, reader: Reader) -> Page {
    let lang = reader.lang;
    let incidents = Incidents::recent(app.ledger(), app.now()).await?;
    let open = incidents.iter().filter(|incident| incident.is_open() && incident.parent.is_none()).count();
    let notifications = app.ledger().notifications(SHOWN).await?;
    draw(&IncidentsPage {
        frame: frame(&app, &who, &reader, "health", lang.pick("Sự cố", "Incidents")).await?,
        sentence: match (open, lang) {
            (0, _) => lang.pick("Không có sự cố nào đang mở.", "No incident is open.").to_owned(),
            (open, Lang::Vi) => format!("{open} sự cố đang mở."),
            (open, Lang::En) => format!("{open} open."),
        },
        incidents: incidents.iter().map(|i| line(i, &app.desk.workspace.settings, lang)).collect(),
        notifications: notifications.iter().map(|n| told(n, lang)).collect(),
    })
}

pub fn line(incident: &Incident, settings: &Settings, lang: Lang) -> IncidentLine {
    let (trouble, what_to_do) = words::trouble(&incident.code, lang);
    IncidentLine {
        headline: headline(NoticeKind::Opened, incident, settings, lang),
        open: incident.is_open(),
        opened: lang.instant(incident.opened_at),
        closed: incident.closed_at.map(|at| lang.instant(at)).unwrap_or_default(),
        sources: format!("{} ({}/{})", incident.sources.join(", "), incident.sources.len(), incident.of),
        communes: incident.communes,
        relapses: incident.relapses,
        code: incident.code.clone(),
        trouble: trouble.to_owned(),
        what_to_do: what_to_do.to_owned(),
        part: incident.parent.is_some(),
    }
}

fn told(notification: &Notification, lang: Lang) -> NotificationLine {
    let state = match (notification.sent_at, notification.given_up_at) {
        (Some(at), _) => format!("{} {}", lang.pick("đã gửi", "sent"), lang.instant(at)),
        (None, Some(_)) => lang.pick("không gửi được, đã thôi", "given up").to_owned(),
        (None, None) if notification.attempts > 0 => {
            format!("{} {}", lang.pick("chưa gửi được, đã thử", "not sent yet, tries:"), notification.attempts)
        }
        (None, None) => lang.pick("chờ gửi", "waiting").to_owned(),
    };
    NotificationLine {
        at: lang.instant(notification.at),
        channel: match notification.channel.as_str() {
            "mail" => lang.pick("thư điện tử", "e-mail").to_owned(),
            other => other.to_owned(),
        },
        subject: notification.subject.clone(),
        failed: notification.given_up_at.is_some() || (notification.sent_at.is_none() && notification.attempts > 0),
        state,
    }
}
