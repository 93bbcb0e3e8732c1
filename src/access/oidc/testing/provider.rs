//! The provider itself.

use super::{Mischief, Plan, Signer, part, token_with_secret};
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

pub const CLIENT: &str = "doisoat";
/// With signs in it that a header must escape.
pub const SECRET: &str = "bí mật / 100%+";

type Fields = BTreeMap<String, String>;

pub struct Provider {
    pub issuer: String,
    inside: Arc<Inside>,
}

struct Inside {
    issuer: String,
    /// Seconds: the time of the program that is tested.
    now: i64,
    curve: Signer,
    rsa: Signer,
    stranger: Signer,
    plan: Mutex<Plan>,
    /// What was asked with each code.
    codes: Mutex<BTreeMap<String, Fields>>,
    keys_asked: AtomicU32,
}

impl Provider {
    pub async fn start(now: i64) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let inside = Arc::new(Inside {
            issuer: issuer.clone(),
            now,
            curve: Signer::curve("curve"),
            rsa: Signer::rsa("rsa"),
            stranger: Signer::curve("stranger"),
            plan: Mutex::new(Plan::person("nobody", "nobody")),
            codes: Mutex::default(),
            keys_asked: AtomicU32::new(0),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .route("/keys", get(keys))
            .with_state(inside.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { issuer, inside }
    }

    /// Who signs in from now on.
    pub fn plan(&self, plan: Plan) {
        *self.inside.plan.lock().expect("the plan") = plan;
    }

    /// How often the key set was asked for.
    pub fn keys_asked(&self) -> u32 {
        self.inside.keys_asked.load(Ordering::SeqCst)
    }

    /// What a person does there who is sent to `address`: the address they are sent back to.
    pub async fn visited(&self, address: &str) -> String {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let answer = client.get(address).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 303, "{address}");
        answer.headers()["location"].to_str().expect("an address").to_owned()
    }
}

impl Inside {
    fn plan(&self) -> Plan {
        self.plan.lock().expect("the plan").clone()
    }

    /// The token for whoever asked so.
    fn token(&self, asked: &Fields) -> String {
        let plan = self.plan();
        let mut claims = json!({
            "iss": self.issuer, "aud": CLIENT, "nonce": asked["nonce"], "iat": self.now, "exp": self.now + 300,
        });
        let (name, value) = match plan.mischief {
            Mischief::OtherAudience => ("aud", json!("another")),
            Mischief::OtherIssuer => ("iss", json!("https://another.example")),
            Mischief::Expired => ("exp", json!(self.now - 61)),
            Mischief::OtherNonce => ("nonce", json!("another")),
            _ => ("jti", json!("1")),
        };
        claims[name] = value;
        for (name, value) in plan.claims.as_object().expect("claims") {
            claims[name] = value.clone();
        }
        let signer = if plan.with_rsa { &self.rsa } else { &self.curve };
        match plan.mischief {
            Mischief::AlgorithmNone => format!("{}.{}.", part(&json!({"alg": "none"})), part(&claims)),
            Mischief::PublicKeyAsSecret => {
                let public = self.rsa.public()["n"].as_str().expect("a modulus").to_owned();
                token_with_secret("rsa", public.as_bytes(), &claims)
            }
            Mischief::UnknownKey => self.stranger.token(&claims),
            Mischief::KeyOfAnotherType => self.rsa.token_as("RS256", "curve", &claims),
            Mischief::StrangersKey => self.stranger.token_as("ES256", "curve", &claims),
            Mischief::ChangedClaims => {
                let real = signer.token(&claims);
                claims["sub"] = json!("somebody else");
                let [header, _, signature] = real.split('.').collect::<Vec<_>>().try_into().expect("three parts");
                format!("{header}.{}.{signature}", part(&claims))
            }
            _ => signer.token(&claims),
        }
    }
}

async fn discovery(State(inside): State<Arc<Inside>>) -> Json<Value> {
    let (plan, issuer) = (inside.plan(), &inside.issuer);
    let named = if plan.mischief == Mischief::OtherDiscovery { "https://another.example" } else { issuer };
    let methods = if plan.only_post { vec!["client_secret_post"] } else { vec!["client_secret_basic"] };
    Json(json!({
        "issuer": named,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "token_endpoint_auth_methods_supported": methods,
        "code_challenge_methods_supported": ["S256"],
    }))
}

async fn authorize(State(inside): State<Arc<Inside>>, Query(asked): Query<Fields>) -> Response {
    let is = |name: &str, value: &str| asked.get(name).is_some_and(|given| given == value);
    let fits = is("response_type", "code")
        && is("client_id", CLIENT)
        && is("code_challenge_method", "S256")
        && asked.get("scope").is_some_and(|scope| scope.split(' ').any(|word| word == "openid"))
        && ["state", "nonce", "code_challenge", "redirect_uri"].iter().all(|name| asked.contains_key(*name));
    if !fits {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let (there, state) = (asked["redirect_uri"].clone(), asked["state"].clone());
    let mut codes = inside.codes.lock().expect("the codes");
    let code = format!("code-{}", codes.len());
    codes.insert(code.clone(), asked);
    Redirect::to(&format!("{there}?code={code}&state={state}")).into_response()
}

async fn token(State(inside): State<Arc<Inside>>, headers: HeaderMap, Form(given): Form<Fields>) -> Response {
    let plan = inside.plan();
    if !knows_the_secret(&plan, &headers, &given) {
        return (StatusCode::UNAUTHORIZED, Json(json!({"error": "invalid_client"}))).into_response();
    }
    let refused = || (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"}))).into_response();
    let text = |name: &str| given.get(name).cloned().unwrap_or_default();
    // A code counts once.
    let Some(asked) = inside.codes.lock().expect("the codes").remove(&text("code")) else { return refused() };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(text("code_verifier").as_bytes()));
    let fits = text("grant_type") == "authorization_code" && text("redirect_uri") == asked["redirect_uri"];
    if !fits || challenge != asked["code_challenge"] {
        return refused();
    }
    match plan.mischief {
        Mischief::Redirect => Redirect::to(&format!("{}/keys", inside.issuer)).into_response(),
        Mischief::Flood => "x".repeat(2 << 20).into_response(),
        _ => {
            Json(json!({"access_token": "a", "token_type": "Bearer", "id_token": inside.token(&asked)})).into_response()
        }
    }
}

fn knows_the_secret(plan: &Plan, headers: &HeaderMap, given: &Fields) -> bool {
    if plan.only_post {
        return given.get("client_id").is_some_and(|id| id == CLIENT)
            && given.get("client_secret").is_some_and(|secret| secret == SECRET)
            && !headers.contains_key(header::AUTHORIZATION);
    }
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let decoded = value.strip_prefix("Basic ").and_then(|text| STANDARD.decode(text).ok()).unwrap_or_default();
    let escaped: String = form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    decoded == format!("{CLIENT}:{escaped}").into_bytes()
}

async fn keys(State(inside): State<Arc<Inside>>) -> Response {
    inside.keys_asked.fetch_add(1, Ordering::SeqCst);
    if inside.plan().mischief == Mischief::NoKeys {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    Json(json!({"keys": [inside.curve.public(), inside.rsa.public()]})).into_response()
}
