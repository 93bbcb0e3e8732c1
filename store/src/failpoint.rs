//! Named points at which a test can end the process, as a power cut would.
//!
//! `DOISOAT_FAILPOINT=name:n` aborts at the n-th time the point is reached: no destructor runs,
//! nothing is flushed. `DOISOAT_FAILPOINT_LOG=file` appends the name of each point that is reached, so
//! that a test knows how often a run comes by. Only in builds with debug assertions or with the
//! feature `failpoints`; what is shipped has no such points.

use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Every point there is, in the order of a night; then those of a backup and of putting it back.
pub const POINTS: &[&str] = &[
    "migrate.before",
    "migrate.after",
    "lease.taken",
    "run.created",
    "plan.inside",
    "page.before",
    "page.checkpoint_moved",
    "page.staged",
    "page.committed",
    "snapshot.begun",
    "snapshot.buckets_written",
    "snapshot.finished",
    "promote.inside",
    "promote.done",
    "findings.brought_in",
    "merge.inside",
    "merge.done",
    "findings.held",
    "answers.forgotten",
    "tidy.removed",
    "run.finished",
    "backup.ledger_copied",
    "backup.files_copied",
    "backup.sealed",
    "restore.staged",
    "restore.database_filled",
];

struct Armed {
    name: String,
    left: AtomicU32,
}

static ARMED: OnceLock<Option<Armed>> = OnceLock::new();
static LOG: OnceLock<Option<std::fs::File>> = OnceLock::new();

/// Reaches the point `name`.
pub fn hit(name: &str) {
    if !cfg!(any(debug_assertions, feature = "failpoints")) {
        return;
    }
    let log = LOG.get_or_init(|| {
        let file = std::env::var_os("DOISOAT_FAILPOINT_LOG")?;
        std::fs::OpenOptions::new().create(true).append(true).open(file).ok()
    });
    if let Some(mut log) = log.as_ref() {
        // One short write to a file opened for appending: lines of two threads do not mix.
        let _ = log.write_all(format!("{name}\n").as_bytes());
    }
    let armed = ARMED.get_or_init(|| {
        let text = std::env::var("DOISOAT_FAILPOINT").ok()?;
        let (name, count) = text.split_once(':')?;
        Some(Armed { name: name.to_owned(), left: AtomicU32::new(count.parse().ok()?) })
    });
    if let Some(armed) = armed
        && armed.name == name
        && armed.left.fetch_sub(1, Ordering::Relaxed) == 1
    {
        std::process::abort();
    }
}
