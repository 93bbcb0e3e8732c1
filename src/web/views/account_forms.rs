//! The forms before sign-in. A password that was typed is never sent back.

use super::{FormError, Frame};

/// `POST /login` with `account`, `password`.
#[derive(askama::Template)]
#[template(path = "login.html")]
pub struct LoginPage {
    pub frame: Frame,
    /// One and the same text for an unknown account and a wrong password; empty at first.
    pub error: String,
    pub account: String,
    /// OpenID Connect is configured: `GET /login/province` begins it.
    pub province_login: bool,
    /// What the button says: “Đăng nhập bằng tài khoản của tỉnh”.
    pub province_name: String,
}

/// By the one-time link of the first start: `POST /setup` with `token`, `name`, `account`,
/// `password`, `password_again`.
#[derive(askama::Template)]
#[template(path = "setup.html")]
pub struct SetupPage {
    pub frame: Frame,
    pub token: String,
    pub errors: Vec<FormError>,
    pub name: String,
    pub account: String,
    pub password_min: u32,
}

/// By the link of an invitation: `POST /invitation` with `token`, `password`, `password_again`.
#[derive(askama::Template)]
#[template(path = "set_password.html")]
pub struct SetPasswordPage {
    pub frame: Frame,
    pub token: String,
    pub errors: Vec<FormError>,
    /// The invited officer.
    pub name: String,
    pub account: String,
    pub password_min: u32,
    /// Until when the link holds.
    pub until: String,
}
