//! The national population database: a change feed, or one citizen at a time.

pub mod feed;
pub mod look_up;
pub mod person;
pub mod soap;

pub use feed::PopulationFeed;
pub use look_up::PopulationLookUp;
