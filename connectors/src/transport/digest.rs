//! The timestamped proof that the population gateway wants:
//! `Authorization: Basic base64(user ":" SHA256hex(url + user + timestamp + secret))`.
//!
//! Signed anew for each attempt. Where the source's clock differs from ours, its clock counts:
//! after a refusal whose `Date` is far from our time, later timestamps follow the source.

use super::client::Proof;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use schemas::Sensitive;
use sha2::{Digest as _, Sha256};
use std::sync::atomic::{AtomicI64, Ordering};

/// A difference below this is the time the answer took, not a wrong clock.
const SKEW_THAT_MATTERS: SignedDuration = SignedDuration::from_secs(30);

pub struct Digest {
    pub username: String,
    pub secret: Sensitive,
    pub api_key: Sensitive,
    pub x_road_client: String,
    /// The source's clock minus ours.
    offset_ms: AtomicI64,
}

impl Digest {
    pub fn new(username: String, secret: Sensitive, api_key: Sensitive, x_road_client: String) -> Self {
        Self { username, secret, api_key, x_road_client, offset_ms: AtomicI64::new(0) }
    }

    /// Signs the address without its query.
    pub fn sign(&self, address: &str, now: Timestamp) -> Proof {
        let timestamp = now.as_millisecond().saturating_add(self.offset_ms.load(Ordering::Relaxed)).to_string();
        let mut hash = Sha256::new();
        for part in [address, &self.username, &timestamp, self.secret.expose()] {
            hash.update(part.as_bytes());
        }
        let pair = format!("{}:{}", self.username, hex::encode(hash.finalize()));
        Proof {
            authorization: Some(Sensitive::new(format!("Basic {}", STANDARD.encode(pair)))),
            extra: vec![
                ("ApiKey", self.api_key.clone()),
                ("X-Road-Client", Sensitive::new(self.x_road_client.clone())),
                ("Timestamp", Sensitive::new(timestamp)),
            ],
        }
    }

    /// After a refusal: takes over the source's clock, if it is far from the one we follow.
    pub fn follow_clock(&self, date: Option<Timestamp>, now: Timestamp) {
        let Some(date) = date else { return };
        let offset = date.duration_since(now);
        let used = SignedDuration::from_millis(self.offset_ms.load(Ordering::Relaxed));
        if (offset - used).abs() >= SKEW_THAT_MATTERS {
            self.offset_ms.store(i64::try_from(offset.as_millis()).unwrap_or(0), Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest() -> Digest {
        Digest::new("mau".into(), Sensitive::new("s3"), Sensitive::new("key"), "VN/GOV/X".into())
    }

    fn timestamp_of(proof: &Proof) -> i64 {
        let (_, text) = proof.extra.iter().find(|(name, _)| *name == "Timestamp").expect("a timestamp");
        text.expose().parse().expect("milliseconds")
    }

    #[test]
    fn the_proof_is_the_hash_of_address_user_timestamp_and_secret() {
        let now = Timestamp::from_millisecond(1_795_000_000_123).expect("an instant");
        let proof = digest().sign("http://127.0.0.1/tracuu", now);
        let expected = hex::encode(Sha256::digest(b"http://127.0.0.1/tracuumau1795000000123s3"));
        let expected = format!("Basic {}", STANDARD.encode(format!("mau:{expected}")));
        assert_eq!(proof.authorization.expect("signed").expose(), expected);
    }

    #[test]
    fn a_far_clock_is_followed_and_a_near_one_is_not() {
        let digest = digest();
        let now = Timestamp::from_second(1_795_000_000).expect("an instant");
        let at = |seconds: i64| Timestamp::from_second(1_795_000_000 + seconds).ok();
        let signed_at = |digest: &Digest| timestamp_of(&digest.sign("u", now)) / 1_000 - 1_795_000_000;
        digest.follow_clock(at(5), now);
        digest.follow_clock(None, now);
        assert_eq!(signed_at(&digest), 0);
        digest.follow_clock(at(-3_600), now);
        assert_eq!(signed_at(&digest), -3_600);
        digest.follow_clock(at(0), now);
        assert_eq!(signed_at(&digest), 0, "the clocks agree again");
    }
}
