//! Probabilistic linkage after Fellegi and Sunter, for any two tables or one with itself.
//!
//! Fields are compared in levels. How often a level occurs among true pairs (m) is learned by
//! expectation maximisation, how often by chance (u) from the tables themselves; agreement on a
//! rare value weighs more than on a common one. A missing value is no evidence.
//!
//! The same tables, specification and seed give the same model and the same pairs, to the bit,
//! on any number of threads.

mod blocking;
mod blocks;
mod bound;
mod candidates;
mod column;
mod compare;
mod contest;
mod date;
mod decide;
mod dictionary;
mod explain;
mod field;
mod forms;
mod glance;
mod groups;
mod learn;
mod model;
mod near;
pub(crate) mod parallel;
pub mod person_name;
mod rows;
mod run;
mod says;
mod score;
mod seen;
mod similar;
mod text;

pub use blocking::{Candidates, candidates};
pub use column::{Column, Texts};
pub use decide::{Decided, Decision, decide, groups};
pub use explain::{Contribution, Explainer};
pub use field::Fields;
pub use learn::learn;
pub use model::{Model, ModelError};
pub use run::{Linked, link};
pub use score::{Scored, score};
