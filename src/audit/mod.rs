//! The audit log as the program keeps it: its key, its head, and the trail of look-ups.

mod files;
mod trail;
mod verify;

pub use files::AuditFiles;
pub use trail::LedgerTrail;
pub use verify::{Verified, verify};
