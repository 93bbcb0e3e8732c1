//! What stands around every page.

use crate::Lang;

/// Around every page: who is signed in, what they may open, and the token of their forms.
pub struct Frame {
    pub lang: Lang,
    /// As it stands on the door, in capitals; from the settings.
    pub agency: String,
    /// Goes into the browser's history: never a person's name or number.
    pub title: String,
    /// The entry of the navigation: `check`, `morning`, `corrections`, `escalations`, `accounts`,
    /// `keys`, or empty.
    pub here: String,
    /// The address to which the language switch returns; without personal values.
    pub path: String,
    /// Every form carries it; forms before sign-in too.
    pub csrf: String,
    pub signed_in: bool,
    /// The officer's name; empty where nobody is signed in.
    pub officer: String,
    /// The role in words: “Cán bộ một cửa, xã Cẩm Giàng”.
    pub role: String,
    pub sees_check: bool,
    pub sees_morning: bool,
    pub sees_corrections: bool,
    pub sees_escalations: bool,
    pub sees_accounts: bool,
    pub sees_keys: bool,
    pub sees_health: bool,
    pub sees_runs: bool,
    /// Requests with news: answered or overdue.
    pub unread_corrections: u32,
    /// Escalations that wait for this officer.
    pub unread_escalations: u32,
    /// What was just done: “Đã ghi quyết định.” Empty: nothing to say.
    pub notice: String,
    /// Whom to call when the program does not work: name and telephone; may be empty.
    pub help: String,
    pub version: String,
}

/// A field that was filled in wrongly, for the summary on top of a form.
pub struct FormError {
    /// The `id` of the field.
    pub field: String,
    pub text: String,
}
