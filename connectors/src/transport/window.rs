//! The hours in which a source may be asked by the nightly run, Vietnamese time.

use config::settings::Window;
use jiff::Timestamp;
use schemas::clock::VIETNAM;
use schemas::{ErrorClass, SourceError};

/// `window_closed` outside of the hours: the partition parks at its checkpoint.
pub fn check(window: Option<&Window>, now: Timestamp) -> Result<(), SourceError> {
    let Some(window) = window else { return Ok(()) };
    if window.is_open(VIETNAM.to_datetime(now).time()) {
        return Ok(());
    }
    let detail = format!("the source may be asked from {} to {} only", window.from, window.to);
    Err(SourceError::new(ErrorClass::Exhausted, "window_closed", detail))
}
