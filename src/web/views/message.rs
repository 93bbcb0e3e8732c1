//! One thing to say: signed out, link used up, and the like.

use super::Frame;

#[derive(askama::Template)]
#[template(path = "message.html")]
pub struct MessagePage {
    pub frame: Frame,
    pub heading: String,
    pub text: String,
    /// Where to go on; empty: nowhere.
    pub next_path: String,
    pub next_label: String,
}
