//! Keys of machines that ask through the API.

use super::{Choice, FormError, Frame, OneTime};

/// `POST /keys/new` with `name`, `scopes` (several), `communes` (several), `expires_on`;
/// `POST /keys/{id}/revoke`.
#[derive(askama::Template)]
#[template(path = "keys.html")]
pub struct KeysPage {
    pub frame: Frame,
    pub rows: Vec<KeyRow>,
    pub one_time: OneTime,
    pub errors: Vec<FormError>,
    pub name: String,
    pub expires_on: String,
    pub scopes: Vec<Choice>,
    pub communes: Vec<Choice>,
}

pub struct KeyRow {
    pub id: String,
    pub name: String,
    /// Its beginning, by which a key is told from another: `dsk_7f3a…`.
    pub prefix: String,
    pub scopes: String,
    pub communes: String,
    pub expires: String,
    pub last_used: String,
    /// đang dùng, sắp hết hạn, đã hết hạn, đã thu hồi.
    pub state_words: String,
    pub may_revoke: bool,
}
