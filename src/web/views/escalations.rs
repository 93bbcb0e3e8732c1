//! What clerks passed up.

use super::{FilterLink, Frame};

/// `POST /escalations/{id}/answer` with `answer`, `ticket`, `close` (`1`: done).
#[derive(askama::Template)]
#[template(path = "escalations.html")]
pub struct EscalationsPage {
    pub frame: Frame,
    /// “5 việc đang chờ, lâu nhất 3 ngày làm việc”.
    pub sentence: String,
    pub filters: Vec<FilterLink>,
    pub rows: Vec<EscalationRow>,
}

pub struct EscalationRow {
    pub id: String,
    pub commune: String,
    pub officer: String,
    pub at: String,
    /// What it is about, without a person's number.
    pub about: String,
    pub note: String,
    pub ticket: String,
    /// `open`, `answered`, `closed`.
    pub state: String,
    pub state_words: String,
    pub answer: String,
    pub answered_by: String,
    pub may_answer: bool,
    pub may_open: bool,
}
