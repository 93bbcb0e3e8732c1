//! What all handlers share.

use super::{Crowd, Looks};
use crate::access::oidc::{Oidc, Registration};
use crate::access::{Entropy, Passwords, Sessions};
use crate::check::{Desk, LiveSources};
use crate::problem::Problem;
use crate::province::Boards;
use crate::schedule::{Runner, Timetable};
use crate::work::Slips;
use crate::workspace::environment;
use jiff::Timestamp;
use std::sync::Arc;
use store::Ledger;

pub struct AppState {
    pub desk: Desk,
    pub live: LiveSources,
    pub sessions: Sessions,
    pub passwords: Passwords,
    pub slips: Slips,
    pub looks: Looks,
    pub crowd: Crowd,
    /// Where people can sign in with the province's account.
    pub oidc: Option<Oidc>,
    pub boards: Arc<Boards>,
    /// Starts nights.
    pub runner: Arc<Runner>,
    /// When they begin by themselves.
    pub nightly: Option<Timetable>,
    pub entropy: Arc<dyn Entropy>,
    /// How people reach the pages: `https://host`, without a slash at the end.
    pub origin: String,
}

pub type App = Arc<AppState>;

/// A name for one request: in the log, in the audit log, and on the page where something failed.
#[derive(Clone)]
pub struct RequestId(pub String);

impl AppState {
    pub fn new(desk: Desk, entropy: Arc<dyn Entropy>, origin: String, runner: Arc<Runner>) -> Result<Self, Problem> {
        let serve = &desk.workspace.settings.serve;
        let schedule = &desk.workspace.settings.schedule;
        Ok(Self {
            live: LiveSources::new(&desk)?,
            sessions: Sessions::new(desk.workspace.ledger.clone(), &serve.sessions),
            passwords: Passwords::new(entropy.as_ref())?,
            slips: Slips::load(serve.slips_directory.as_deref())?,
            looks: Looks::default(),
            crowd: Crowd::new(serve.requests_per_minute),
            oidc: serve.oidc.as_ref().map(|oidc| registered(oidc, &origin)).transpose()?,
            boards: Arc::new(Boards::new(&desk.workspace)),
            runner,
            nightly: Timetable::new(&schedule.nightly, &schedule.time_zone)?,
            entropy,
            origin,
            desk,
        })
    }

    pub fn ledger(&self) -> &dyn Ledger {
        self.desk.workspace.ledger.as_ref()
    }

    pub fn now(&self) -> Timestamp {
        self.desk.workspace.clock.now()
    }

    /// Whether the browser is reached over TLS: decides what cookies may be.
    pub fn is_https(&self) -> bool {
        self.origin.starts_with("https://")
    }
}

/// A secret that is missing is noticed at the start; whether the provider answers, when it is needed.
fn registered(settings: &config::settings::Oidc, origin: &str) -> Result<Oidc, Problem> {
    Ok(Oidc::new(Registration {
        issuer: settings.issuer.clone(),
        client_id: settings.client_id.clone(),
        client_secret: settings.client_secret.resolve(&environment)?,
        redirect_uri: format!("{origin}/login/callback"),
    })?)
}
