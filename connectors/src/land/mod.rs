//! The land database: certificates of a commune, page by page, or of one owner.

pub mod certificate;
mod connector;
mod look_up;
pub mod owner;
pub mod parcel;
mod position;
mod search;

pub use connector::Land;
pub use look_up::{LandLookUp, OPERATION};
