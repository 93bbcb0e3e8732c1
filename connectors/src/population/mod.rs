//! The national population database: a change feed, or one citizen at a time.

pub mod citizens;
pub mod feed;
pub mod look_up;
pub mod person;
pub mod question;
pub mod service;
pub mod verification;
pub mod wrapper;

pub use feed::PopulationFeed;
pub use look_up::PopulationLookUp;
