//! The province's view: communes, sources, the wall.

use super::{FilterLink, Frame};

/// A state as it is shown: never by colour alone.
#[derive(Clone, Copy)]
pub struct StateView {
    /// For the style sheet.
    pub class: &'static str,
    pub letter: &'static str,
    pub words: &'static str,
}

/// One drawing of nights, used by all cells that look the same.
pub struct StripShape {
    pub name: usize,
    pub width: usize,
    pub height: usize,
    /// What a screen reader says.
    pub title: String,
    pub paths: Vec<StripPath>,
}

pub struct StripPath {
    pub class: &'static str,
    pub d: String,
}

#[derive(askama::Template)]
#[template(path = "health.html")]
pub struct HealthPage {
    pub frame: Frame,
    /// “118/124 xã, phường đúng hạn · 4 trễ · 1 lỗi”.
    pub sentence: String,
    pub as_of: String,
    /// Why the newest run failed as a whole; empty: it did not.
    pub failure: String,
    pub filters: Vec<FilterLink>,
    pub sorts: Vec<FilterLink>,
    pub q: String,
    pub state: String,
    pub sort: String,
    pub sources: Vec<HealthSource>,
    pub shapes: Vec<StripShape>,
    pub rows: Vec<HealthRow>,
    pub nights: u32,
}

pub struct HealthSource {
    pub id: String,
    pub name: String,
    pub note: String,
}

pub struct HealthRow {
    pub code: String,
    pub name: String,
    pub state: StateView,
    pub cells: Vec<HealthCell>,
    pub verified: String,
    pub findings: String,
    pub trend: String,
    pub stale: String,
    pub ready: String,
}

pub struct HealthCell {
    pub state: StateView,
    /// The name of its drawing.
    pub strip: usize,
    pub age: String,
}

#[derive(askama::Template)]
#[template(path = "wall.html")]
pub struct WallPage {
    pub frame: Frame,
    pub sentence: String,
    pub as_of: String,
    pub failure: String,
    pub tiles: Vec<Tile>,
}

pub struct Tile {
    pub code: String,
    pub name: String,
    pub state: StateView,
}

#[derive(askama::Template)]
#[template(path = "commune.html")]
pub struct CommunePage {
    pub frame: Frame,
    pub code: String,
    pub name: String,
    pub state: StateView,
    pub verified: String,
    pub findings: String,
    pub stale: String,
    pub sources: Vec<CommuneSource>,
    pub shapes: Vec<StripShape>,
    pub readiness: Vec<ReadinessLine>,
    pub may_fill: bool,
    pub may_sign_off: bool,
    pub may_run: bool,
    /// May fetch what is to be corrected.
    pub may_fetch: bool,
}

pub struct CommuneSource {
    pub id: String,
    pub name: String,
    pub required: bool,
    pub state: StateView,
    pub strip: usize,
    pub age: String,
    pub as_of: String,
    /// “98,7 %: tốt; đúng 99,1 % · đủ 97,0 % …”; empty: nothing could be evaluated.
    pub quality: String,
    /// Empty: nothing is wrong.
    pub code: String,
    pub trouble: String,
    /// Requests, retries and breaker of the newest night; empty: nothing was asked.
    pub tried: String,
    pub what_to_do: String,
    /// Who must act; empty: nobody has to.
    pub who: String,
    pub contact: String,
}

pub struct ReadinessLine {
    pub item: String,
    pub name: String,
    /// `have`, `partly`, `missing`, or empty.
    pub state: String,
    pub words: String,
    pub note: String,
    pub filled: String,
    pub signed_off: String,
}

#[derive(askama::Template)]
#[template(path = "source.html")]
pub struct SourcePage {
    pub frame: Frame,
    pub name: String,
    pub id: String,
    pub states: Vec<StateCount>,
    pub interconnect: String,
    pub contact: String,
    pub freshness: String,
    pub as_of: String,
    pub nights: Vec<SourceNightRow>,
    pub incidents: Vec<IncidentLine>,
}

pub struct StateCount {
    pub state: StateView,
    pub count: usize,
}

pub struct SourceNightRow {
    pub night: String,
    pub requests: String,
    pub retries: String,
    pub breaker: String,
    /// Milliseconds of pulling for each request.
    pub each_ms: String,
    pub records: String,
    pub quarantined: String,
    pub quota: String,
}

/// An incident in a list.
pub struct IncidentLine {
    pub headline: String,
    pub open: bool,
    pub opened: String,
    pub closed: String,
    pub sources: String,
    pub communes: usize,
    pub relapses: u32,
    pub code: String,
    pub trouble: String,
    pub what_to_do: String,
    /// It is a part of another.
    pub part: bool,
}

#[derive(askama::Template)]
#[template(path = "incidents.html")]
pub struct IncidentsPage {
    pub frame: Frame,
    pub sentence: String,
    pub incidents: Vec<IncidentLine>,
    pub notifications: Vec<NotificationLine>,
}

pub struct NotificationLine {
    pub at: String,
    pub channel: String,
    pub subject: String,
    pub state: String,
    pub failed: bool,
}
