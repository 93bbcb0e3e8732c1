//! One citizen or one case, as the last night left them: what the sources say, what conflicts, and
//! whether the case may go on.
//!
//! The findings are those of the night: one set of functions decides, for the night and for one
//! question. Records and findings are read where the night left them, so that it works while the
//! interconnect is down; how old each answer is stands in it. Every look is in the audit log
//! before anything is read.

mod gather;
mod look;
mod question;

pub use look::{Candidate, Checked, CheckedFinding, Looked, ProcedureShown, Record, Thing, look};
pub use question::Question;
