//! The nightly run: pull, promote, reconcile, report.
//!
//! What it promises:
//!
//! * it can be killed at any moment and resumed, and ends with the same findings;
//! * a source that fails never stops the others, and never costs the last good snapshot;
//! * its report says what was read and how old it is; a run that read nothing is not complete.

mod aside;
mod beats;
mod begin;
mod buckets;
mod check;
mod files;
mod forget;
mod heartbeat;
mod incidents;
mod inputs;
mod links;
mod lock;
mod lookup;
mod morning;
mod packed;
mod plan;
pub mod progress;
pub mod quality;
mod questions;
mod reconcile_stage;
mod replay;
mod report;
mod run;
mod stages;
mod stop;
mod strays;
mod summary;
mod survey_stage;
mod words;

pub use beats::PROVINCE;
pub use check::check_sources;
pub use incidents::{Incident, Scope};
pub use packed::PackedFindings;
pub use plan::SourceTask;
pub use reconcile_stage::{Reconciled, reconcile};
pub use replay::{Replayed, replay};
pub use report::{FileCounts, LinkCounts, Report, SourceQuality, SourceReport};
pub use run::{RunOptions, run};
pub use stages::peak_memory_mib;
pub use words::{run_status, source_status};
