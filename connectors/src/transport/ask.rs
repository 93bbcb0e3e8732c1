//! The loop: one question, asked until it is answered or there is a reason to give up.
//!
//! * A failure that may go away costs an attempt and two tokens of the budget, and is asked again
//!   after a jittered delay, or after what the source asked for if that is longer.
//! * A probe of the open breaker costs neither: the breaker itself bounds it. A page whose wait
//!   saw the breaker open has its attempts back: the outage is not held against it.
//! * A refused token is renewed and a refused signature made anew, at once for the first time.
//!   Refused again, that may be a gateway that loses its tokens: it costs as any failure does. A
//!   few refusals in a row, with nobody accepted between them, are final.
//! * A body that does not parse looks like a cut one and is asked for again a few times.

use super::auth::{Credentials, Grant, bearer};
use super::backoff::{Backoff, BackoffError, jittered};
use super::breaker::Breaker;
use super::budget::Budget;
use super::classify;
use super::client::{ClientError, HttpClient, Proof};
use super::counters::{Counter, Counters};
use super::gate::Gate;
use super::pace::Pace;
use super::request::{Reply, Request};
use super::retry_after::{LONGEST, RetryAfter};
use super::stop::Stop;
use super::token::{Fresh, read_token};
use super::window;
use crate::connector::Statistics;
use config::SourceSettings;
use config::settings::Window;
use jiff::Timestamp;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use schemas::{Clock, ErrorClass, SourceError, SourceId};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Bodies in a row that do not parse before that is held to be the source's answer.
const UNREADABLE_BODIES: u32 = 4;

/// Refusals of one question that are final, if the source accepts nobody else meanwhile.
const REFUSALS: u32 = 4;

/// Everything that stands between a connector and its source.
pub struct Transport {
    source: SourceId,
    client: HttpClient,
    credentials: Credentials,
    clock: Arc<dyn Clock>,
    random: Mutex<ChaCha8Rng>,
    backoff: Backoff,
    attempts: u32,
    budget: Budget,
    breaker: Breaker,
    gate: Gate,
    pace: Pace,
    window: Option<Window>,
    stop: Stop,
    /// Requests whose proof the source accepted.
    accepted: Counter,
    pub counters: Counters,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    #[error("the HTTP client cannot be made")]
    Client(#[source] ClientError),
    #[error("the retry settings make no sense")]
    Backoff(#[source] BackoffError),
}

/// An attempt that failed, with what is needed to prove better who we are.
struct Failure {
    error: SourceError,
    generation: Option<u64>,
    date: Option<Timestamp>,
}

impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Self {
        Self { error, generation: None, date: None }
    }
}

impl Transport {
    pub fn new(
        source: &SourceId,
        settings: &SourceSettings,
        credentials: Credentials,
        clock: Arc<dyn Clock>,
        seed: u64,
        used_tonight: u64,
    ) -> Result<Self, TransportError> {
        let timeout = Duration::from_millis(settings.timeout_ms);
        let (first, max) = (settings.retry.first_delay_ms, settings.retry.max_delay_ms);
        Ok(Self {
            source: source.clone(),
            client: HttpClient::new(&settings.base_url, timeout, settings.max_body_bytes, &settings.tls)
                .map_err(TransportError::Client)?,
            credentials,
            clock,
            random: Mutex::new(ChaCha8Rng::seed_from_u64(seed)),
            backoff: Backoff::new(Duration::from_millis(first), Duration::from_millis(max))
                .map_err(TransportError::Backoff)?,
            attempts: settings.retry.attempts.max(1),
            budget: Budget::new(settings.retry.budget),
            breaker: Breaker::new(&settings.breaker),
            gate: Gate::new(settings.concurrency),
            pace: Pace::new(settings.requests_per_second, settings.concurrency, settings.nightly_quota, used_tonight),
            window: settings.window.clone(),
            stop: Stop::default(),
            accepted: Counter::default(),
            counters: Counters::default(),
        })
    }

    /// Asks until `read` is content with the answer. What `read` returns as transient is asked
    /// again like any other failure.
    pub async fn ask<T>(
        &self,
        request: &Request,
        read: impl Fn(&Reply) -> Result<T, SourceError>,
    ) -> Result<T, SourceError> {
        let (mut sent, mut attempts, mut unreadable) = (0u32, 0u32, 0u32);
        let (mut refusals, mut refused, mut renewed) = (0u32, None, false);
        let mut accepted = self.accepted.get();
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
            let failure = match self.attempt(request, refused, &read).await {
                Ok(value) => {
                    pass.went_well();
                    if sent == 1 {
                        self.budget.reward();
                    }
                    return Ok(value);
                }
                Err(failure) => failure,
            };
            let mut error = failure.error.clone();
            match error.class {
                ErrorClass::Stopped | ErrorClass::Exhausted => return Err(error),
                ErrorClass::Contract | ErrorClass::Permanent => {
                    pass.went_well();
                    return Err(error);
                }
                ErrorClass::Authentication => {
                    pass.went_well();
                    // Somebody else got in meanwhile: what we are is not what is wrong.
                    refusals = if accepted == self.accepted.get() { refusals + 1 } else { 1 };
                    accepted = self.accepted.get();
                    if refusals >= REFUSALS || !self.can_prove_anew(&failure) {
                        return Err(error);
                    }
                    refused = failure.generation;
                    if !renewed {
                        renewed = true;
                        continue;
                    }
                }
                ErrorClass::Transient | ErrorClass::Throttled => {
                    pass.failed();
                    refusals = 0;
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
                path = %request.path,
                code = %error.code,
                sent,
                delay_ms = delay.as_millis() as u64,
                "a request failed and will be sent again"
            );
            self.stop.sleep(delay).await?;
        }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Ends every wait of this source.
    pub fn stop(&self) {
        self.stop.request();
    }

    pub fn quota_is_spent(&self) -> bool {
        self.pace.quota_is_spent()
    }

    pub fn statistics(&self) -> Statistics {
        self.counters.statistics(self.breaker.openings())
    }

    /// 32 hexadecimal digits that no other request of this source has.
    pub fn nonce(&self) -> String {
        let mut bytes = [0u8; 16];
        self.with_random(|random| random.fill_bytes(&mut bytes));
        hex::encode(bytes)
    }

    async fn attempt<T>(
        &self,
        request: &Request,
        refused: Option<u64>,
        read: &impl Fn(&Reply) -> Result<T, SourceError>,
    ) -> Result<T, Failure> {
        let place = self.gate.enter(&self.stop).await?;
        let outcome = async {
            let (proof, generation) = self.prove(request, refused).await?;
            let reply = self.exchange(request, &proof).await.map_err(|failure| Failure { generation, ..failure })?;
            self.accepted.add(1);
            Ok(read(&reply)?)
        };
        let outcome: Result<T, Failure> = outcome.await;
        match &outcome {
            Ok(_) => place.went_well(),
            Err(failure) if matches!(failure.error.class, ErrorClass::Transient | ErrorClass::Throttled) => {
                place.failed();
            }
            Err(_) => {}
        }
        outcome
    }

    async fn prove(&self, request: &Request, refused: Option<u64>) -> Result<(Proof, Option<u64>), SourceError> {
        match &self.credentials {
            Credentials::None => Ok((Proof::default(), None)),
            Credentials::Digest(digest) => Ok((digest.sign(&self.client.address(&request.path), self.now()), None)),
            Credentials::Token { grant, store } => {
                let fetch = || self.fetch_token(grant);
                let token = self.stop.guard(store.get(refused, || self.now(), fetch)).await??;
                Ok((bearer(&token.bearer), Some(token.generation)))
            }
        }
    }

    async fn fetch_token(&self, grant: &Grant) -> Result<Fresh, SourceError> {
        let (request, proof) = grant.request();
        self.counters.token_refreshes.add(1);
        let reply = self.exchange(&request, &proof).await.map_err(|failure| match failure.error.class {
            ErrorClass::Authentication | ErrorClass::Permanent => {
                let detail = format!("the token endpoint refused us: {}", failure.error.code);
                SourceError::new(ErrorClass::Authentication, "token_refused", detail)
            }
            _ => failure.error,
        })?;
        read_token(&classify::json(&reply)?)
    }

    async fn exchange(&self, request: &Request, proof: &Proof) -> Result<Reply, Failure> {
        window::check(self.window.as_ref(), self.now())?;
        self.pace.turn(&self.stop).await?;
        self.counters.requests.add(1);
        let raw = self.stop.guard(self.client.send(request, proof)).await??;
        let now = self.now();
        let retry_after = RetryAfter::read(raw.retry_after.as_deref(), raw.date, now);
        if let Some(mut error) = classify::status(raw.status, retry_after) {
            if classify::is_fault_of_the_question(request.expect, &raw.body) {
                error =
                    SourceError::new(ErrorClass::Permanent, "soap_fault", "the source does not accept the question");
            }
            return Err(Failure { error, generation: None, date: raw.date });
        }
        Ok(Reply { body: raw.body, date: raw.date, received_at: now })
    }

    fn can_prove_anew(&self, failure: &Failure) -> bool {
        if failure.error.code != "http_401" {
            return false;
        }
        match &self.credentials {
            Credentials::None => false,
            Credentials::Token { .. } => true,
            Credentials::Digest(digest) => {
                digest.follow_clock(failure.date, self.now());
                true
            }
        }
    }

    fn draw(&self, ceiling: Duration) -> Duration {
        self.with_random(|random| jittered(ceiling, random))
    }

    fn with_random<T>(&self, action: impl FnOnce(&mut ChaCha8Rng) -> T) -> T {
        action(&mut self.random.lock().unwrap_or_else(PoisonError::into_inner))
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
