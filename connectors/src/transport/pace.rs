//! How fast and how much in one night a source is asked.

use super::stop::Stop;
use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use schemas::{ErrorClass, SourceError};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// The rate limiter on tokio's clock, so that a paused clock in a test pauses it too.
#[derive(Debug, Clone)]
struct TokioClock {
    made: Instant,
}

impl GovernorClock for TokioClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.made.elapsed()
    }
}

pub struct Pace {
    rate: RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<Duration>>,
    clock: TokioClock,
    /// `u64::MAX`: unlimited.
    left_tonight: AtomicU64,
}

impl Pace {
    /// `nightly_quota` 0 is unlimited; `used_tonight` counts what earlier attempts of this night sent.
    pub fn new(requests_per_second: u32, concurrency: u32, nightly_quota: u64, used_tonight: u64) -> Self {
        let clock = TokioClock { made: Instant::now() };
        let per_second = NonZeroU32::new(requests_per_second).unwrap_or(NonZeroU32::MIN);
        let burst = NonZeroU32::new(concurrency).unwrap_or(NonZeroU32::MIN).min(per_second);
        Self {
            rate: RateLimiter::direct_with_clock(Quota::per_second(per_second).allow_burst(burst), clock.clone()),
            clock,
            left_tonight: AtomicU64::new(match nightly_quota {
                0 => u64::MAX,
                quota => quota.saturating_sub(used_tonight),
            }),
        }
    }

    /// Takes one request off the night's quota and waits for its turn.
    pub async fn turn(&self, stop: &Stop) -> Result<(), SourceError> {
        self.take_from_quota()?;
        while let Err(not_yet) = self.rate.check() {
            stop.sleep(not_yet.wait_time_from(self.clock.now())).await?;
        }
        Ok(())
    }

    pub fn quota_is_spent(&self) -> bool {
        self.left_tonight.load(Ordering::Relaxed) == 0
    }

    fn take_from_quota(&self) -> Result<(), SourceError> {
        self.left_tonight
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| match left {
                u64::MAX => Some(left),
                left => left.checked_sub(1),
            })
            .map(|_| ())
            .map_err(|_| SourceError::new(ErrorClass::Exhausted, "quota_exhausted", "the quota of this night is spent"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn requests_keep_to_the_rate() {
        let (pace, stop) = (Pace::new(10, 1, 0, 0), Stop::default());
        let before = Instant::now();
        for _ in 0..31 {
            pace.turn(&stop).await.expect("a turn");
        }
        let elapsed = before.elapsed();
        assert!((Duration::from_millis(2_900)..Duration::from_millis(3_200)).contains(&elapsed), "{elapsed:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_spent_quota_is_exhausted_without_a_wait() {
        let (pace, stop) = (Pace::new(1, 1, 5, 3), Stop::default());
        for _ in 0..2 {
            pace.turn(&stop).await.expect("within the quota");
        }
        let before = Instant::now();
        let error = pace.turn(&stop).await.expect_err("spent");
        assert_eq!((error.class, error.code.as_str()), (ErrorClass::Exhausted, "quota_exhausted"));
        assert!(pace.quota_is_spent() && before.elapsed().is_zero());
    }
}
