//! What a verified token must say to count for this program, this sign-in and this moment.

use super::TokenFault;
use jiff::Timestamp;
use serde::Deserialize;

/// How far the provider's clock may be from ours.
const SKEW_SECONDS: f64 = 60.0;
/// OpenID Connect Core 1.0, section 2.
const LONGEST_SUBJECT: usize = 255;
/// Longer than any login.
const LONGEST_NAME: usize = 100;

/// What is expected of a token.
pub(super) struct Expected<'e> {
    pub issuer: &'e str,
    pub client_id: &'e str,
    pub nonce: &'e str,
    pub started_at: Timestamp,
    pub now: Timestamp,
}

/// Who somebody is at the provider. Without `Debug`: all of it is personal.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// `issuer|sub`.
    pub subject: String,
    /// By which an account that still waits for its person may be found: lower case, likeliest first.
    pub names: Vec<String>,
}

#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    iss: String,
    #[serde(default)]
    sub: String,
    #[serde(default)]
    aud: Audience,
    azp: Option<String>,
    // NumericDate (RFC 7519) may have a fraction.
    exp: Option<f64>,
    nbf: Option<f64>,
    iat: Option<f64>,
    nonce: Option<String>,
    // Of these nothing is expected, so that another form of them is no fault.
    preferred_username: Option<serde_json::Value>,
    email: Option<serde_json::Value>,
    email_verified: Option<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Default for Audience {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

impl Audience {
    fn list(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Several(several) => several,
        }
    }
}

/// Who the token is about, where it is all that is expected.
pub(super) fn identity(json: &[u8], expected: &Expected<'_>) -> Result<Identity, TokenFault> {
    let claims: Claims = serde_json::from_slice(json).map_err(|_| TokenFault::Form)?;
    if claims.iss != expected.issuer {
        return Err(TokenFault::Issuer);
    }
    let audience = claims.aud.list();
    if !audience.iter().any(|one| one == expected.client_id) {
        return Err(TokenFault::Audience);
    }
    match &claims.azp {
        Some(party) if party != expected.client_id => return Err(TokenFault::Party),
        None if audience.len() > 1 => return Err(TokenFault::Party),
        _ => {}
    }
    in_time(&claims, expected)?;
    if claims.nonce.as_deref() != Some(expected.nonce) {
        return Err(TokenFault::Nonce);
    }
    let fits = claims.sub.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_control());
    if claims.sub.is_empty() || claims.sub.len() > LONGEST_SUBJECT || !fits {
        return Err(TokenFault::Subject);
    }
    Ok(Identity { subject: format!("{}|{}", expected.issuer, claims.sub), names: names(&claims) })
}

/// Not over, and issued between leaving for the provider and now: an older one is from elsewhere.
fn in_time(claims: &Claims, expected: &Expected<'_>) -> Result<(), TokenFault> {
    let (now, started) = (expected.now.as_second() as f64, expected.started_at.as_second() as f64);
    if claims.exp.is_none_or(|expiry| expiry + SKEW_SECONDS <= now) {
        return Err(TokenFault::Expired);
    }
    let issued_here = |at: f64| (started - SKEW_SECONDS..=now + SKEW_SECONDS).contains(&at);
    let not_yet = claims.nbf.is_some_and(|from| from > now + SKEW_SECONDS);
    if not_yet || !claims.iat.is_some_and(issued_here) {
        return Err(TokenFault::IssuedAt);
    }
    Ok(())
}

/// An e-mail address counts where the provider says that it asked its owner.
fn names(claims: &Claims) -> Vec<String> {
    let is_verified = claims.email_verified == Some(serde_json::Value::Bool(true));
    let email = claims.email.as_ref().filter(|_| is_verified);
    let texts = [claims.preferred_username.as_ref(), email].into_iter().flatten().filter_map(|value| value.as_str());
    let names = texts.map(|text| text.trim().to_lowercase());
    names.filter(|name| !name.is_empty() && name.len() <= LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const NOW: i64 = 1_795_563_000;

    /// Of a sign-in that began five minutes ago.
    fn outcome(change: Value) -> Result<Identity, TokenFault> {
        let mut claims = json!({
            "iss": "https://sso.example", "sub": "248289761001", "aud": "doisoat", "nonce": "n-1",
            "exp": NOW + 300, "iat": NOW - 2,
        });
        for (name, value) in change.as_object().expect("an object") {
            match value {
                Value::Null => claims.as_object_mut().expect("an object").remove(name),
                value => claims.as_object_mut().expect("an object").insert(name.clone(), value.clone()),
            };
        }
        let second = |second| Timestamp::from_second(second).expect("a time");
        let expected = Expected {
            issuer: "https://sso.example",
            client_id: "doisoat",
            nonce: "n-1",
            started_at: second(NOW - 300),
            now: second(NOW),
        };
        identity(claims.to_string().as_bytes(), &expected)
    }

    #[test]
    fn what_is_expected_is_taken_at_its_limits_too() {
        for change in [
            json!({}),
            json!({"aud": ["doisoat"]}),
            json!({"aud": ["other", "doisoat"], "azp": "doisoat"}),
            json!({"azp": "doisoat"}),
            json!({"exp": NOW - 59}),
            json!({"iat": NOW + 60}),
            json!({"iat": NOW - 360}),
            json!({"iat": NOW as f64 - 0.25}),
            json!({"nbf": NOW + 60}),
            json!({"email_verified": "true"}),
            json!({"preferred_username": 7}),
        ] {
            assert!(outcome(change.clone()).is_ok(), "{change}");
        }
    }

    #[test]
    fn every_claim_that_is_not_as_expected_is_refused_for_its_own_reason() {
        for (change, fault) in [
            (json!({"iss": "https://sso.example/"}), TokenFault::Issuer),
            (json!({"iss": null}), TokenFault::Issuer),
            (json!({"aud": "other"}), TokenFault::Audience),
            (json!({"aud": []}), TokenFault::Audience),
            (json!({"aud": null}), TokenFault::Audience),
            (json!({"aud": ["other", "doisoat"]}), TokenFault::Party),
            (json!({"aud": ["other", "doisoat"], "azp": "other"}), TokenFault::Party),
            (json!({"azp": "other"}), TokenFault::Party),
            (json!({"exp": NOW - 60}), TokenFault::Expired),
            (json!({"exp": null}), TokenFault::Expired),
            (json!({"iat": NOW + 61}), TokenFault::IssuedAt),
            (json!({"iat": NOW - 361}), TokenFault::IssuedAt),
            (json!({"iat": null}), TokenFault::IssuedAt),
            (json!({"nbf": NOW + 61}), TokenFault::IssuedAt),
            (json!({"nonce": "n-2"}), TokenFault::Nonce),
            (json!({"nonce": null}), TokenFault::Nonce),
            (json!({"sub": ""}), TokenFault::Subject),
            (json!({"sub": null}), TokenFault::Subject),
            (json!({"sub": "a\nb"}), TokenFault::Subject),
            (json!({"sub": "x".repeat(256)}), TokenFault::Subject),
            (json!({"exp": "tomorrow"}), TokenFault::Form),
            (json!({"sub": 7}), TokenFault::Form),
        ] {
            assert_eq!(outcome(change.clone()).err(), Some(fault), "{change}");
        }
    }

    #[test]
    fn the_same_claim_twice_is_refused() {
        let twice = br#"{"iss":"https://sso.example","iss":"https://sso.example","sub":"a"}"#;
        let now = Timestamp::UNIX_EPOCH;
        let expected =
            Expected { issuer: "https://sso.example", client_id: "doisoat", nonce: "n", started_at: now, now };
        assert_eq!(identity(twice, &expected).err(), Some(TokenFault::Form));
    }

    #[test]
    fn a_subject_is_of_its_issuer_and_names_are_only_those_that_are_verified() {
        let identity = |change| outcome(change).unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(identity(json!({})).subject, "https://sso.example|248289761001");
        let both = json!({"preferred_username": "Tran.Lan", "email": "Lan@xa.example", "email_verified": true});
        assert_eq!(identity(both).names, ["tran.lan", "lan@xa.example"]);
        for unverified in [json!(null), json!(false), json!("true")] {
            let change = json!({"email": "lan@xa.example", "email_verified": unverified});
            assert!(identity(change).names.is_empty());
        }
    }
}
