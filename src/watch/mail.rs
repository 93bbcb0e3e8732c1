//! Sending a mail.

use crate::problem::Problem;
use crate::workspace::environment;
use config::settings::{Mail, MailSecurity};
use lettre::message::{Mailbox, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::time::Duration;

/// A mail server that takes longer is tried again later.
const LONGEST: Duration = Duration::from_secs(20);

pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    to: Vec<Mailbox>,
    reports_to: Vec<Mailbox>,
}

impl Mailer {
    pub fn new(mail: &Mail) -> Result<Self, Problem> {
        let wrong = |what: &str| Problem::usage("NOTIFY", format!("notify.mail: {what}"));
        let address = |text: &String| text.parse().map_err(|_| wrong(&format!("{text} is no address")));
        let all = |list: &[String]| list.iter().map(address).collect::<Result<Vec<Mailbox>, Problem>>();
        let builder = match mail.security {
            MailSecurity::None => Ok(AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&mail.host)),
            MailSecurity::StartTls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&mail.host),
            MailSecurity::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(&mail.host),
        };
        let mut builder = builder.map_err(|error| wrong(&error.to_string()))?.port(mail.port).timeout(Some(LONGEST));
        if let (Some(user), Some(password)) = (&mail.user, &mail.password) {
            let password = password.resolve(&environment)?;
            builder = builder.credentials(Credentials::new(user.clone(), password.expose().to_owned()));
        }
        Ok(Self {
            transport: builder.build(),
            from: address(&mail.from)?,
            to: all(&mail.to)?,
            reports_to: if mail.reports_to.is_empty() { all(&mail.to)? } else { all(&mail.reports_to)? },
        })
    }

    /// A report goes to those who asked for reports.
    pub async fn send(&self, is_report: bool, subject: &str, text: &str) -> Result<(), String> {
        let mut message = Message::builder().from(self.from.clone()).subject(subject);
        for to in if is_report { &self.reports_to } else { &self.to } {
            message = message.to(to.clone());
        }
        let message = message.singlepart(SinglePart::plain(text.to_owned())).map_err(|error| error.to_string())?;
        self.transport.send(message).await.map(|_| ()).map_err(|error| error.to_string())
    }
}
