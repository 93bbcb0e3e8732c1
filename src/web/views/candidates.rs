//! Several people fit. Numbers are masked.

use super::{Frame, SearchBox};

/// `POST /check/choose` with `look` and `candidate`.
#[derive(askama::Template)]
#[template(path = "candidates.html")]
pub struct CandidatesPage {
    pub frame: Frame,
    pub search: SearchBox,
    /// See [`super::VerdictPage::handle`].
    pub handle: String,
    /// “3 người phù hợp”.
    pub count: String,
    pub people: Vec<CandidateRow>,
    /// More fit than are listed.
    pub more: bool,
}

pub struct CandidateRow {
    /// Opaque; means something only together with `look`.
    pub candidate: String,
    pub masked_number: String,
    pub name: String,
    pub birth_date: String,
    pub residence: String,
}
