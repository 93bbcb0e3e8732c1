//! Time is an argument: whoever needs "now" is handed a [`Clock`], so that every test can be
//! replayed and the sandbox can live in its own night.

use jiff::{Timestamp, civil};

/// Vietnam keeps +07:00 all year.
pub const VIETNAM: jiff::tz::Offset = jiff::tz::offset(7);

pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// The Vietnamese calendar day of an instant.
pub fn vietnam_date(at: Timestamp) -> civil::Date {
    VIETNAM.to_datetime(at).date()
}

/// The operating system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that reads `start` when it is made and then runs at the machine's monotonic pace.
#[derive(Debug, Clone, Copy)]
pub struct AnchoredClock {
    start: Timestamp,
    made: std::time::Instant,
}

impl AnchoredClock {
    pub fn new(start: Timestamp) -> Self {
        Self { start, made: std::time::Instant::now() }
    }
}

impl Clock for AnchoredClock {
    fn now(&self) -> Timestamp {
        let elapsed = jiff::SignedDuration::try_from(self.made.elapsed()).unwrap_or_default();
        self.start.saturating_add(elapsed).unwrap_or(self.start)
    }
}

/// A clock that stands still: for tests.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}
