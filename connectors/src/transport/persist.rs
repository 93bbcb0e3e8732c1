//! The loop for sources that are not asked over HTTP: any attempt, made again until it succeeds or
//! there is a reason to give up.
//!
//! The same bounds as [`super::ask`]: attempts of one question, the retry budget, the breaker, the
//! pace and the nightly quota; a stop ends every wait. There is no token to renew here, so a
//! refused account is final at once.

use super::ask::TransportError;
use super::backoff::{Backoff, jittered};
use super::breaker::Breaker;
use super::budget::Budget;
use super::counters::Counters;
use super::gate::Gate;
use super::pace::Pace;
use super::retry_after::LONGEST;
use super::stop::Stop;
use super::window;
use crate::connector::Statistics;
use config::SourceSettings;
use config::settings::Window;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use schemas::{Clock, ErrorClass, SourceError, SourceId};
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub struct Persistence {
    source: SourceId,
    random: Mutex<ChaCha8Rng>,
    backoff: Backoff,
    attempts: u32,
    budget: Budget,
    breaker: Breaker,
    clock: Arc<dyn Clock>,
    gate: Gate,
    pace: Pace,
    window: Option<Window>,
    stop: Stop,
    counters: Counters,
}

impl Persistence {
    pub fn new(
        source: &SourceId,
        settings: &SourceSettings,
        clock: Arc<dyn Clock>,
        seed: u64,
        used_tonight: u64,
    ) -> Result<Self, TransportError> {
        let (first, max) = (settings.retry.first_delay_ms, settings.retry.max_delay_ms);
        Ok(Self {
            source: source.clone(),
            random: Mutex::new(ChaCha8Rng::seed_from_u64(seed)),
            backoff: Backoff::new(Duration::from_millis(first), Duration::from_millis(max))
                .map_err(TransportError::Backoff)?,
            attempts: settings.retry.attempts.max(1),
            budget: Budget::new(settings.retry.budget),
            breaker: Breaker::new(&settings.breaker),
            clock,
            gate: Gate::new(settings.concurrency),
            pace: Pace::new(settings.requests_per_second, settings.concurrency, settings.nightly_quota, used_tonight),
            window: settings.window.clone(),
            stop: Stop::default(),
            counters: Counters::default(),
        })
    }

    /// Makes the attempt until it succeeds. A transient or throttled failure is tried again; every
    /// other one is final.
    pub async fn until_answered<T, A>(&self, attempt: impl Fn() -> A) -> Result<T, SourceError>
    where
        A: Future<Output = Result<T, SourceError>>,
    {
        let (mut sent, mut attempts) = (0u32, 0u32);
        let mut ceilings = self.backoff.ceilings();
        let mut openings = self.breaker.openings();
        loop {
            let pass = self.breaker.enter(&self.stop).await?;
            let is_probe = pass.is_probe;
            if openings != self.breaker.openings() {
                // The outage that the breaker sat out is not held against this question.
                (openings, attempts) = (self.breaker.openings(), 0);
            }
            sent += 1;
            if sent > 1 {
                self.counters.retries.add(1);
            }
            let error = match self.once(&attempt).await {
                Ok(value) => {
                    pass.went_well();
                    if sent == 1 {
                        self.budget.reward();
                    }
                    return Ok(value);
                }
                Err(error) => error,
            };
            match error.class {
                ErrorClass::Stopped | ErrorClass::Exhausted => return Err(error),
                ErrorClass::Authentication | ErrorClass::Contract | ErrorClass::Permanent => {
                    pass.went_well();
                    return Err(error);
                }
                ErrorClass::Transient | ErrorClass::Throttled => {
                    pass.failed();
                    if self.breaker.openings() > openings {
                        tracing::warn!(source = %self.source, code = %error.code, "the breaker of a source opened");
                    }
                }
            }
            if is_probe {
                continue;
            }
            attempts += 1;
            if attempts >= self.attempts {
                let detail = format!("given up after {attempts} attempts; the last one failed with {}", error.code);
                return Err(SourceError::new(ErrorClass::Exhausted, "attempts_exhausted", detail));
            }
            self.budget.pay_for_a_retry()?;
            let delay = self.draw(ceilings.next().unwrap_or(LONGEST));
            tracing::debug!(
                source = %self.source,
                code = %error.code,
                sent,
                delay_ms = delay.as_millis() as u64,
                "a question failed and will be asked again"
            );
            self.stop.sleep(delay).await?;
        }
    }

    pub fn stop(&self) {
        self.stop.request();
    }

    pub fn statistics(&self) -> Statistics {
        self.counters.statistics(self.breaker.openings())
    }

    async fn once<T, A>(&self, attempt: &impl Fn() -> A) -> Result<T, SourceError>
    where
        A: Future<Output = Result<T, SourceError>>,
    {
        let place = self.gate.enter(&self.stop).await?;
        window::check(self.window.as_ref(), self.clock.now())?;
        self.pace.turn(&self.stop).await?;
        self.counters.requests.add(1);
        let outcome = self.stop.guard(attempt()).await?;
        match &outcome {
            Ok(_) => place.went_well(),
            Err(error) if matches!(error.class, ErrorClass::Transient | ErrorClass::Throttled) => place.failed(),
            Err(_) => {}
        }
        outcome
    }

    fn draw(&self, ceiling: Duration) -> Duration {
        jittered(ceiling, &mut *self.random.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use config::{Breaker as Limits, SourceKind};
    use schemas::clock::FixedClock;
    use std::sync::atomic::{AtomicU32, Ordering};

    fn persistence(failures: u32) -> Persistence {
        let mut settings = testing::settings(SourceKind::Land, "https://h");
        settings.breaker = Limits { failures, pause_ms: 1_000, probes: 2 };
        Persistence::new(&testing::source("land"), &settings, Arc::new(FixedClock(testing::now())), 1, 0).expect("made")
    }

    fn error(class: ErrorClass) -> SourceError {
        SourceError::new(class, "made_up", "made up")
    }

    /// Fails so often with `class`, then succeeds; answers the outcome and how often it was tried.
    async fn run(persistence: &Persistence, failures: u32, class: ErrorClass) -> (Result<(), String>, u32) {
        let tried = AtomicU32::new(0);
        let outcome = persistence
            .until_answered(|| async {
                if tried.fetch_add(1, Ordering::Relaxed) < failures { Err(error(class)) } else { Ok(()) }
            })
            .await;
        (outcome.map_err(|error| error.code), tried.load(Ordering::Relaxed))
    }

    #[tokio::test(start_paused = true)]
    async fn what_may_go_away_is_tried_again_and_what_will_not_is_final() {
        let persistence = persistence(50);
        assert_eq!(run(&persistence, 2, ErrorClass::Transient).await, (Ok(()), 3));
        assert_eq!(run(&persistence, 2, ErrorClass::Throttled).await, (Ok(()), 3));
        assert_eq!(run(&persistence, 1, ErrorClass::Contract).await, (Err("made_up".into()), 1));
        assert_eq!(run(&persistence, 1, ErrorClass::Authentication).await, (Err("made_up".into()), 1));
        assert_eq!((persistence.statistics().requests, persistence.statistics().retries), (8, 4));
    }

    #[tokio::test(start_paused = true)]
    async fn attempts_run_out_and_an_open_breaker_parks() {
        let (outcome, tried) = run(&persistence(50), 9, ErrorClass::Transient).await;
        assert_eq!((outcome, tried), (Err("attempts_exhausted".into()), 3));
        let (outcome, tried) = run(&persistence(1), 9, ErrorClass::Transient).await;
        assert_eq!((outcome, tried), (Err("breaker_open".into()), 3), "one attempt and two probes");
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_ends_an_attempt_that_hangs() {
        let persistence = persistence(50);
        let hanging = persistence.until_answered(std::future::pending::<Result<(), SourceError>>);
        let stopping = async {
            tokio::time::sleep(Duration::from_millis(10)).await;
            persistence.stop();
        };
        let (outcome, ()) = tokio::join!(hanging, stopping);
        assert_eq!(outcome.expect_err("stopped").class, ErrorClass::Stopped);
    }
}
