//! The pure core: from what the sources say to findings.
//!
//! Promises: no clock, no randomness, no I/O, no async; the same rows in any order give the same
//! bytes (design invariant 8). Records of one person are joined by number (through cancelled
//! numbers and CMNDs), compared in levels with the reference, and rules make findings of it.
//!
//! A run is three passes over the same rows, see [`engine`]: survey, [`evaluate_counted`] per bucket,
//! [`global_counted`].

pub mod compare;
pub mod engine;
pub mod explain;
mod hashed;
pub mod invariants;
pub mod linkage;
pub mod lookup;
pub mod normal;
pub mod quality;
pub mod stale_rates;
pub mod tables;
pub mod units;
pub mod verdict;

pub use engine::{
    Context, Counted, Decided, Decisions, Found, Gathered, Index, LinkStep, LinkedRow, Links, OfficerDecision,
    OldNumbers, OldNumbersAsked, PairShown, PeopleSeen, Placement, RecordRef, Row, SealedSurvey, Search, Settled,
    Shared, SourceCount, SourceInfo, Survey, Tally, View, canonical_export, evaluate_counted, evaluate_rows,
    findings_digest, global_counted, merged,
};
pub use units::{Catalogue, Former, Resolution};
