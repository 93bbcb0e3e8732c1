//! Leaves a source alone that fails again and again.
//!
//! Three states: *closed* (everybody may ask), *open* (nobody, for a pause), *probing* (one asks,
//! all others wait for the outcome). So many failures in a row open it; a probe that goes well
//! closes it; a probe that fails starts the next pause. After the allowed number of failed probes
//! whoever wants in is told that the source is exhausted for now, except for one probe each pause.

use super::stop::Stop;
use config::settings::Breaker as Limits;
use schemas::{ErrorClass, SourceError};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant, failed_probes: u32 },
    Probing { failed_probes: u32 },
}

#[derive(Debug)]
pub struct Breaker {
    failures: u32,
    pause: Duration,
    probes: u32,
    state: Mutex<Inner>,
    changed: watch::Sender<()>,
}

#[derive(Debug)]
struct Inner {
    state: State,
    openings: u64,
}

/// The right to ask once. Dropped without a verdict it proves nothing about the source.
#[derive(Debug)]
pub struct Pass<'a> {
    breaker: &'a Breaker,
    pub is_probe: bool,
    settled: bool,
}

enum Entry {
    In { is_probe: bool },
    WaitUntil(Instant),
    WaitForProbe,
    Spent,
}

impl Breaker {
    pub fn new(limits: &Limits) -> Self {
        Self {
            failures: limits.failures.max(1),
            pause: Duration::from_millis(limits.pause_ms),
            probes: limits.probes.max(1),
            state: Mutex::new(Inner { state: State::Closed { failures: 0 }, openings: 0 }),
            changed: watch::Sender::new(()),
        }
    }

    /// Waits until one may ask; `breaker_open` when the probes are spent.
    pub async fn enter(&self, stop: &Stop) -> Result<Pass<'_>, SourceError> {
        loop {
            let mut changed = self.changed.subscribe();
            let until = match self.try_enter() {
                Entry::In { is_probe } => return Ok(Pass { breaker: self, is_probe, settled: false }),
                Entry::Spent => {
                    let detail = format!("the source failed {} probes in a row", self.probes);
                    return Err(SourceError::new(ErrorClass::Exhausted, "breaker_open", detail));
                }
                Entry::WaitUntil(until) => Some(until),
                Entry::WaitForProbe => None,
            };
            let pause_or_change = async {
                match until {
                    Some(until) => tokio::select! {
                        () = tokio::time::sleep_until(until) => {}
                        _ = changed.changed() => {}
                    },
                    None => {
                        let _ = changed.changed().await;
                    }
                }
            };
            stop.guard(pause_or_change).await?;
        }
    }

    pub fn openings(&self) -> u64 {
        self.with(|inner| inner.openings)
    }

    fn try_enter(&self) -> Entry {
        let now = Instant::now();
        self.with(|inner| match inner.state {
            State::Closed { .. } => Entry::In { is_probe: false },
            State::Open { until, failed_probes } if until <= now => {
                inner.state = State::Probing { failed_probes };
                Entry::In { is_probe: true }
            }
            State::Open { failed_probes, .. } if failed_probes >= self.probes => Entry::Spent,
            State::Open { until, .. } => Entry::WaitUntil(until),
            State::Probing { .. } => Entry::WaitForProbe,
        })
    }

    fn with<T>(&self, action: impl FnOnce(&mut Inner) -> T) -> T {
        action(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn settle(&self, is_probe: bool, went_well: bool) {
        let next_pause = Instant::now() + self.pause;
        let changed = self.with(|inner| {
            let before = inner.state;
            inner.state = match (inner.state, is_probe, went_well) {
                (State::Probing { .. }, true, true) => State::Closed { failures: 0 },
                (State::Probing { failed_probes }, true, false) => {
                    State::Open { until: next_pause, failed_probes: failed_probes.saturating_add(1) }
                }
                (State::Closed { .. }, _, true) => State::Closed { failures: 0 },
                (State::Closed { failures }, _, false) if failures + 1 >= self.failures => {
                    inner.openings += 1;
                    State::Open { until: next_pause, failed_probes: 0 }
                }
                (State::Closed { failures }, _, false) => State::Closed { failures: failures + 1 },
                // A request from before the opening came back late: the probe decides, not it.
                (state, ..) => state,
            };
            before != inner.state
        });
        if changed {
            self.changed.send_replace(());
        }
    }
}

impl Pass<'_> {
    /// The source answered as a living source does, even if it refused.
    pub fn went_well(mut self) {
        self.settled = true;
        self.breaker.settle(self.is_probe, true);
    }

    pub fn failed(mut self) {
        self.settled = true;
        self.breaker.settle(self.is_probe, false);
    }
}

impl Drop for Pass<'_> {
    /// A probe that was never sent (stopped, out of quota) leaves its turn to the next one.
    fn drop(&mut self) {
        if self.is_probe && !self.settled {
            self.breaker.with(|inner| {
                if let State::Probing { failed_probes } = inner.state {
                    inner.state = State::Open { until: Instant::now(), failed_probes };
                }
            });
            self.breaker.changed.send_replace(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(15);

    fn breaker(failures: u32, probes: u32) -> Breaker {
        Breaker::new(&Limits { failures, pause_ms: 15_000, probes })
    }

    async fn fail(breaker: &Breaker, stop: &Stop) -> Result<bool, SourceError> {
        let pass = breaker.enter(stop).await?;
        let is_probe = pass.is_probe;
        pass.failed();
        Ok(is_probe)
    }

    #[tokio::test(start_paused = true)]
    async fn failures_in_a_row_open_it_and_one_good_probe_closes_it() {
        let (breaker, stop) = (breaker(3, 5), Stop::default());
        for _ in 0..2 {
            fail(&breaker, &stop).await.expect("closed");
        }
        breaker.enter(&stop).await.expect("closed").went_well();
        for _ in 0..3 {
            assert!(!fail(&breaker, &stop).await.expect("the count began anew"));
        }
        assert_eq!(breaker.openings(), 1);

        let before = Instant::now();
        let probe = breaker.enter(&stop).await.expect("after the pause");
        assert!(probe.is_probe && before.elapsed() >= PAUSE);
        probe.went_well();
        assert!(!breaker.enter(&stop).await.expect("closed again").is_probe);
    }

    #[tokio::test(start_paused = true)]
    async fn while_one_probes_all_others_wait_for_the_outcome() {
        let (breaker, stop) = (breaker(1, 5), Stop::default());
        fail(&breaker, &stop).await.expect("opens");
        let probe = breaker.enter(&stop).await.expect("the probe");
        let second = tokio::time::timeout(Duration::from_secs(3_600), breaker.enter(&stop)).await;
        assert!(second.is_err(), "a second one came in beside the probe");
        probe.went_well();
        assert!(!breaker.enter(&stop).await.expect("closed").is_probe);
    }

    #[tokio::test(start_paused = true)]
    async fn so_many_failed_probes_exhaust_the_source_and_then_one_probe_a_pause_remains() {
        let (breaker, stop) = (breaker(1, 3), Stop::default());
        fail(&breaker, &stop).await.expect("opens");
        let before = Instant::now();
        for _ in 0..3 {
            assert!(fail(&breaker, &stop).await.expect("a probe"));
        }
        assert!(before.elapsed() >= PAUSE * 3, "probes came faster than one a pause");
        let error = fail(&breaker, &stop).await.expect_err("spent");
        assert_eq!((error.class, error.code.as_str()), (ErrorClass::Exhausted, "breaker_open"));

        tokio::time::advance(PAUSE).await;
        breaker.enter(&stop).await.expect("one more probe").went_well();
        assert!(!breaker.enter(&stop).await.expect("closed").is_probe);
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_that_was_never_sent_leaves_its_turn_to_the_next() {
        let (breaker, stop) = (breaker(1, 3), Stop::default());
        fail(&breaker, &stop).await.expect("opens");
        drop(breaker.enter(&stop).await.expect("the probe"));
        let before = Instant::now();
        assert!(breaker.enter(&stop).await.expect("at once").is_probe);
        assert!(before.elapsed() < PAUSE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_ends_the_wait_at_an_open_breaker() {
        let (breaker, stop) = (breaker(1, 3), Stop::default());
        fail(&breaker, &stop).await.expect("opens");
        let (entered, ()) = tokio::join!(breaker.enter(&stop), async { stop.request() });
        assert_eq!(entered.expect_err("stopped").class, ErrorClass::Stopped);
    }
}
