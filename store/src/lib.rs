//! Two stores, each for what it is good at.
//!
//! * The **ledger** ([`ledger`], SQL): runs, partitions, staged pages with their checkpoints,
//!   snapshot manifest, quarantine, findings. A page and its checkpoint commit in one transaction.
//! * The **snapshots** ([`snapshots`], Parquet): records, in buckets by a hash of the link key.
//!   A snapshot's files are complete and on disk before the ledger's one row says that it is the
//!   current one; they never change afterwards.

pub mod audit_chain;
pub mod error;
pub mod failpoint;
pub mod invariants;
pub mod ledger;
mod scope;
pub mod snapshots;
pub mod spill;
pub mod threads;

pub use error::StoreError;
pub use ledger::{Ledger, open_ledger};
pub use scope::Scope;
