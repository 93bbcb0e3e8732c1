//! How many requests a source is asked at once: as many as it bears.
//!
//! Additive increase, multiplicative decrease. Starts at one; a round of successes (as many as are
//! allowed now) allows one more, up to the configured most; a failure halves what is allowed. The
//! failures of one round halve it once: they are one piece of news.

use super::stop::Stop;
use schemas::{ErrorClass, SourceError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit};

#[derive(Debug)]
pub struct Gate {
    places: Semaphore,
    most: u32,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    allowed: u32,
    /// Places to take away when they come back.
    owed: u32,
    successes: u32,
    /// Counts decreases: a request that began before the last one brings no news.
    round: u64,
}

/// The right to have one request under way. Dropped without a word it says nothing of the source.
#[derive(Debug)]
pub struct Place<'a> {
    gate: &'a Gate,
    permit: Option<SemaphorePermit<'a>>,
    round: u64,
}

impl Gate {
    pub fn new(most: u32) -> Self {
        let state = State { allowed: 1, owed: 0, successes: 0, round: 0 };
        Self { places: Semaphore::new(1), most: most.max(1), state: Mutex::new(state) }
    }

    pub async fn enter(&self, stop: &Stop) -> Result<Place<'_>, SourceError> {
        let permit = stop
            .guard(self.places.acquire())
            .await?
            .map_err(|_| SourceError::new(ErrorClass::Stopped, "stopped", "the source is closed"))?;
        Ok(Place { gate: self, permit: Some(permit), round: self.state().round })
    }

    /// Requests that may be under way now.
    pub fn allowed(&self) -> u32 {
        self.state().allowed
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place<'_> {
    /// The request is no longer under way; what it says of the source may be told later.
    pub fn leave(&mut self) {
        let Some(permit) = self.permit.take() else { return };
        let mut state = self.gate.state();
        if state.owed > 0 {
            state.owed -= 1;
            permit.forget();
        }
    }

    pub fn went_well(&self) {
        let mut state = self.gate.state();
        state.successes += 1;
        if state.allowed < self.gate.most && state.successes >= state.allowed {
            state.successes = 0;
            state.allowed += 1;
            if state.owed > 0 {
                state.owed -= 1;
            } else {
                self.gate.places.add_permits(1);
            }
        }
    }

    pub fn failed(&self) {
        let mut state = self.gate.state();
        if self.round != state.round {
            return;
        }
        state.round += 1;
        state.successes = 0;
        let less = state.allowed - (state.allowed / 2).max(1);
        state.allowed -= less;
        // Free places go at once, the others when they come back.
        let gone = self.gate.places.forget_permits(less as usize) as u32;
        state.owed += less - gone;
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    async fn succeed(gate: &Gate, stop: &Stop, times: u32) {
        for _ in 0..times {
            gate.enter(stop).await.expect("a place").went_well();
        }
    }

    #[tokio::test]
    async fn a_round_of_successes_allows_one_more_up_to_the_most() {
        let (gate, stop) = (Gate::new(4), Stop::default());
        for (successes, allowed) in [(0, 1), (1, 2), (2, 3), (3, 4), (50, 4)] {
            succeed(&gate, &stop, successes).await;
            assert_eq!(gate.allowed(), allowed);
        }
    }

    #[tokio::test]
    async fn the_failures_of_one_round_halve_it_once_and_never_below_one() {
        let (gate, stop) = (Gate::new(8), Stop::default());
        succeed(&gate, &stop, 28).await;
        assert_eq!(gate.allowed(), 8);
        let mut round = Vec::new();
        for _ in 0..8 {
            round.push(gate.enter(&stop).await.expect("a place"));
        }
        round.iter().for_each(Place::failed);
        assert_eq!(gate.allowed(), 4);
        drop(round);
        for allowed in [2, 1, 1] {
            gate.enter(&stop).await.expect("a place").failed();
            assert_eq!(gate.allowed(), allowed);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_left_takes_no_place_and_what_is_told_later_still_counts() {
        let (gate, stop) = (Gate::new(2), Stop::default());
        let mut left = gate.enter(&stop).await.expect("a place");
        left.leave();
        let under_way = gate.enter(&stop).await.expect("the place that was left");
        let waits = tokio::time::timeout(Duration::from_secs(60), gate.enter(&stop)).await;
        assert!(waits.is_err(), "one is under way, one is allowed");
        left.went_well();
        assert_eq!(gate.allowed(), 2);
        gate.enter(&stop).await.expect("one more is allowed").failed();
        drop((left, under_way));
        assert_eq!((gate.allowed(), gate.places.available_permits()), (1, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_are_under_way_than_are_allowed_after_a_decrease() {
        let (gate, stop) = (Gate::new(4), Stop::default());
        succeed(&gate, &stop, 6).await;
        let mut under_way = Vec::new();
        for _ in 0..4 {
            under_way.push(gate.enter(&stop).await.expect("a place"));
        }
        under_way[0].failed();
        assert_eq!(gate.allowed(), 2);
        under_way.truncate(2);
        let waits = tokio::time::timeout(Duration::from_secs(60), gate.enter(&stop)).await;
        assert!(waits.is_err(), "two are under way, two are allowed");
        under_way.truncate(1);
        gate.enter(&stop).await.expect("one left");
    }
}
