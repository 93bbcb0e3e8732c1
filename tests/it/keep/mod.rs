//! Nights without a person: backups that come back, old data that goes, a disk that does not fill up.

mod backup;
mod killed;
mod place;
mod refused;
mod retention;
mod room;
mod units;
mod while_running;
