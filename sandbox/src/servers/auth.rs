//! How each system knows a client: tokens that expire, and digests that carry the time.

use super::http::{Ask, Reply};
use axum::http::{Method, StatusCode};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// What a client must know to be let in. All made up.
#[derive(Clone)]
pub struct Credentials {
    pub population_username: String,
    pub population_secret: String,
    pub population_api_key: String,
    pub x_road_client: String,
    /// What the gateways before the population database want beside the digest.
    pub gateway_access_token: String,
    pub gateway_lgsp_token: String,
    pub gateway_auth_hash: String,
    pub gateway_user: String,
    /// The officer in whose name the population database is asked, with procedure and agency.
    pub officer: String,
    pub procedure: String,
    pub agency: String,
    pub civil_status_client_id: String,
    pub civil_status_client_secret: String,
    pub civil_status_token_path: String,
    pub land_client_id: String,
    pub land_client_secret: String,
    pub land_token_path: String,
    pub one_stop_client_id: String,
    pub one_stop_username: String,
    pub one_stop_password: String,
    pub one_stop_token_path: String,
}

impl Credentials {
    pub fn for_seed(seed: u64) -> Self {
        let secret = |name: &str| hex::encode(&Sha256::digest(format!("{name} {seed}").as_bytes())[..12]);
        let text = str::to_owned;
        Self {
            population_username: text("sandbox"),
            population_secret: secret("population"),
            population_api_key: secret("api key"),
            x_road_client: text("VN/GOV/H99/doisoat"),
            gateway_access_token: secret("gateway access"),
            gateway_lgsp_token: secret("gateway lgsp"),
            gateway_auth_hash: secret("gateway hash"),
            gateway_user: text("sandbox-gateway"),
            officer: text("099080000001"),
            procedure: text("2.000986"),
            agency: text("000.01.02.H99"),
            civil_status_client_id: text("sandbox-civil-status"),
            civil_status_client_secret: secret("civil status"),
            civil_status_token_path: text("/token"),
            land_client_id: text("sandbox-land"),
            land_client_secret: secret("land"),
            land_token_path: text("/token"),
            one_stop_client_id: text("sandbox-one-stop"),
            one_stop_username: text("sandbox"),
            one_stop_password: secret("one stop"),
            one_stop_token_path: text("/auth/realms/digo/protocol/openid-connect/token"),
        }
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(<hidden>)")
    }
}

/// How a token is asked for.
pub enum Grant {
    ClientCredentials { client_id: String, client_secret: String },
    Password { client_id: String, username: String, password: String },
}

pub struct Tokens {
    grant: Grant,
    path: String,
    life_s: i64,
    given: Mutex<State>,
}

#[derive(Default)]
struct State {
    count: u64,
    valid_until: BTreeMap<String, Timestamp>,
}

impl Tokens {
    pub fn new(grant: Grant, path: &str, life_s: i64) -> Self {
        Self { grant, path: path.to_owned(), life_s, given: Mutex::default() }
    }

    pub fn path(&self) -> &str {
        &self.path
    }

    pub fn forget(&self) {
        self.state().valid_until.clear();
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the request carries a token that is valid now.
    pub fn accepts(&self, ask: &Ask) -> bool {
        let Some(token) = ask.header("authorization").strip_prefix("Bearer ") else { return false };
        self.state().valid_until.get(token).is_some_and(|until| ask.now < *until)
    }

    /// Answers a request for a token.
    pub fn issue(&self, ask: &Ask) -> Reply {
        let form = ask.form();
        let field = |name: &str| form.get(name).map_or("", String::as_str);
        let basic = basic_of(ask);
        let known = ask.method == Method::POST
            && match &self.grant {
                Grant::ClientCredentials { client_id, client_secret } => {
                    field("grant_type") == "client_credentials" && basic == format!("{client_id}:{client_secret}")
                }
                Grant::Password { client_id, username, password } => {
                    field("grant_type") == "password"
                        && field("client_id") == client_id
                        && field("username") == username
                        && field("password") == password
                }
            };
        if !known {
            return Reply::json_with(StatusCode::UNAUTHORIZED, &json!({"error": "invalid_client"}));
        }
        let mut state = self.state();
        state.count += 1;
        let token = hex::encode(Sha256::digest(format!("token {} {}", self.path, state.count).as_bytes()));
        let until = ask.now.saturating_add(SignedDuration::from_secs(self.life_s)).unwrap_or(ask.now);
        state.valid_until.retain(|_, until| ask.now < *until);
        state.valid_until.insert(token.clone(), until);
        Reply::json(&json!({
            "access_token": token,
            "scope": "am_application_scope default",
            "token_type": "Bearer",
            "expires_in": self.life_s,
        }))
    }
}

/// What stands in the Basic authorisation, decoded.
fn basic_of(ask: &Ask) -> String {
    let encoded = ask.header("authorization").strip_prefix("Basic ").unwrap_or_default();
    STANDARD.decode(encoded).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// Seconds that a client's clock may be off.
const SKEW_MS: i64 = 5 * 60 * 1000;

/// The population system's digest over URL, user, time and secret.
pub fn digest_is_right(ask: &Ask, credentials: &Credentials) -> bool {
    let stamp = ask.header("timestamp");
    let Ok(sent_at) = stamp.parse::<i64>() else { return false };
    let url = format!("http://{}{}", ask.header("host"), ask.path);
    let user = &credentials.population_username;
    let sum = Sha256::digest(format!("{url}{user}{stamp}{}", credentials.population_secret).as_bytes());
    sent_at.abs_diff(ask.now.as_millisecond()) <= SKEW_MS as u64
        && ask.header("apikey") == credentials.population_api_key
        && ask.header("x-road-client") == credentials.x_road_client
        && basic_of(ask).eq_ignore_ascii_case(&format!("{user}:{}", hex::encode(sum)))
}
