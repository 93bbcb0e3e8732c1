//! One citizen or one case, as the last night left them: what the sources say, what conflicts, and
//! whether the case may go on.
//!
//! The findings are those of the night: one set of functions decides, for the night and for one
//! question. Records and findings are read where the night left them, so that it works while the
//! interconnect is down; how old each answer is stands in it. Where sources are asked now, what they
//! say stands in the place of the night's answer and goes through the same functions. Every look is
//! in the audit log before anything is read. A commune sees its own people; whoever else there is
//! looks like nobody.

mod ahead;
mod card;
mod checked;
mod decided;
mod desk;
mod gather;
mod judge;
mod live;
mod look;
mod night;
pub mod one_person;
mod question;
mod readers;
mod telex;
mod visible;
pub mod wording;

pub use card::Card;
pub use checked::{
    Candidate, Checked, CheckedFinding, CorrectionShown, DecisionShown, Looked, ProcedureShown, Record, ScanNote, Thing,
};
pub use desk::Desk;
pub use live::{Live, LiveAnswer, LiveShown, LiveSources};
pub use look::{Asking, REASONS, look};
pub use night::{CaseJudge, CaseOf, row as case_row, word as conclusion_kept};
pub use question::{Question, procedure_code};
