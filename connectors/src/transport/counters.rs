//! What was sent and what became of it.

use crate::connector::Statistics;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts up only.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The counters behind [`Statistics`].
#[derive(Debug, Default)]
pub struct Counters {
    pub requests: Counter,
    pub retries: Counter,
    pub token_refreshes: Counter,
    pub found: Counter,
    pub not_found: Counter,
    pub not_confirmed: Counter,
    pub could_not_ask: Counter,
}

impl Counters {
    pub fn statistics(&self, breaker_openings: u64) -> Statistics {
        Statistics {
            requests: self.requests.get(),
            retries: self.retries.get(),
            token_refreshes: self.token_refreshes.get(),
            breaker_openings,
            found: self.found.get(),
            not_found: self.not_found.get(),
            not_confirmed: self.not_confirmed.get(),
            could_not_ask: self.could_not_ask.get(),
        }
    }
}
