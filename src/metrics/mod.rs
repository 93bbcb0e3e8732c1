//! Figures for Prometheus, on a listener of their own: communes by their codes, never a person.
//!
//! They are made at each scrape from the board that the pages show, so that page and alarm cannot
//! say different things.

mod figures;
mod listener;

pub use figures::figures;
pub use listener::serve;
