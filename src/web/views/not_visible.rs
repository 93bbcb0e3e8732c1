//! “Không tìm thấy”: the same page, byte for byte, for somebody who is nowhere and for a citizen of
//! another commune, so that it tells nobody who exists.

use super::{Choice, Frame, SearchBox};

/// `POST /check/anyway` with `look`, `reason`, `reason_text`.
#[derive(askama::Template)]
#[template(path = "not_visible.html")]
pub struct NotVisiblePage {
    pub frame: Frame,
    pub search: SearchBox,
    /// See [`super::VerdictPage::handle`].
    pub handle: String,
    pub reasons: Vec<Choice>,
    /// What is wrong with the reason; empty: nothing.
    pub error: String,
    pub reason_text: String,
}
