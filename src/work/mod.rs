//! What people do about findings: decide, ask for a correction, hand up, tell the citizen.
//!
//! Promises: nothing here writes to a source; everything is noted in the audit log with who did it;
//! a decision can be undone until the request that rests on it was sent.

mod corrections;
mod decide;
mod escalate;
mod reasons;
mod sheet;
mod slip;
mod unit;
pub mod weekly;
mod working_days;

pub use corrections::{Move, draft, step};
pub use decide::{Deciding, decide, undo};
pub use escalate::{Escalating, answer, escalate, subject};
pub use reasons::{Reason, reason_text, reasons};
pub use sheet::sheet;
pub use slip::{Slip, SlipPlace, SlipPlaceName, SlipVerdict, Slips, qr_svg};
pub use unit::unit_of_work;
pub use working_days::{add_working_days, working_days_until};
