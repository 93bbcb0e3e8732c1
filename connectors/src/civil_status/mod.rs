//! The electronic civil-status system: the register feed of each commune, and the state of linked
//! cases by lists of their codes.

mod connector;
pub mod events;
mod look_up;
pub mod person_part;
pub mod poll;
pub mod refusal;
pub mod register;
mod wire_fields;

pub use connector::CivilStatus;
pub use look_up::{CaseLookUp, OPERATION};
