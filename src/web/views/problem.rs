//! Something went wrong: code, cause, next step.

use super::Frame;

#[derive(askama::Template)]
#[template(path = "problem.html")]
pub struct ProblemPage {
    pub frame: Frame,
    /// What could not be done, in one sentence.
    pub heading: String,
    pub code: String,
    /// Without personal values.
    pub cause: String,
    pub next_step: String,
    /// By which IT finds it in the log.
    pub correlation_id: String,
    /// Where to go on.
    pub next_path: String,
    pub next_label: String,
}
