//! One request for correction.

use super::Frame;

/// `POST` [`Self::path`] + `/send`, `/withdraw`, `/answered` (`answer`), `/close`, `/remove` (`item`); `GET` it +
/// `/print`, `/export.xlsx`.
#[derive(askama::Template)]
#[template(path = "correction.html")]
pub struct CorrectionPage {
    pub frame: Frame,
    pub number: String,
    /// `/corrections/…`.
    pub path: String,
    pub owner: String,
    /// As [`super::CorrectionRow::state`].
    pub state: String,
    pub state_words: String,
    pub clock: String,
    pub overdue: bool,
    pub made_by: String,
    pub made_on: String,
    pub items: Vec<CorrectionItem>,
    pub history: Vec<CorrectionEvent>,
    pub may_send: bool,
    pub may_withdraw: bool,
    pub may_answer: bool,
    pub may_close: bool,
    /// What is wrong with the answer that was typed; empty: nothing.
    pub error: String,
}

/// One value that should be corrected.
pub struct CorrectionItem {
    pub item: String,
    /// The person's name and number, or the certificate: the receiver must find the record.
    pub subject: String,
    /// The record in the receiver's own terms: its code or key.
    pub record: String,
    pub field: String,
    pub value_now: String,
    pub value_asked: String,
    /// By what: source, paper, date.
    pub basis: String,
    /// Only in a draft.
    pub may_remove: bool,
}

pub struct CorrectionEvent {
    pub at: String,
    pub who: String,
    pub what: String,
}
