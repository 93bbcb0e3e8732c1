//! One connector for each kind of source, over one transport.
//!
//! What holds for all of them (`docs/CONNECTORS.md` has it in words):
//!
//! * a page is read whole or not at all; a record that cannot be read is kept as a reject;
//! * asking again for one cursor is safe and gives the same page as long as the source stands still;
//! * "could not ask" never turns into "not found";
//! * no personal value in a URL, a log line, a cursor or an error.

mod ask_now;
pub mod assemble;
pub mod audit;
mod check;
pub mod civil_status;
pub mod codes;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod connector;
mod cursor;
mod feed_cursor;
pub mod files;
pub mod land;
pub mod one_stop;
mod page;
pub mod population;
pub mod read;
pub mod sql;
#[cfg(test)]
mod testing;
pub mod transport;
pub mod viet_text;

pub use assemble::{BuildError, Dependencies, build, build_lookup};
pub use audit::{AuditFailed, AuditTrail, Closing, Opening};
pub use connector::{Capabilities, CaseCode, CheckReport, Connector, Lookup, PlanContext, Question, Statistics};
