//! The slip that the citizen takes home: A5, black and white.

use super::Frame;

#[derive(askama::Template)]
#[template(path = "slip.html")]
pub struct SlipPage {
    pub frame: Frame,
    /// The language of the body, as HTML has it: `vi`, `en`, `hmn`, …
    pub body_language: String,
    /// HTML, drawn from `config/slips/` with escaping on.
    pub body: String,
    /// Other languages in which the province has a slip.
    pub languages: Vec<super::FilterLink>,
    /// Back to the verdict.
    pub path: String,
}
