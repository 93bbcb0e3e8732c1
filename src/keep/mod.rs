//! What lets nights go on without a person: backups that are proven, old data that goes in time,
//! and a disk that never fills up in the middle of a night.

mod advice;
pub mod backup;
pub mod retention;
pub mod room;
pub mod snapshots;

pub(crate) use advice::advice;
