//! Joins connectors and store: pulls partitions page by page into the ledger's stage, and promotes
//! what is whole to a snapshot.

mod deliveries;
mod promote;
mod pull;

pub use promote::{KeptPartition, Making, Options, Outcome, promote};
pub use pull::{Pull, PullEvents, Said, pull_partition, pull_partitions};
