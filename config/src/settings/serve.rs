//! What the pages need: where they listen, under which name, who may come in.

use crate::SecretRef;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Serve {
    /// Without `tls` only an address of this machine is allowed.
    pub listen: SocketAddr,
    /// How people reach it, `https://…` without a path: for one-time links and for signing in with
    /// OpenID Connect. Empty: the address that is listened at.
    pub public_url: String,
    /// Stands on top of each page and on papers.
    pub agency: String,
    /// Where it is, on papers: "Tuyên Quang".
    pub place: String,
    /// On slips and for those who need help: the street, and a telephone.
    pub address: String,
    pub phone: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<ServeTls>,
    pub sessions: Sessions,
    /// Machines before this one whose word is taken for where a request comes from (the last entry of
    /// `X-Forwarded-For`): a proxy with TLS.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub proxies: Vec<IpAddr>,
    /// Requests a minute, for each person and for each address that is not signed in.
    pub requests_per_minute: u32,
    /// How long a live question may take.
    pub ask_timeout_ms: u64,
    /// A folder with the texts of the slip, one file a language; without it the embedded ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slips_directory: Option<PathBuf>,
    /// Working days that an owner has to correct: by a word of the rules; others have `correction_days`.
    pub correction_days_of: BTreeMap<String, u16>,
    pub correction_days: u16,
    /// Days on which offices are closed, besides weekends and the fixed public holidays: Tết, the
    /// Hùng kings' day, and what is decided each year.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc: Option<Oidc>,
}

impl Default for Serve {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: String::new(),
            agency: "Ủy ban nhân dân tỉnh".into(),
            place: String::new(),
            address: String::new(),
            phone: String::new(),
            tls: None,
            sessions: Sessions::default(),
            proxies: Vec::new(),
            requests_per_minute: 240,
            ask_timeout_ms: 2_000,
            slips_directory: None,
            correction_days_of: BTreeMap::new(),
            correction_days: 10,
            holidays: Vec::new(),
            oidc: None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServeTls {
    /// The certificate and those above it, PEM.
    pub cert_file: PathBuf,
    /// Its key, PEM.
    pub key_file: PathBuf,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sessions {
    /// Without a request for so long, a session is over. 1 to 720.
    pub idle_minutes: u32,
    /// However busy, it is over after so long. 1 to 24.
    pub absolute_hours: u32,
}

impl Default for Sessions {
    fn default() -> Self {
        Self { idle_minutes: 30, absolute_hours: 10 }
    }
}

/// An OpenID provider with which people of the province sign in: code flow with PKCE.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oidc {
    /// As it stands in the tokens; its discovery document is below it.
    pub issuer: String,
    pub client_id: String,
    pub client_secret: SecretRef,
    /// On the button.
    #[serde(default = "oidc_label")]
    pub label: String,
}

fn oidc_label() -> String {
    "Đăng nhập bằng tài khoản của tỉnh".into()
}

impl Serve {
    /// The first thing that cannot be, with its key.
    pub(super) fn problem(&self) -> Option<(&'static str, &'static str)> {
        if self.tls.is_none() && !self.listen.ip().is_loopback() {
            return Some(("listen", "must be an address of this machine (127.0.0.1) where there is no serve.tls"));
        }
        let url = &self.public_url;
        let plain_loopback = url.starts_with("http://127.0.0.1:") || url.starts_with("http://localhost:");
        if !url.is_empty() && !url.starts_with("https://") && !plain_loopback {
            return Some(("public_url", "must begin with https://"));
        }
        if url.matches('/').count() > 2 {
            return Some(("public_url", "must have no path"));
        }
        if !(1..=720).contains(&self.sessions.idle_minutes) {
            return Some(("sessions", "idle_minutes must be from 1 to 720"));
        }
        if !(1..=24).contains(&self.sessions.absolute_hours) {
            return Some(("sessions", "absolute_hours must be from 1 to 24"));
        }
        if !(100..=2_500).contains(&self.ask_timeout_ms) {
            return Some(("ask_timeout_ms", "must be from 100 to 2500: a clerk never waits longer than three seconds"));
        }
        if self.requests_per_minute == 0 {
            return Some(("requests_per_minute", "must be at least 1"));
        }
        if self.correction_days == 0 || self.correction_days_of.values().any(|days| *days == 0) {
            return Some(("correction_days", "must be at least 1"));
        }
        let oidc = self.oidc.as_ref()?;
        let issuer_here = oidc.issuer.starts_with("http://127.0.0.1:");
        if !oidc.issuer.starts_with("https://") && !issuer_here {
            return Some(("oidc", "issuer must begin with https://"));
        }
        None
    }

    /// Working days that this owner has.
    pub fn days_of(&self, owner: &str) -> u16 {
        self.correction_days_of.get(owner).copied().unwrap_or(self.correction_days)
    }

    pub(super) fn paths_mut(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        let tls = self.tls.iter_mut().flat_map(|tls| [&mut tls.cert_file, &mut tls.key_file]);
        tls.chain(&mut self.slips_directory)
    }
}
