//! How many retries a source may still be asked for: a bucket that starts full, pays for each
//! retry and is refilled by requests that went well at once.
//!
//! With a price of 2 and a gain of 1 the bucket holds its level at a third of failures, and a
//! source that fails half the time empties it: then the partition parks instead of hammering.

use schemas::{ErrorClass, SourceError};
use std::sync::atomic::{AtomicU32, Ordering};

const PRICE_OF_A_RETRY: u32 = 2;
const GAIN_OF_A_FIRST_TRY: u32 = 1;

#[derive(Debug)]
pub struct Budget {
    full: u32,
    tokens: AtomicU32,
}

impl Budget {
    /// A full bucket. A size below the price of a retry forbids retries.
    pub fn new(full: u32) -> Self {
        Self { full, tokens: AtomicU32::new(full) }
    }

    /// Pays for one retry, or says that there is nothing left.
    pub fn pay_for_a_retry(&self) -> Result<(), SourceError> {
        self.tokens
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tokens| tokens.checked_sub(PRICE_OF_A_RETRY))
            .map(|_| ())
            .map_err(|_| SourceError::new(ErrorClass::Exhausted, "budget_exhausted", "the retry budget is spent"))
    }

    /// A request that went well without a retry.
    pub fn reward(&self) {
        let _ = self.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tokens| {
            Some(tokens.saturating_add(GAIN_OF_A_FIRST_TRY).min(self.full))
        });
    }

    pub fn tokens(&self) -> u32 {
        self.tokens.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retry_costs_two_and_a_success_gives_one_back_but_never_above_full() {
        let budget = Budget::new(5);
        budget.reward();
        assert_eq!(budget.tokens(), 5);
        budget.pay_for_a_retry().expect("5 are enough");
        budget.reward();
        assert_eq!(budget.tokens(), 4);
    }

    #[test]
    fn an_empty_bucket_is_exhausted_and_a_success_helps_only_when_it_covers_the_price() {
        let budget = Budget::new(2);
        budget.pay_for_a_retry().expect("the last two");
        budget.reward();
        let error = budget.pay_for_a_retry().expect_err("one token is not enough");
        assert_eq!((error.class, error.code.as_str()), (ErrorClass::Exhausted, "budget_exhausted"));
        budget.reward();
        budget.pay_for_a_retry().expect("two again");
    }
}
