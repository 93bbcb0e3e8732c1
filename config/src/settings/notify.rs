//! Who is told of incidents and of what a night brought, and how.

use crate::SecretRef;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Notify {
    /// `vi` or `en`
    pub language: String,
    /// Texts of the province's own in place of the embedded ones: `incident.vi.txt`, `night.vi.txt` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub templates_directory: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<Mail>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook: Option<Webhook>,
}

impl Default for Notify {
    fn default() -> Self {
        Self { language: "vi".into(), templates_directory: None, mail: None, webhook: None }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub host: String,
    #[serde(default = "port")]
    pub port: u16,
    #[serde(default)]
    pub security: MailSecurity,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<SecretRef>,
    pub from: String,
    /// Told of incidents.
    pub to: Vec<String>,
    /// Told what each night brought; empty: those above.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reports_to: Vec<String>,
}

fn port() -> u16 {
    587
}

/// How the mail server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailSecurity {
    /// Plain at first, then TLS; without it nothing is sent.
    #[default]
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// Only with a server on this machine.
    None,
}

/// A POST of JSON: chat rooms, ticket systems, an SMS gateway.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// `https://…`, or `http://` on the loopback interface only.
    pub url: String,
    /// Signs the body: `X-Doisoat-Signature: sha256=<hex of HMAC-SHA256>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<SecretRef>,
}

impl Notify {
    pub(super) fn problem(&self) -> Option<(&'static str, &'static str)> {
        if !matches!(self.language.as_str(), "vi" | "en") {
            return Some(("language", "must be vi or en"));
        }
        if let Some(mail) = &self.mail {
            let here = matches!(mail.host.as_str(), "127.0.0.1" | "localhost" | "::1");
            if mail.security == MailSecurity::None && !here {
                return Some(("mail", "security = \"none\" is only for a server on this machine"));
            }
            if mail.to.is_empty() || mail.from.is_empty() || mail.host.is_empty() {
                return Some(("mail", "needs host, from and at least one address in to"));
            }
            if mail.user.is_some() != mail.password.is_some() {
                return Some(("mail", "user and password go together"));
            }
        }
        let url = self.webhook.as_ref().map(|webhook| webhook.url.as_str());
        let here = |url: &str| url.starts_with("http://127.0.0.1:") || url.starts_with("http://localhost:");
        if url.is_some_and(|url| !url.starts_with("https://") && !here(url)) {
            return Some(("webhook", "url must begin with https://"));
        }
        None
    }

    pub(super) fn secrets_mut(&mut self) -> impl Iterator<Item = &mut SecretRef> {
        let mail = self.mail.iter_mut().filter_map(|mail| mail.password.as_mut());
        mail.chain(self.webhook.iter_mut().filter_map(|webhook| webhook.secret.as_mut()))
    }
}
