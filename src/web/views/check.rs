//! The one box.

use super::Frame;

#[derive(askama::Template)]
#[template(path = "check.html")]
pub struct CheckPage {
    pub frame: Frame,
    pub search: SearchBox,
}

/// `POST /check` with `question`, `procedure` and `scanned` (`1`: typed by a scanner, as far as the
/// page could tell). Never in an address: questions are personal data.
pub struct SearchBox {
    /// Only after an error, so that it can be mended.
    pub question: String,
    /// What is wrong with the question, and what to do; empty: nothing.
    pub error: String,
    /// Code of the procedure; may be empty.
    pub procedure: String,
    /// Value: code, label: name.
    pub procedures: Vec<Choice>,
    /// One line, as it stands above a verdict.
    pub compact: bool,
}

/// One of a list.
pub struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}
