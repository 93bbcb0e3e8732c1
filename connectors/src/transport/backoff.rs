//! How long to wait before the next attempt: exponential, with full jitter, never above a ceiling.
//!
//! The module bears the name of the crate `backoff` and stands on `backon`: `backoff` is
//! unmaintained (RUSTSEC-2025-0012) and so is `instant` below it (RUSTSEC-2024-0384). See
//! `docs/adr/0001-backoff-on-backon.md`.
//!
//! The ceilings come from `backon`; the draw below each ceiling is ours, from a generator that the
//! caller seeds, because `backon` adds its jitter on top of the delay and draws it itself. The
//! caller keeps the loop: budget, breaker and Retry-After have a say between two delays.

use backon::{BackoffBuilder, ExponentialBuilder};
use rand::{Rng, RngExt};
use std::time::Duration;

/// Growth from one ceiling to the next.
const FACTOR: f32 = 2.0;

/// Checked once; afterwards a schedule that does not make sense cannot exist.
#[derive(Debug, Clone, Copy)]
pub struct Backoff {
    first: Duration,
    max: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BackoffError {
    #[error("the first delay must be above zero")]
    FirstIsZero,
    #[error("the largest delay must not be below the first")]
    MaxBelowFirst,
}

impl Backoff {
    pub fn new(first: Duration, max: Duration) -> Result<Self, BackoffError> {
        if first.is_zero() {
            return Err(BackoffError::FirstIsZero);
        }
        if max < first {
            return Err(BackoffError::MaxBelowFirst);
        }
        Ok(Self { first, max })
    }

    /// The ceilings, without end: `first`, twice as much, … up to `max`.
    pub fn ceilings(&self) -> impl Iterator<Item = Duration> + Send + use<> {
        let max = self.max;
        ExponentialBuilder::new()
            .with_factor(FACTOR)
            .with_min_delay(self.first)
            .with_max_delay(max)
            .without_max_times()
            .build()
            .map(move |ceiling| ceiling.min(max))
    }
}

/// Full jitter: anything from nothing to the ceiling, alike. Spreads callers that failed together.
pub fn jittered(ceiling: Duration, random: &mut impl Rng) -> Duration {
    let ceiling_us = u64::try_from(ceiling.as_micros()).unwrap_or(u64::MAX);
    Duration::from_micros(random.random_range(0..=ceiling_us))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    fn schedule() -> Backoff {
        Backoff::new(Duration::from_millis(500), Duration::from_secs(60)).expect("valid")
    }

    #[test]
    fn ceilings_double_until_they_reach_the_largest_and_stay_there() {
        let seconds: Vec<f32> = schedule().ceilings().take(10).map(|c| c.as_secs_f32()).collect();
        assert_eq!(seconds, [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]);
    }

    #[test]
    fn one_seed_gives_one_schedule_and_no_delay_passes_its_ceiling() {
        let draw = |seed| -> Vec<Duration> {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            schedule().ceilings().take(20).map(|c| jittered(c, &mut random)).collect()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        assert!(draw(9).iter().zip(schedule().ceilings()).all(|(delay, ceiling)| *delay <= ceiling));
    }

    #[test]
    fn jitter_reaches_low_and_high_below_its_ceiling() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let ceiling = Duration::from_secs(1);
        let draws: Vec<Duration> = (0..200).map(|_| jittered(ceiling, &mut random)).collect();
        assert!(draws.iter().any(|d| *d < ceiling / 10) && draws.iter().any(|d| *d > ceiling * 9 / 10));
    }

    #[test]
    fn parameters_that_make_no_sense_are_refused() {
        let second = Duration::from_secs(1);
        assert_eq!(Backoff::new(Duration::ZERO, second).map(|_| ()), Err(BackoffError::FirstIsZero));
        assert_eq!(Backoff::new(second, second / 2).map(|_| ()), Err(BackoffError::MaxBelowFirst));
    }
}
