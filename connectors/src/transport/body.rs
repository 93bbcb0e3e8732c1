//! Reads a body as a stream: never more than the limit, never slower than a person would wait,
//! and whole or not at all.

use reqwest::Response;
use schemas::{ErrorClass, SourceError};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// The stretch of time in which [`LEAST_BYTES`] must come. A stall that begins behind a burst is
/// noticed at the end of the next one: two must fit into 20 s.
const LONGEST_WINDOW: Duration = Duration::from_secs(8);
/// Less than this in a window is a stall: half a kilobyte a second.
const LEAST_BYTES: u64 = 4_000;
/// A whole body may take this many times the time-out of the request.
const WHOLE_BODY: u32 = 10;

#[derive(Debug, Clone, Copy)]
pub struct BodyLimits {
    pub max_bytes: u64,
    window: Duration,
    whole: Duration,
}

impl BodyLimits {
    pub fn new(max_bytes: u64, timeout: Duration) -> Self {
        Self { max_bytes, window: timeout.min(LONGEST_WINDOW), whole: timeout.saturating_mul(WHOLE_BODY) }
    }
}

pub async fn read(mut answer: Response, limits: &BodyLimits) -> Result<Vec<u8>, SourceError> {
    let promised = answer.content_length();
    if promised.is_some_and(|length| length > limits.max_bytes) {
        return Err(too_large(limits));
    }
    let mut body = Vec::with_capacity(promised.unwrap_or(0).min(1 << 20) as usize);
    let end = Instant::now() + limits.whole;
    let (mut window_end, mut in_window) = (Instant::now() + limits.window, 0u64);
    loop {
        let chunk = match timeout_at(window_end.min(end), answer.chunk()).await {
            Err(_) if in_window >= LEAST_BYTES && Instant::now() < end => {
                (window_end, in_window) = (Instant::now() + limits.window, 0);
                continue;
            }
            Err(_) => return Err(SourceError::new(ErrorClass::Transient, "slow_body", "the body stalled")),
            Ok(Err(_)) => return Err(truncated("the connection broke inside the body")),
            Ok(Ok(None)) => break,
            Ok(Ok(Some(chunk))) => chunk,
        };
        if body.len() as u64 + chunk.len() as u64 > limits.max_bytes {
            return Err(too_large(limits));
        }
        in_window += chunk.len() as u64;
        body.extend_from_slice(&chunk);
        let now = Instant::now();
        if now >= window_end {
            if in_window < LEAST_BYTES {
                return Err(SourceError::new(ErrorClass::Transient, "slow_body", "the body trickles"));
            }
            (window_end, in_window) = (now + limits.window, 0);
        }
    }
    match promised {
        Some(length) if length != body.len() as u64 => Err(truncated("the body has another length than promised")),
        _ => Ok(body),
    }
}

fn truncated(detail: &str) -> SourceError {
    SourceError::new(ErrorClass::Transient, "truncated_body", detail)
}

fn too_large(limits: &BodyLimits) -> SourceError {
    let detail = format!("the body is larger than {} bytes", limits.max_bytes);
    SourceError::new(ErrorClass::Contract, "body_too_large", detail)
}
