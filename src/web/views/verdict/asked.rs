//! Asking the sources now.

use crate::web::views::Frame;

/// The result alone, without loading the page anew. `POST /check/ask` with `look`; a request with
/// the header `HX-Request` gets this, any other the whole page.
#[derive(askama::Template)]
#[template(path = "parts/asked.html")]
pub struct AskedPart {
    pub frame: Frame,
    /// See [`super::VerdictPage::handle`].
    pub handle: String,
    pub asked: Asked,
}

pub struct Asked {
    pub may_ask: bool,
    /// Why not, or how long it takes: “tối đa 10 giây”, “đã hết lượt hỏi trong ngày”.
    pub hint: String,
    /// Empty: nobody asked yet.
    pub rows: Vec<AskedRow>,
    /// The answers change the verdict: “Kết luận đã đổi: xem lại.”; else empty.
    pub changed: String,
}

/// Four answers, never two.
pub struct AskedRow {
    pub source: String,
    /// `match`, `mismatch`, `not_found`, `could_not_ask`.
    pub result: String,
    /// khớp, không khớp, không có, không hỏi được.
    pub words: String,
    /// What differs, or why it could not be asked; may be empty.
    pub detail: String,
    pub at: String,
}
