//! The cases of today and tomorrow, worst first. Numbers are masked.

use super::Frame;

#[derive(askama::Template)]
#[template(path = "morning.html")]
pub struct MorningPage {
    pub frame: Frame,
    /// “42 hồ sơ: 3 dừng · 2 chưa kết luận được · 5 có lưu ý · 32 tiếp nhận được”.
    pub sentence: String,
    /// “Tính lúc 05:40 ngày 24/11/2026, số liệu đến 05:12”.
    pub computed: String,
    pub days: Vec<FilterLink>,
    pub verdicts: Vec<FilterLink>,
    pub rows: Vec<MorningRow>,
    /// Pages, where there is more than one.
    pub pages: Vec<FilterLink>,
}

/// A link that narrows a list; its address has no personal values.
pub struct FilterLink {
    pub label: String,
    pub path: String,
    pub count: u32,
    pub current: bool,
}

/// `POST /morning/open` with `row`.
pub struct MorningRow {
    /// Opaque; also the row's `id` on the page (`row-…`), to which the verdict leads back.
    pub id: String,
    /// “08:30” or “mai 09:00”.
    pub due: String,
    pub case_code: String,
    pub procedure: String,
    pub name: String,
    pub masked_number: String,
    /// As [`super::VerdictPage::conclusion`].
    pub conclusion: String,
    /// “DỪNG: 2 vướng mắc”.
    pub words: String,
    /// The first reason, short; empty where nothing stands in the way.
    pub reason: String,
    /// “đã quyết định”, “đã lập phiếu 12/ĐC”; empty: nothing done yet.
    pub done: String,
}
