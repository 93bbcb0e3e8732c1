//! The HTTP client underneath: no redirects, no proxies, no compression, our own time limits.
//!
//! Sends one request and brings back the raw answer; knows nothing of retries. Addresses come
//! from the configuration only: a redirect is an answer that is refused, not followed. Compression
//! is not offered, so the size of a body is the size on the wire.

use super::body::{self, BodyLimits};
use super::request::{Payload, Request};
use super::retry_after::http_date;
use super::tls::{self, TlsError};
use config::settings::Tls;
use jiff::Timestamp;
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, DATE, HeaderMap, HeaderName, RETRY_AFTER,
};
use reqwest::{Client, Url, redirect};
use schemas::{ErrorClass, Sensitive, SourceError};
use std::time::Duration;

const LONGEST_CONNECT: Duration = Duration::from_secs(10);

/// Headers that prove who we are; made anew for each attempt.
#[derive(Clone, Default)]
pub struct Proof {
    pub authorization: Option<Sensitive>,
    /// `ApiKey`, `Timestamp`, `X-Road-Client`.
    pub extra: Vec<(&'static str, Sensitive)>,
}

/// Status, headers that matter and the whole body.
pub struct RawReply {
    pub status: u16,
    pub body: Vec<u8>,
    pub date: Option<Timestamp>,
    pub retry_after: Option<String>,
}

/// A client for one source.
pub struct HttpClient {
    client: Client,
    base_url: String,
    timeout: Duration,
    limits: BodyLimits,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    #[error("base_url is not a URL")]
    BadUrl,
    #[error("the certificates of the settings cannot be used")]
    Tls(#[source] TlsError),
    #[error("the HTTP client cannot be built")]
    Build,
}

impl HttpClient {
    pub fn new(base_url: &str, timeout: Duration, max_body_bytes: u64, tls: &Tls) -> Result<Self, ClientError> {
        // Another part of the program may have chosen a provider before; that one serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let base_url = base_url.trim_end_matches('/').to_owned();
        Url::parse(&base_url).map_err(|_| ClientError::BadUrl)?;
        let builder = Client::builder()
            .user_agent(concat!("doisoat/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(timeout.min(LONGEST_CONNECT));
        let client = tls::apply(builder, tls).map_err(ClientError::Tls)?.build().map_err(|_| ClientError::Build)?;
        Ok(Self { client, base_url, timeout, limits: BodyLimits::new(max_body_bytes, timeout) })
    }

    /// The whole address of a path, without a query: what a digest signs. The token endpoint may
    /// be a whole address already; its origin was checked when the settings were resolved.
    pub fn address(&self, path: &str) -> String {
        if path.starts_with('/') { format!("{}{path}", self.base_url) } else { path.to_owned() }
    }

    pub async fn send(&self, request: &Request, proof: &Proof) -> Result<RawReply, SourceError> {
        let built = self.build(request, proof)?;
        let answer = match tokio::time::timeout(self.timeout, self.client.execute(built)).await {
            Err(_) => return Err(transient("timeout", format!("no answer within {} ms", self.timeout.as_millis()))),
            Ok(Err(error)) => return Err(connection_error(&error)),
            Ok(Ok(answer)) => answer,
        };
        let status = answer.status().as_u16();
        let (date, retry_after) = {
            let text = |name: HeaderName| answer.headers().get(name).and_then(|value| value.to_str().ok());
            (text(DATE).and_then(http_date), text(RETRY_AFTER).map(str::to_owned))
        };
        if is_encoded(answer.headers()) {
            let detail = "the body is compressed although that was not offered";
            return Err(SourceError::new(ErrorClass::Contract, "content_encoding", detail));
        }
        let body = body::read(answer, &self.limits).await?;
        Ok(RawReply { status, body, date, retry_after })
    }

    fn build(&self, request: &Request, proof: &Proof) -> Result<reqwest::Request, SourceError> {
        let wrong = |what: &str| SourceError::new(ErrorClass::Permanent, "bad_request", what.to_owned());
        let mut url = Url::parse(&self.address(&request.path)).map_err(|_| wrong("the address is not a URL"))?;
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(request.query.iter().map(|(name, value)| (*name, value.as_str())));
        }
        let mut builder =
            self.client.request(request.method.clone(), url).header(ACCEPT, "application/json, application/xml");
        builder = match &request.payload {
            Payload::Empty => builder,
            Payload::Json(text) => builder.header(CONTENT_TYPE, "application/json").body(text.expose().to_owned()),
            Payload::JsonWithProof { key, object } => {
                let body = with_proof(object, key, proof).ok_or_else(|| wrong("the body cannot carry the proof"))?;
                builder.header(CONTENT_TYPE, "application/json").body(body)
            }
            Payload::Form(fields) => {
                let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.expose())).collect();
                builder.form(&fields)
            }
            Payload::Soap(text) => builder
                .header(CONTENT_TYPE, "application/xml")
                .header("SOAPAction", "\"\"")
                .body(text.expose().to_owned()),
        };
        if let Some(authorization) = &proof.authorization {
            builder = builder.header(AUTHORIZATION, authorization.expose());
        }
        for (name, value) in &proof.extra {
            builder = builder.header(*name, value.expose());
        }
        builder.build().map_err(|_| wrong("a header or the body cannot be sent"))
    }
}

/// The object with the authorisation of this attempt in it.
fn with_proof(object: &Sensitive, key: &str, proof: &Proof) -> Option<String> {
    let mut map: serde_json::Map<String, serde_json::Value> = serde_json::from_str(object.expose()).ok()?;
    map.insert(key.to_owned(), proof.authorization.as_ref()?.expose().into());
    serde_json::to_string(&map).ok()
}

fn is_encoded(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_ENCODING).is_some_and(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"))
}

fn transient(code: &str, detail: impl Into<String>) -> SourceError {
    SourceError::new(ErrorClass::Transient, code, detail)
}

/// In our own words: the library's text holds the whole address.
fn connection_error(error: &reqwest::Error) -> SourceError {
    if is_tls_refusal(error) {
        return SourceError::new(ErrorClass::Permanent, "tls_refused", "the certificate or the handshake is refused");
    }
    if error.is_timeout() {
        return transient("timeout", "the connection took too long");
    }
    if error.is_connect() {
        return transient("connect", "the source cannot be reached");
    }
    transient("connection_reset", "the connection broke before an answer came")
}

/// `source` of an I/O error leaves out what it wraps, and the library wraps the refusal twice.
fn is_tls_refusal(error: &(dyn std::error::Error + 'static)) -> bool {
    let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    error.is::<rustls::Error>()
        || wrapped.is_some_and(|wrapped| is_tls_refusal(wrapped))
        || error.source().is_some_and(is_tls_refusal)
}
