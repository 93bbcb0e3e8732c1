//! Sends what is due, and tries again later what could not be sent.

use super::mail::Mailer;
use super::webhook::Hook;
use crate::problem::Problem;
use crate::workspace::Workspace;
use jiff::SignedDuration;

/// Minutes until the next try; after the last nothing is tried any more.
const WAITS: [i64; 7] = [1, 5, 15, 60, 180, 360, 720];

pub struct Post {
    workspace: Workspace,
    mail: Option<Mailer>,
    webhook: Option<Hook>,
}

impl Post {
    pub fn new(workspace: &Workspace) -> Result<Self, Problem> {
        let notify = &workspace.settings.notify;
        Ok(Self {
            workspace: workspace.clone(),
            mail: notify.mail.as_ref().map(Mailer::new).transpose()?,
            webhook: notify.webhook.as_ref().map(Hook::new).transpose()?,
        })
    }

    /// Answers how many went out.
    pub async fn deliver(&self) -> Result<usize, Problem> {
        let (ledger, clock) = (&self.workspace.ledger, &self.workspace.clock);
        let mut sent = 0;
        for notification in ledger.due_notifications(clock.now()).await? {
            let result = match (notification.channel.as_str(), &self.mail, &self.webhook) {
                ("mail", Some(mail), _) => {
                    mail.send(notification.kind == "night", &notification.subject, &notification.body).await
                }
                ("webhook", _, Some(hook)) => hook.send(&notification.body).await,
                _ => Err("this way is no longer in the settings".to_owned()),
            };
            let (id, now) = (&notification.notification_id, clock.now());
            match result {
                Ok(()) => {
                    ledger.notification_sent(id, now).await?;
                    sent += 1;
                }
                Err(error) => {
                    let tries = usize::try_from(notification.attempts).unwrap_or(usize::MAX);
                    let next = WAITS.get(tries).map(|minutes| now + SignedDuration::from_mins(*minutes));
                    tracing::warn!(channel = notification.channel, error, "a notification could not be sent");
                    ledger.notification_failed(id, now, &error, next).await?;
                }
            }
        }
        Ok(sent)
    }
}
