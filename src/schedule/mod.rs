//! Nights without a person: when one is due, what is made up for, and the process that runs it.
//!
//! A night is a process of its own: whatever happens to it, the pages go on, and its memory is given
//! back. That two never overlap is the lease's doing (`nightly/begin.rs`), not this room's.

mod due;
mod keeper;
mod runner;
mod timetable;
mod zoned;

pub use due::{Due, LastRun, due};
pub use keeper::{Keeper, Tasks};
pub use runner::{LogEntry, Runner};
pub use timetable::Timetable;
