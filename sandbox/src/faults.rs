//! Faults on demand: what the interconnect does on a bad night.
//!
//! Promises: whether a request fails depends on the seed, the request and how often it was made
//! before, on nothing else, so that a run can be replayed; and no request fails more than
//! [`MOST_FAILURES`] times, so that everything is served in the end.

use crate::dice::mix;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// 503 without a body that means anything.
    Unavailable503,
    /// 429 with `Retry-After`, mostly 0 seconds.
    RetryAfter429,
    /// The connection breaks before the body.
    Reset,
    /// The body breaks in the middle of its declared length.
    Truncated,
    /// The body stalls in the middle, then goes on.
    SlowBody,
    /// HTTP 200 with an error in the body.
    ErrorIn200,
    /// The server has forgotten its tokens.
    Unauthorized401,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Faults {
    /// Share of requests that fail, 0 to 1.
    pub rate: f64,
    pub kinds: Vec<FaultKind>,
    pub seed: u64,
    /// How long a stalling body stalls.
    pub stall_ms: u64,
}

impl Faults {
    pub fn none() -> Self {
        Self { rate: 0.0, kinds: Vec::new(), seed: 0, stall_ms: 0 }
    }

    /// Every kind but the stalling body, which costs a time-out each.
    pub fn all(rate: f64, seed: u64) -> Self {
        use FaultKind::*;
        let kinds = vec![Unavailable503, RetryAfter429, Reset, Truncated, ErrorIn200, Unauthorized401];
        Self { rate, kinds, seed, stall_ms: 3_000 }
    }
}

/// After so many failures a request is served.
pub const MOST_FAILURES: u32 = 4;

/// Remembers how often each request was made.
pub struct FaultPlan {
    faults: Faults,
    attempts: Mutex<HashMap<u64, u32>>,
}

impl FaultPlan {
    pub fn new(faults: Faults) -> Self {
        Self { faults, attempts: Mutex::new(HashMap::new()) }
    }

    pub fn stall_ms(&self) -> u64 {
        self.faults.stall_ms
    }

    /// What befalls this attempt at the request. `request` is without tokens and request numbers.
    pub fn decide(&self, request: &str) -> Option<FaultKind> {
        if self.faults.rate <= 0.0 || self.faults.kinds.is_empty() {
            return None;
        }
        let key = request.bytes().fold(self.faults.seed, |hash, byte| mix(hash, u64::from(byte)));
        let attempt = {
            let mut attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
            let count = attempts.entry(key).or_default();
            *count += 1;
            *count
        };
        let roll = mix(key, u64::from(attempt));
        let share = (roll >> 11) as f64 / (1u64 << 53) as f64;
        let fails = attempt <= MOST_FAILURES && share < self.faults.rate;
        fails.then(|| self.faults.kinds[(mix(roll, 1) % self.faults.kinds.len() as u64) as usize])
    }

    /// Seconds that a throttled client is told to wait.
    pub fn retry_after_s(&self, request: &str) -> u64 {
        u64::from(mix(self.faults.seed, request.len() as u64).is_multiple_of(16))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn night(seed: u64) -> Vec<Option<FaultKind>> {
        let plan = FaultPlan::new(Faults::all(0.3, seed));
        (0..600).map(|n| plan.decide(&format!("GET /page={}", n % 100))).collect()
    }

    #[test]
    fn a_night_can_be_replayed_and_another_seed_is_another_night() {
        assert_eq!(night(1), night(1));
        assert_ne!(night(1), night(2));
    }

    #[test]
    fn every_kind_befalls_somebody_and_everything_is_served_in_the_end() {
        let all = night(1);
        for kind in Faults::all(0.3, 1).kinds {
            assert!(all.contains(&Some(kind)), "{kind:?}");
        }
        let plan = FaultPlan::new(Faults::all(1.0, 1));
        let failures = (0..20).filter(|_| plan.decide("GET /x").is_some()).count();
        assert_eq!(failures, MOST_FAILURES as usize);
    }

    #[test]
    fn without_faults_nothing_fails() {
        let plan = FaultPlan::new(Faults::none());
        assert!((0..100).all(|n| plan.decide(&n.to_string()).is_none()));
    }
}
