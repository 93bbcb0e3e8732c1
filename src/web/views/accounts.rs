//! Accounts, for IT.

use super::{Choice, FormError, Frame};

/// `POST /accounts/invite` with `name`, `account`, `role`, `communes` (several);
/// `POST /accounts/{id}/` + `disable`, `enable`, `unlock`, `invite`; `role` is a page of its own.
#[derive(askama::Template)]
#[template(path = "accounts.html")]
pub struct AccountsPage {
    pub frame: Frame,
    pub sentence: String,
    pub rows: Vec<AccountRow>,
    pub one_time: OneTime,
    pub errors: Vec<FormError>,
    pub name: String,
    pub account: String,
    pub roles: Vec<Choice>,
    /// The whole province is a choice of its own, never what an empty list means.
    pub communes: Vec<Choice>,
}

pub struct AccountRow {
    pub id: String,
    pub name: String,
    pub account: String,
    pub role: String,
    pub communes: String,
    /// đang dùng, chờ nhận lời mời, bị khóa tạm, đã vô hiệu.
    pub state_words: String,
    pub last_seen: String,
    pub may_disable: bool,
    pub may_enable: bool,
    pub may_unlock: bool,
    pub may_invite_again: bool,
    pub may_change_role: bool,
}

/// A link or key that is shown this once.
pub struct OneTime {
    pub shown: bool,
    /// Whose, or what for.
    pub about: String,
    pub value: String,
    /// Until when it holds.
    pub until: String,
}
