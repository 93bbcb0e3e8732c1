//! How old the data of a source may be.

use jiff::SignedDuration;

/// A source's freshness budget, and how often it brings new data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Older than this is not on time.
    pub fresh: SignedDuration,
    /// From one delivery to the next.
    pub period: SignedDuration,
}

impl Budget {
    /// A budget holds one period and some slack: the whole days of it are the period, one at least.
    /// 36 hours: every day; 720 hours: every thirty days.
    pub fn of_hours(fresh_hours: u32) -> Self {
        let days = (fresh_hours / 24).max(1);
        Self {
            fresh: SignedDuration::from_hours(fresh_hours.into()),
            period: SignedDuration::from_hours(i64::from(days) * 24),
        }
    }

    /// A whole period was missed.
    pub fn late(&self) -> SignedDuration {
        (self.period * 2).max(self.fresh)
    }

    /// Two were.
    pub fn failed(&self) -> SignedDuration {
        (self.period * 3).max(self.fresh)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_of_a_day_and_a_half_is_a_source_of_every_night() {
        let nightly = Budget::of_hours(36);
        assert_eq!((nightly.period.as_hours(), nightly.late().as_hours(), nightly.failed().as_hours()), (24, 48, 72));
        let monthly = Budget::of_hours(720);
        assert_eq!((monthly.period.as_hours(), monthly.late().as_hours()), (720, 1440));
        assert_eq!(Budget::of_hours(6).period.as_hours(), 24, "nothing is pulled more than once a night");
    }
}
