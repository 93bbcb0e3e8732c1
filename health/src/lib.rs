//! Who can work today: from what the nights brought to states, incidents and what is told to whom.
//!
//! Promises: no clock, no input or output; the same nights at the same instant give the same states
//! and the same notifications. The states and their rules stand here and nowhere else: page, API,
//! command line and metrics call these functions.
//!
//! The age of good data decides, not the colour of the last run: a night that read nothing is not
//! green, and a commune is *verified through* a night only where every source that counts had
//! brought complete data up to it.

mod beat;
mod blame;
mod budget;
mod commune;
mod incident;
mod maintenance;
mod notice;
mod state;
mod tracker;
mod verified;

pub use beat::{Beat, Outcome, of_datasets, strip};
pub use blame::{Blame, Trouble, trouble};
pub use budget::Budget;
pub use commune::{Counts, SourceHealth, counts, worst};
pub use incident::{Incident, Scope};
pub use maintenance::{Maintenance, Window};
pub use notice::{Notice, NoticeKind};
pub use state::{Activity, Judged, Situation, State, judge};
pub use tracker::{Network, Policy, Signal, Tracker};
pub use verified::{Nights, unbroken_since, verified_through};
