//! Who is told what, when: incidents from the board and from asking sources whether they are there,
//! notifications by mail and webhook, written down before they are sent.
//!
//! The rules (parent and children, so many of so many, one an hour) are those of the room `health`.

mod incidents;
mod mail;
mod post;
mod probe;
mod signals;
mod watchman;
mod webhook;
mod wording;

pub use incidents::Incidents;
pub use post::Post;
pub use probe::Probes;
pub use watchman::Watchman;
pub use wording::{Notices, headline};
