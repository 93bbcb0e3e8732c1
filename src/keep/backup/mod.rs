//! Backups and putting them back.
//!
//! What is promised:
//!
//! * a backup is whole or it is not there: it is written under another name, synced, then renamed;
//! * it is of one instant, whatever a run or the pages do meanwhile: the ledger is copied by its
//!   database, and the snapshots are those that the copy names;
//! * every file is in the manifest with its size and SHA-256, the manifest has its own beside it;
//! * a restore looks at all of them before it touches anything, and puts all back or nothing;
//! * secrets are not in it: it lists which must be brought back by hand. It does hold the citizens'
//!   data and the key of the audit log, so its files are their owner's alone.
//!
//! Format 1: a folder `doisoat-<instant>/` with `manifest.json`, `manifest.json.sha256`,
//! `ledger.sqlite` or `ledger.pgdump`, `data/` (as in the data folder) and `settings/`.

mod copying;
mod dump;
mod home;
mod make;
mod manifest;
mod noted;
mod pg_tools;
mod restore;
mod settings_files;
mod verify;

pub use make::{Made, make};
pub use manifest::{FileEntry, LedgerKind, Manifest};
pub use restore::{Plan, Restored, plan, restore};
pub use verify::{Verified, verify};
