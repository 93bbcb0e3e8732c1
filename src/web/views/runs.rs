//! The nights, one by one: for IT staff.

use super::Frame;

#[derive(askama::Template)]
#[template(path = "runs.html")]
pub struct RunsPage {
    pub frame: Frame,
    pub runs: Vec<RunLine>,
    /// When the next one begins by itself; empty: no schedule.
    pub next: String,
    /// One is under way.
    pub running: bool,
    /// The newest can be gone on with.
    pub can_resume: bool,
    pub may_run: bool,
}

pub struct RunLine {
    pub id: String,
    pub status: String,
    pub words: String,
    pub night: String,
    pub started: String,
    pub took: String,
    pub error: String,
}

#[derive(askama::Template)]
#[template(path = "run.html")]
pub struct RunPage {
    pub frame: Frame,
    pub run: RunLine,
    /// It goes on: the page loads itself anew.
    pub live: bool,
    pub may_run: bool,
    pub can_resume: bool,
    pub stages: Vec<StageBar>,
    pub sources: Vec<RunSource>,
    pub rejects: u64,
    pub log: Vec<LogLine>,
    pub next_step: String,
}

/// One stage of the timeline; lengths are shares of the whole, in thousandths.
pub struct StageBar {
    pub words: String,
    pub seconds: String,
    pub from: u32,
    pub length: u32,
    /// `past`, `now` or `later`
    pub class: &'static str,
    pub rows: String,
}

pub struct RunSource {
    pub name: String,
    pub dataset: String,
    pub status: String,
    pub partitions: String,
    pub pages: String,
    pub records: String,
    pub quarantined: String,
    pub requests: String,
    pub error: String,
}

pub struct LogLine {
    pub at: String,
    pub level: String,
    pub text: String,
}
