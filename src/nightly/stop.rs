//! Why a run stops at its checkpoints: the first reason counts.

use crate::problem::Problem;
use std::sync::OnceLock;

#[derive(Default)]
pub(super) struct Stop(OnceLock<(String, String)>);

impl Stop {
    /// Whether this is the first reason.
    pub(super) fn ask(&self, why: Problem) -> bool {
        self.0.set((why.code, why.cause)).is_ok()
    }

    /// The reason, as what ends the run.
    pub(super) fn check(&self) -> Result<(), Problem> {
        match self.0.get() {
            Some((code, cause)) => {
                Err(Problem::failed(code.clone(), format!("{cause}; the run stands at its checkpoints")))
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_reason_counts() {
        let stop = Stop::default();
        assert!(stop.check().is_ok());
        assert!(stop.ask(Problem::failed("DISK_SPACE", "5 MiB are free")));
        assert!(!stop.ask(Problem::failed("STOPPED", "somebody asked")));
        let problem = stop.check().expect_err("stopped");
        assert_eq!(problem.to_string(), "[DISK_SPACE] 5 MiB are free; the run stands at its checkpoints");
    }
}
