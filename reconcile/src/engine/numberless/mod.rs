//! Rows without a usable number, and the people of the population they may speak of.
//!
//! Promises: memory grows with these rows, not with the province; the same snapshots and decisions
//! give the same links, model and doubts to the byte, in whatever order the rows come; one row is
//! of one person or of none; what is in doubt changes no finding.
//!
//! The survey's second pass gathers the rows ([`Pending`]); a third pass over the population picks
//! the candidates of their blocking keys and compares them ([`Search`]); weights are learned from the
//! levels and from pairs by chance, and each row is settled; the people of the pairs that are told are
//! seen when the buckets are evaluated ([`Settled`]). Rows that are left over may be of one
//! person that the population does not have ([`groups`]).

mod blocks;
mod candidates;
mod compare;
mod crowd;
mod digest;
mod found;
mod frequencies;
mod groups;
mod keys;
mod learn;
mod outcome;
mod pairs;
mod patterns;
mod search;
mod settle;
mod settled;
mod side;
mod values;

pub use found::Found;
pub use outcome::{Decided, Decisions, LinkStep, LinkedRow, Links, OfficerDecision, PairShown, RecordRef, SourceCount};
pub use search::Search;
pub use settled::{PeopleSeen, Settled};

pub(super) use values::{Pending, Shared};

/// Numbers from here on are no person's: they name a group of rows.
pub(super) const GROUPS: u64 = 1_000_000_000_000;
/// Probability from which the best candidate of a row is its person, if [`compare::is_enough`].
const LINK: f64 = 0.999;
/// Probability from which a pair goes to people.
const DOUBT: f64 = 0.05;
/// More candidates of one row by one rule than this, and the rule says nothing about the row.
const LARGEST_BLOCK: usize = 200;
/// People of whom pairs by chance are made.
const SAMPLE: usize = 512;
/// Doubtful pairs of one row that are shown.
const MOST_DOUBTS: usize = 5;
