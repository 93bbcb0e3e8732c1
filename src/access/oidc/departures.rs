//! Who has left for the provider and may come back: once, within ten minutes, in the same browser.
//! In memory only: after a restart people begin again.

use super::OidcError;
use crate::access::{Entropy, hash_token};
use jiff::{SignedDuration, Timestamp};
use schemas::Sensitive;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use subtle::ConstantTimeEq;

const LIFE: SignedDuration = SignedDuration::from_mins(10);
/// A province's offices in ten minutes, several times over. The oldest is forgotten for the newest.
const MOST: usize = 2_000;

/// One sign-in that has begun.
pub(super) struct Departure {
    pub state: Sensitive,
    pub nonce: Sensitive,
    /// Of PKCE: whoever brings the code must know it.
    pub verifier: Sensitive,
    pub started_at: Timestamp,
    visit_hash: String,
}

impl Departure {
    /// From the browser with this visit.
    pub fn new(visit: &str, now: Timestamp, entropy: &dyn Entropy) -> Result<Self, OidcError> {
        Ok(Self {
            state: random(entropy)?,
            nonce: random(entropy)?,
            verifier: random(entropy)?,
            started_at: now,
            visit_hash: hash_token(visit),
        })
    }
}

/// 256 bits in 64 letters and digits: as long as PKCE (RFC 7636) wants a verifier to be.
fn random(entropy: &dyn Entropy) -> Result<Sensitive, OidcError> {
    let mut bytes = [0u8; 32];
    entropy.fill(&mut bytes).map_err(OidcError::Entropy)?;
    Ok(Sensitive::new(hex::encode(bytes)))
}

#[derive(Default)]
pub(super) struct Departures {
    /// By the hash of the state: how long a look-up takes tells nothing of the states themselves.
    held: Mutex<BTreeMap<String, Departure>>,
}

impl Departures {
    pub fn keep(&self, departure: Departure) {
        let now = departure.started_at;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|_, other| now.duration_since(other.started_at) < LIFE);
        if held.len() >= MOST {
            let oldest = held.iter().min_by_key(|(_, other)| other.started_at).map(|(key, _)| key.clone());
            oldest.and_then(|key| held.remove(&key));
        }
        held.insert(hash_token(departure.state.expose()), departure);
    }

    /// Whoever comes back. It is over with this, also where it is the wrong browser: a state that
    /// turns up elsewhere is known to others.
    pub fn take(&self, state: &str, visit: &str, now: Timestamp) -> Result<Departure, OidcError> {
        let taken = self.held.lock().unwrap_or_else(PoisonError::into_inner).remove(&hash_token(state));
        let departure = taken.ok_or(OidcError::NotBegun)?;
        let same_visit: bool = departure.visit_hash.as_bytes().ct_eq(hash_token(visit).as_bytes()).into();
        // Of two browsers without a visit neither is the other.
        let same_browser = same_visit && !visit.is_empty();
        let in_time = now.duration_since(departure.started_at) < LIFE;
        if same_browser && in_time { Ok(departure) } else { Err(OidcError::NotBegun) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::SystemEntropy;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_795_563_000 + seconds).expect("a time")
    }

    fn departed(departures: &Departures, visit: &str, seconds: i64) -> String {
        let departure = Departure::new(visit, at(seconds), &SystemEntropy).expect("made");
        let state = departure.state.expose().to_owned();
        departures.keep(departure);
        state
    }

    #[test]
    fn whoever_left_comes_back_once() {
        let departures = Departures::default();
        let state = departed(&departures, "browser", 0);
        assert!(departures.take(&state, "browser", at(599)).is_ok());
        assert!(departures.take(&state, "browser", at(599)).is_err(), "a second time");
    }

    #[test]
    fn too_late_or_elsewhere_or_never_is_refused_and_ends_it() {
        let departures = Departures::default();
        let late = departed(&departures, "browser", 0);
        assert!(departures.take(&late, "browser", at(600)).is_err());
        let elsewhere = departed(&departures, "browser", 0);
        assert!(departures.take(&elsewhere, "another", at(1)).is_err());
        assert!(departures.take(&elsewhere, "browser", at(1)).is_err(), "it is known to others now");
        assert!(departures.take("", "browser", at(1)).is_err());
        let nameless = departed(&departures, "", 0);
        assert!(
            departures.take(&nameless, "", at(1)).is_err(),
            "whoever sends an empty cookie is nobody in particular"
        );
    }

    #[test]
    fn only_so_many_are_remembered() {
        let departures = Departures::default();
        let first = departed(&departures, "browser", 0);
        let second = departed(&departures, "browser", 1);
        for _ in 2..=MOST {
            departed(&departures, "crowd", 2);
        }
        assert!(departures.take(&first, "browser", at(3)).is_err(), "the oldest went");
        assert!(departures.take(&second, "browser", at(3)).is_ok());
    }
}
