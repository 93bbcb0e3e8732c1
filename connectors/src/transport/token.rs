//! One bearer token for all requests of a source, fetched once however many want it.
//!
//! A token is renewed when four fifths of its life are over, or once after a refusal. Whoever was
//! refused names the token that was refused: if somebody has renewed it meanwhile, that renewal
//! serves everybody, so a storm of refusals makes one refresh.

use jiff::{SignedDuration, Timestamp};
use schemas::{ErrorClass, Sensitive, SourceError};
use serde_json::Value;
use std::future::Future;
use tokio::sync::Mutex;

/// Life of a token whose answer does not say.
const LIFE_UNSAID_S: i64 = 300;
const LONGEST_LIFE_S: i64 = 30 * 86_400;

#[derive(Clone)]
pub struct Token {
    pub bearer: Sensitive,
    pub generation: u64,
    renew_at: Timestamp,
}

#[derive(Default)]
pub struct TokenStore {
    token: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    token: Option<Token>,
    generation: u64,
}

/// A token as the endpoint gave it.
pub struct Fresh {
    pub bearer: Sensitive,
    pub life_s: i64,
}

impl TokenStore {
    /// The held token, or the one that `fetch` brings. `refused`: the generation that the source
    /// does not accept any more.
    pub async fn get<F>(
        &self,
        refused: Option<u64>,
        now: impl Fn() -> Timestamp,
        fetch: impl FnOnce() -> F,
    ) -> Result<Token, SourceError>
    where
        F: Future<Output = Result<Fresh, SourceError>>,
    {
        let mut held = self.token.lock().await;
        if let Some(token) = &held.token
            && refused != Some(token.generation)
            && now() < token.renew_at
        {
            return Ok(token.clone());
        }
        let fresh = fetch().await?;
        held.generation += 1;
        let life = SignedDuration::from_millis(fresh.life_s.clamp(1, LONGEST_LIFE_S) * 800);
        let asked_at = now();
        let renew_at = asked_at.saturating_add(life).unwrap_or(asked_at);
        let token = Token { bearer: fresh.bearer, generation: held.generation, renew_at };
        held.token = Some(token.clone());
        Ok(token)
    }
}

/// Reads `{access_token, expires_in}`; a number may be written as text.
pub fn read_token(answer: &Value) -> Result<Fresh, SourceError> {
    let bearer = answer.get("access_token").and_then(Value::as_str).map(str::trim).filter(|token| !token.is_empty());
    let Some(bearer) = bearer else {
        return Err(SourceError::new(ErrorClass::Contract, "bad_token_answer", "the answer has no access_token"));
    };
    let life_s = match answer.get("expires_in") {
        Some(Value::Number(number)) => number.as_i64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        _ => None,
    };
    Ok(Fresh { bearer: Sensitive::new(bearer), life_s: life_s.unwrap_or(LIFE_UNSAID_S) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_795_000_000 + seconds).expect("an instant")
    }

    async fn get(store: &TokenStore, refused: Option<u64>, second: i64, fetched: &AtomicU64) -> u64 {
        let fetch = || async {
            fetched.fetch_add(1, Ordering::Relaxed);
            Ok(Fresh { bearer: Sensitive::new("t"), life_s: 300 })
        };
        store.get(refused, || at(second), fetch).await.expect("a token").generation
    }

    #[tokio::test]
    async fn a_token_serves_for_four_fifths_of_its_life() {
        let (store, fetched) = (TokenStore::default(), AtomicU64::new(0));
        for (second, generation) in [(0, 1), (239, 1), (240, 2), (479, 2), (480, 3)] {
            assert_eq!(get(&store, None, second, &fetched).await, generation, "second {second}");
        }
        assert_eq!(fetched.load(Ordering::Relaxed), 3);
    }

    #[tokio::test]
    async fn refusals_of_one_token_make_one_refresh() {
        let (store, fetched) = (TokenStore::default(), AtomicU64::new(0));
        let first = get(&store, None, 0, &fetched).await;
        for _ in 0..20 {
            assert_eq!(get(&store, Some(first), 1, &fetched).await, 2);
        }
        assert_eq!(fetched.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn a_life_may_be_written_as_text_and_a_missing_token_is_refused() {
        let fresh = read_token(&serde_json::json!({"access_token": "x", "expires_in": "3600"})).expect("a token");
        assert_eq!(fresh.life_s, 3_600);
        assert!(read_token(&serde_json::json!({"token_type": "Bearer"})).is_err());
    }
}
