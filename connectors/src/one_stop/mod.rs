//! One-stop centres: cases by commune, in the order of their last change.

mod connector;
pub mod dossier;
mod window;

pub use connector::OneStop;
