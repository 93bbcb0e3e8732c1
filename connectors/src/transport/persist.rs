//! The loop: one question, asked until it is answered or there is a reason to give up. It does not
//! know how a source is asked: HTTP and databases bring their own [`Attempt`].
//!
//! * A failure that may go away costs an attempt and two tokens of the budget, and is asked again
//!   after a jittered delay, or after what the source asked for if that is longer.
//! * A probe of the open breaker costs neither: the breaker itself bounds it. A page whose wait
//!   saw the breaker open has its attempts back: the outage is not held against it.
//! * A refusal is final unless the attempt can prove better who we are.
//! * A body that does not parse looks like a cut one and is asked for again a few times.

use super::backoff::{Backoff, BackoffError, jittered};
use super::breaker::Breaker;
use super::budget::Budget;
use super::client::ClientError;
use super::counters::Counters;
use super::gate::Gate;
use super::pace::Pace;
use super::retry_after::LONGEST;
use super::stop::Stop;
use super::window;
use crate::connector::Statistics;
use config::SourceSettings;
use config::settings::Window;
use jiff::Timestamp;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use schemas::{Clock, ErrorClass, SourceError, SourceId};
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Bodies in a row that do not parse before that is held to be the source's answer.
const UNREADABLE_BODIES: u32 = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    #[error("the HTTP client cannot be made")]
    Client(#[source] ClientError),
    #[error("the retry settings make no sense")]
    Backoff(#[source] BackoffError),
}

/// One way to ask one question, as often as it takes. It takes its [`Persistence::turn`] before
/// each request that it sends.
pub trait Attempt: Send {
    /// What came from the source, as it came.
    type Reply: Send;
    type Answer: Send;

    /// Sends and receives: as long as this takes, one request of the source is under way.
    fn make(&mut self) -> impl Future<Output = Result<Self::Reply, SourceError>> + Send;

    /// Makes of the reply what was asked for. The source waits for nothing any more: another
    /// request may be under way meanwhile.
    fn read(&mut self, reply: Self::Reply) -> Result<Self::Answer, SourceError>;

    /// The source refused us: may the attempt prove better who we are?
    fn after_refusal(&mut self) -> Again {
        Again::Never
    }

    /// For the log: what is asked, without any value.
    fn describe(&self) -> &str;
}

/// What a refusal is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    Never,
    /// With a new proof, at the cost of nothing.
    AtOnce,
    /// After a delay, at the cost of an attempt.
    Later,
}

/// Everything that bounds how a source is asked.
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
    pub stop: Stop,
    pub counters: Counters,
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

    /// Makes the attempt until it succeeds. An error that comes out is final for this night.
    pub async fn persist<A: Attempt>(&self, attempt: &mut A) -> Result<A::Answer, SourceError> {
        let (mut sent, mut attempts, mut unreadable) = (0u32, 0u32, 0u32);
        let mut ceilings = self.backoff.ceilings();
        let mut openings = self.breaker.openings();
        loop {
            let pass = self.breaker.enter(&self.stop).await?;
            let is_probe = pass.is_probe;
            if openings != self.breaker.openings() {
                (openings, attempts) = (self.breaker.openings(), 0);
            }
            sent += 1;
            if sent > 1 {
                self.counters.retries.add(1);
            }
            let mut error = match self.once(attempt).await {
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
                ErrorClass::Contract | ErrorClass::Permanent => {
                    pass.went_well();
                    return Err(error);
                }
                // Whoever refuses us is alive.
                ErrorClass::Authentication => {
                    pass.went_well();
                    match attempt.after_refusal() {
                        Again::Never => return Err(error),
                        Again::AtOnce => continue,
                        Again::Later => {}
                    }
                }
                ErrorClass::Transient | ErrorClass::Throttled => {
                    pass.failed();
                    if self.breaker.openings() > openings {
                        tracing::warn!(source = %self.source, code = %error.code, "the breaker of a source opened");
                    }
                }
            }
            if matches!(error.code.as_str(), "bad_json" | "bad_xml") {
                unreadable += 1;
                if unreadable >= UNREADABLE_BODIES {
                    error.class = ErrorClass::Contract;
                    return Err(error);
                }
            }
            let asked = wished(&error)?;
            let delay = if is_probe {
                asked
            } else {
                attempts += 1;
                if attempts >= self.attempts {
                    return Err(out_of_attempts(attempts, &error));
                }
                self.budget.pay_for_a_retry()?;
                self.draw(ceilings.next().unwrap_or(LONGEST)).max(asked)
            };
            tracing::debug!(
                source = %self.source,
                question = attempt.describe(),
                code = %error.code,
                sent,
                delay_ms = delay.as_millis() as u64,
                "a question failed and will be asked again"
            );
            self.stop.sleep(delay).await?;
        }
    }

    /// [`Persistence::persist`] for what is asked by a future that needs no proof: it takes its
    /// turn here.
    pub async fn until_answered<T, A, F>(&self, ask: A) -> Result<T, SourceError>
    where
        T: Send,
        A: Fn() -> F + Send,
        F: Future<Output = Result<T, SourceError>> + Send,
    {
        self.persist(&mut Plain { persistence: self, ask }).await
    }

    /// Waits until one more request may be sent, and counts it.
    pub async fn turn(&self) -> Result<(), SourceError> {
        window::check(self.window.as_ref(), self.clock.now())?;
        self.pace.turn(&self.stop).await?;
        self.counters.requests.add(1);
        Ok(())
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn stop(&self) {
        self.stop.request();
    }

    pub fn quota_is_spent(&self) -> bool {
        self.pace.quota_is_spent()
    }

    pub fn statistics(&self) -> Statistics {
        self.counters.statistics(self.breaker.openings())
    }

    pub fn with_random<T>(&self, action: impl FnOnce(&mut ChaCha8Rng) -> T) -> T {
        action(&mut self.random.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn once<A: Attempt>(&self, attempt: &mut A) -> Result<A::Answer, SourceError> {
        let mut place = self.gate.enter(&self.stop).await?;
        let made = attempt.make().await;
        place.leave();
        let outcome = made.and_then(|reply| attempt.read(reply));
        match &outcome {
            Ok(_) => place.went_well(),
            Err(error) if matches!(error.class, ErrorClass::Transient | ErrorClass::Throttled) => place.failed(),
            Err(_) => {}
        }
        outcome
    }

    fn draw(&self, ceiling: Duration) -> Duration {
        self.with_random(|random| jittered(ceiling, random))
    }
}

struct Plain<'a, A> {
    persistence: &'a Persistence,
    ask: A,
}

impl<T, A, F> Attempt for Plain<'_, A>
where
    T: Send,
    A: Fn() -> F + Send,
    F: Future<Output = Result<T, SourceError>> + Send,
{
    type Reply = T;
    type Answer = T;

    async fn make(&mut self) -> Result<T, SourceError> {
        self.persistence.turn().await?;
        self.persistence.stop.guard((self.ask)()).await?
    }

    fn read(&mut self, reply: T) -> Result<T, SourceError> {
        Ok(reply)
    }

    fn describe(&self) -> &str {
        "statement"
    }
}

/// What the source asked us to wait; more than we do inside a run parks the partition.
fn wished(error: &SourceError) -> Result<Duration, SourceError> {
    let wish = Duration::from_millis(error.retry_after_ms.unwrap_or(0));
    if wish <= LONGEST {
        return Ok(wish);
    }
    let detail = format!("the source asks us to wait {} s ({})", wish.as_secs(), error.code);
    let mut parked = SourceError::new(ErrorClass::Exhausted, "retry_after_too_long", detail);
    parked.retry_after_ms = error.retry_after_ms;
    Err(parked)
}

fn out_of_attempts(attempts: u32, last: &SourceError) -> SourceError {
    let detail = format!("given up after {attempts} attempts; the last one failed with {}", last.code);
    SourceError::new(ErrorClass::Exhausted, "attempts_exhausted", detail)
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

    /// Refused so often before it is let in, and each time it may try again.
    struct Doorman {
        refusals: u32,
        asked: u32,
        again: Again,
    }

    impl Attempt for Doorman {
        type Reply = ();
        type Answer = ();

        async fn make(&mut self) -> Result<(), SourceError> {
            self.asked += 1;
            if self.asked <= self.refusals { Err(error(ErrorClass::Authentication)) } else { Ok(()) }
        }

        fn read(&mut self, reply: ()) -> Result<(), SourceError> {
            Ok(reply)
        }

        fn after_refusal(&mut self) -> Again {
            self.again
        }

        fn describe(&self) -> &str {
            "door"
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_costs_an_attempt_unless_it_is_asked_again_at_once_and_never_opens_the_breaker() {
        for (refusals, again, outcome, asked) in [
            (1, Again::Never, Err("made_up"), 1),
            (7, Again::AtOnce, Ok(()), 8),
            (2, Again::Later, Ok(()), 3),
            (7, Again::Later, Err("attempts_exhausted"), 3),
        ] {
            let persistence = persistence(1);
            let mut doorman = Doorman { refusals, asked: 0, again };
            let found = persistence.persist(&mut doorman).await.map_err(|error| error.code);
            assert_eq!((found, doorman.asked), (outcome.map_err(str::to_owned), asked), "{again:?}");
            assert_eq!(persistence.statistics().breaker_openings, 0);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn at_least_what_any_source_asks_for_is_waited_and_too_much_parks() {
        let persistence = persistence(50);
        let before = tokio::time::Instant::now();
        for (wish, outcome) in [(7_000, Ok(())), (3_600_000, Err("retry_after_too_long"))] {
            let asked = AtomicU32::new(0);
            let busy = || async {
                let mut busy = error(ErrorClass::Throttled);
                busy.retry_after_ms = Some(wish);
                if asked.fetch_add(1, Ordering::Relaxed) == 0 { Err(busy) } else { Ok(()) }
            };
            let found = persistence.until_answered(busy).await.map_err(|error| error.code);
            assert_eq!(found, outcome.map_err(str::to_owned));
        }
        assert!(before.elapsed() >= Duration::from_secs(7));
    }
}
