//! Requests for correction, as a list.

use super::{FilterLink, Frame};

#[derive(askama::Template)]
#[template(path = "corrections.html")]
pub struct CorrectionsPage {
    pub frame: Frame,
    /// “12 phiếu: 3 nháp · 7 đã gửi, 1 quá hạn · 2 đã trả lời”.
    pub sentence: String,
    /// By state.
    pub filters: Vec<FilterLink>,
    pub rows: Vec<CorrectionRow>,
}

pub struct CorrectionRow {
    pub number: String,
    /// `/corrections/…`.
    pub path: String,
    pub owner: String,
    pub items: u32,
    /// `draft`, `sent`, `answered`, `closed`.
    pub state: String,
    /// nháp, đã gửi, đã trả lời, đóng.
    pub state_words: String,
    /// Empty before it is sent.
    pub sent_on: String,
    /// “còn 3 ngày làm việc (hạn 27/11/2026)”, “quá hạn 2 ngày làm việc”; empty: no clock runs.
    pub clock: String,
    pub overdue: bool,
}
