//! The role of an account, and what it sees.

use super::{Choice, FormError, Frame};

/// `POST /accounts/{id}/role` with `role`, `communes` (several).
#[derive(askama::Template)]
#[template(path = "account_role.html")]
pub struct AccountRolePage {
    pub frame: Frame,
    pub id: String,
    pub name: String,
    pub account: String,
    pub errors: Vec<FormError>,
    pub roles: Vec<Choice>,
    pub communes: Vec<Choice>,
}
