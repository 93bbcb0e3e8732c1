//! The HTTP way to ask: prove who we are, send, classify, read.
//!
//! A refused token is renewed and a refused signature made anew, at once for the first time.
//! Refused again, that may be a gateway that loses its tokens: it costs as any failure does. A few
//! refusals of one question, with nobody accepted between them, are final.

use super::auth::{Credentials, Grant, bearer};
use super::classify;
use super::client::{HttpClient, Proof};
use super::counters::{Counter, Counters};
use super::persist::{Again, Attempt, Persistence, TransportError};
use super::request::{Reply, Request};
use super::retry_after::RetryAfter;
use super::token::{Fresh, read_token};
use crate::connector::Statistics;
use config::SourceSettings;
use jiff::Timestamp;
use rand::Rng;
use schemas::{Clock, ErrorClass, SourceError, SourceId};
use std::sync::Arc;
use std::time::Duration;

/// Refusals of one question that are final, if the source accepts nobody else meanwhile.
const REFUSALS: u32 = 4;

/// Everything that stands between a connector and its source.
pub struct Transport {
    persistence: Persistence,
    client: HttpClient,
    credentials: Credentials,
    /// Requests whose proof the source accepted.
    accepted: Counter,
}

/// One question and what became of its proofs.
struct Question<'a, R> {
    transport: &'a Transport,
    request: &'a Request,
    read: R,
    failure: Failure,
    /// The token that was refused last.
    refused: Option<u64>,
    renewed: bool,
    refusals: u32,
    /// `Transport::accepted` at the last refusal.
    accepted: u64,
}

/// What is needed to prove better who we are, of the last request that failed.
#[derive(Default)]
struct Failure {
    code: String,
    generation: Option<u64>,
    date: Option<Timestamp>,
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
        Ok(Self {
            persistence: Persistence::new(source, settings, clock, seed, used_tonight)?,
            client: HttpClient::new(&settings.base_url, timeout, settings.max_body_bytes, &settings.tls)
                .map_err(TransportError::Client)?,
            credentials,
            accepted: Counter::default(),
        })
    }

    /// Asks until `read` is content with the answer. What `read` returns as transient is asked
    /// again like any other failure.
    pub async fn ask<T: Send>(
        &self,
        request: &Request,
        read: impl Fn(&Reply) -> Result<T, SourceError> + Send + Sync,
    ) -> Result<T, SourceError> {
        let mut question = Question {
            transport: self,
            request,
            read,
            failure: Failure::default(),
            refused: None,
            renewed: false,
            refusals: 0,
            accepted: self.accepted.get(),
        };
        self.persistence.persist(&mut question).await
    }

    pub fn counters(&self) -> &Counters {
        &self.persistence.counters
    }

    pub fn now(&self) -> Timestamp {
        self.persistence.now()
    }

    /// Ends every wait of this source.
    pub fn stop(&self) {
        self.persistence.stop();
    }

    pub fn quota_is_spent(&self) -> bool {
        self.persistence.quota_is_spent()
    }

    pub fn statistics(&self) -> Statistics {
        self.persistence.statistics()
    }

    /// 32 hexadecimal digits that no other request of this source has.
    pub fn nonce(&self) -> String {
        let mut bytes = [0u8; 16];
        self.persistence.with_random(|random| random.fill_bytes(&mut bytes));
        hex::encode(bytes)
    }

    async fn prove(&self, request: &Request, refused: Option<u64>) -> Result<(Proof, Option<u64>), SourceError> {
        match &self.credentials {
            Credentials::None => Ok((Proof::default(), None)),
            Credentials::Digest(digest) => Ok((digest.sign(&self.client.address(&request.path), self.now()), None)),
            Credentials::Token { grant, store } => {
                let fetch = || self.fetch_token(grant);
                let token = self.persistence.stop.guard(store.get(refused, || self.now(), fetch)).await??;
                Ok((bearer(&token.bearer), Some(token.generation)))
            }
        }
    }

    async fn fetch_token(&self, grant: &Grant) -> Result<Fresh, SourceError> {
        let (request, proof) = grant.request();
        self.counters().token_refreshes.add(1);
        let reply = self.exchange(&request, &proof).await.map_err(|(error, _)| match error.class {
            ErrorClass::Authentication | ErrorClass::Permanent => {
                let detail = format!("the token endpoint refused us: {}", error.code);
                SourceError::new(ErrorClass::Authentication, "token_refused", detail)
            }
            _ => error,
        })?;
        read_token(&classify::json(&reply)?.to_value())
    }

    /// One request and its answer; with an error the source's `Date`, if it sent one.
    async fn exchange(&self, request: &Request, proof: &Proof) -> Result<Reply, (SourceError, Option<Timestamp>)> {
        let undated = |error| (error, None);
        self.persistence.turn().await.map_err(undated)?;
        let sent = self.persistence.stop.guard(self.client.send(request, proof)).await;
        let raw = sent.map_err(undated)?.map_err(undated)?;
        let now = self.now();
        let retry_after = RetryAfter::read(raw.retry_after.as_deref(), raw.date, now);
        if let Some(mut error) = classify::status(raw.status, retry_after) {
            if classify::is_fault_of_the_question(request.expect, &raw.body) {
                error =
                    SourceError::new(ErrorClass::Permanent, "soap_fault", "the source does not accept the question");
            }
            error = request.refusal.and_then(|read| read(raw.status, &raw.body)).unwrap_or(error);
            return Err((error, raw.date));
        }
        Ok(Reply { body: raw.body, date: raw.date, received_at: now })
    }
}

impl<T: Send, R: Fn(&Reply) -> Result<T, SourceError> + Send + Sync> Attempt for Question<'_, R> {
    type Reply = Reply;
    type Answer = T;

    async fn make(&mut self) -> Result<Reply, SourceError> {
        self.failure = Failure::default();
        let sent = self.send().await;
        self.noted(sent)
    }

    fn read(&mut self, reply: Reply) -> Result<T, SourceError> {
        let read = (self.read)(&reply);
        self.noted(read)
    }

    fn after_refusal(&mut self) -> Again {
        let accepted = self.transport.accepted.get();
        // Somebody else got in meanwhile: what we are is not what is wrong.
        self.refusals = if accepted == self.accepted { self.refusals + 1 } else { 1 };
        self.accepted = accepted;
        if self.refusals >= REFUSALS || !self.can_prove_anew() {
            return Again::Never;
        }
        self.refused = self.failure.generation;
        if self.renewed {
            return Again::Later;
        }
        self.renewed = true;
        Again::AtOnce
    }

    fn describe(&self) -> &str {
        &self.request.path
    }
}

impl<T: Send, R: Fn(&Reply) -> Result<T, SourceError> + Send + Sync> Question<'_, R> {
    fn noted<O>(&mut self, outcome: Result<O, SourceError>) -> Result<O, SourceError> {
        match &outcome {
            // Only refusals in a row are held against what we are.
            Err(error) if matches!(error.class, ErrorClass::Transient | ErrorClass::Throttled) => self.refusals = 0,
            Err(error) => self.failure.code = error.code.clone(),
            Ok(_) => {}
        }
        outcome
    }

    async fn send(&mut self) -> Result<Reply, SourceError> {
        let (proof, generation) = self.transport.prove(self.request, self.refused).await?;
        let reply = self.transport.exchange(self.request, &proof).await.map_err(|(error, date)| {
            self.failure = Failure { code: String::new(), generation, date };
            error
        })?;
        self.transport.accepted.add(1);
        Ok(reply)
    }

    fn can_prove_anew(&self) -> bool {
        if self.failure.code != "http_401" {
            return false;
        }
        match &self.transport.credentials {
            Credentials::None => false,
            Credentials::Token { .. } => true,
            Credentials::Digest(digest) => {
                digest.follow_clock(self.failure.date, self.transport.now());
                true
            }
        }
    }
}
