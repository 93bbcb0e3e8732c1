//! The land database: certificates of a commune, page by page.

pub mod certificate;
mod connector;
pub mod owner;
pub mod parcel;
mod position;

pub use connector::Land;
