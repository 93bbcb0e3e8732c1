//! What all four servers have in common: reading a request, faults, counting, the `Date`.

use super::Counter;
use crate::faults::{FaultKind, FaultPlan};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::Response;
use futures::{StreamExt, stream};
use jiff::Timestamp;
use schemas::Clock;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Largest body that a client may send.
const MOST_BYTES: usize = 1 << 20;

/// A request, read whole.
pub struct Ask {
    pub method: Method,
    pub path: String,
    pub query: BTreeMap<String, String>,
    pub headers: HeaderMap,
    pub body: String,
    pub now: Timestamp,
}

impl Ask {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    pub fn parameter(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }

    /// The body as a form.
    pub fn form(&self) -> BTreeMap<String, String> {
        pairs(&self.body)
    }
}

pub fn pairs(encoded: &str) -> BTreeMap<String, String> {
    let Ok(uri) = format!("/?{}", encoded.trim()).parse::<Uri>() else { return BTreeMap::new() };
    Query::<BTreeMap<String, String>>::try_from_uri(&uri).map(|Query(map)| map).unwrap_or_default()
}

pub struct Reply {
    pub status: StatusCode,
    pub content_type: &'static str,
    pub body: String,
}

impl Reply {
    pub fn json(value: &Value) -> Self {
        Self::json_with(StatusCode::OK, value)
    }

    pub fn json_with(status: StatusCode, value: &Value) -> Self {
        Self { status, content_type: "application/json; charset=utf-8", body: value.to_string() }
    }

    pub fn xml(status: StatusCode, body: String) -> Self {
        Self { status, content_type: "text/xml; charset=utf-8", body }
    }

    pub fn unauthorized() -> Self {
        Self::json_with(StatusCode::UNAUTHORIZED, &json!({"error": "invalid_token"}))
    }

    pub fn not_found() -> Self {
        Self::json_with(StatusCode::NOT_FOUND, &json!({"error": "not_found"}))
    }

    pub fn bad_request(what: &str) -> Self {
        Self::json_with(StatusCode::BAD_REQUEST, &json!({"error": "bad_request", "error_description": what}))
    }
}

pub trait Service: Send + Sync {
    fn answer(&self, ask: &Ask) -> Reply;
    /// Every token that was given out is worth nothing any more.
    fn forget_tokens(&self);
    /// Requests for tokens are not refused by a planned fault, nor answered with an error in 200.
    fn is_token_path(&self, path: &str) -> bool;
    /// The body without what differs between two attempts at one request.
    fn same_body(&self, body: &str) -> String {
        body.to_owned()
    }
}

pub struct Host {
    pub service: Arc<dyn Service>,
    pub plan: FaultPlan,
    pub clock: Arc<dyn Clock>,
    pub counter: Arc<Counter>,
}

pub async fn serve(listener: TcpListener, host: Host, mut stopped: watch::Receiver<bool>) {
    let router = Router::new().fallback(handle).with_state(Arc::new(host));
    let until_stopped = async move {
        // An error means that the handle is gone: stop as well.
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(until_stopped).await {
        tracing::warn!(%error, "a sandbox server ended");
    }
}

async fn handle(State(host): State<Arc<Host>>, request: Request) -> Response {
    host.counter.requests.fetch_add(1, Ordering::Relaxed);
    let now = host.clock.now();
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MOST_BYTES).await else {
        return finish(Reply::bad_request("body"), now, None);
    };
    let ask = Ask {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: pairs(parts.uri.query().unwrap_or_default()),
        headers: parts.headers,
        body: String::from_utf8_lossy(&body).into_owned(),
        now,
    };
    let same = host.service.same_body(&ask.body);
    let name = format!("{} {}?{} {same}", ask.method, ask.path, parts.uri.query().unwrap_or_default());
    let for_token = host.service.is_token_path(&ask.path);
    let fault = host.plan.decide(&name).map(|fault| match fault {
        FaultKind::Unauthorized401 | FaultKind::ErrorIn200 if for_token => FaultKind::Unavailable503,
        other => other,
    });
    if fault.is_some() {
        host.counter.faults.fetch_add(1, Ordering::Relaxed);
    }
    match fault {
        Some(FaultKind::Unavailable503) => {
            let reply = json!({"message": "Service Unavailable"});
            finish(Reply::json_with(StatusCode::SERVICE_UNAVAILABLE, &reply), now, None)
        }
        Some(FaultKind::RetryAfter429) => {
            let reply = Reply::json_with(StatusCode::TOO_MANY_REQUESTS, &json!({"message": "over quota"}));
            finish(reply, now, Some(host.plan.retry_after_s(&name)))
        }
        Some(FaultKind::Unauthorized401) => {
            host.service.forget_tokens();
            finish(Reply::unauthorized(), now, None)
        }
        Some(FaultKind::ErrorIn200) => {
            let error = json!({"error_code": 500, "message": "Lỗi hệ thống, vui lòng thử lại sau"});
            finish(Reply::json(&error), now, None)
        }
        None => finish(answered(&host, &ask), now, None),
        Some(broken) => broken_body(answered(&host, &ask), now, broken, host.plan.stall_ms()),
    }
}

fn answered(host: &Host, ask: &Ask) -> Reply {
    let reply = host.service.answer(ask);
    if reply.status == StatusCode::UNAUTHORIZED {
        host.counter.refused.fetch_add(1, Ordering::Relaxed);
    }
    reply
}

fn response(status: StatusCode, content_type: &'static str, now: Timestamp, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Ok(date) = HeaderValue::from_str(&now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

fn finish(reply: Reply, now: Timestamp, retry_after_s: Option<u64>) -> Response {
    let mut response = response(reply.status, reply.content_type, now, Body::from(reply.body));
    if let Some(seconds) = retry_after_s {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The whole length is promised, and less, or late, delivered.
fn broken_body(reply: Reply, now: Timestamp, fault: FaultKind, stall_ms: u64) -> Response {
    let bytes = Bytes::from(reply.body);
    let length = bytes.len();
    let front = bytes.slice(..length / 2);
    let broken = || Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset));
    let body = match fault {
        FaultKind::Truncated => {
            // The half that was sent must leave the machine before the connection breaks.
            let cut = stream::once(async move {
                tokio::task::yield_now().await;
                broken()
            });
            Body::from_stream(stream::iter([Ok(front)]).chain(cut))
        }
        FaultKind::SlowBody => {
            let rest = bytes.slice(length / 2..);
            let late = stream::once(async move {
                tokio::time::sleep(Duration::from_millis(stall_ms)).await;
                Ok::<_, std::io::Error>(rest)
            });
            Body::from_stream(stream::iter([Ok(front)]).chain(late))
        }
        _ => Body::from_stream(stream::iter([broken() as Result<Bytes, std::io::Error>])),
    };
    let mut response = response(reply.status, reply.content_type, now, body);
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    response
}
