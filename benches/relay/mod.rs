//! An HTTP relay that answers what it was asked before from memory.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// One question as it was sent, for whoever wants to ask it again.
#[derive(Clone)]
pub struct Recorded {
    pub method: Method,
    /// With the query.
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
    pub answer_bytes: usize,
}

type Key = (Method, String, Bytes);
type Answer = (StatusCode, Option<header::HeaderValue>, Bytes);

#[derive(Default)]
struct Memory {
    answers: HashMap<Key, Answer>,
    recorded: Vec<Recorded>,
}

pub struct Relay {
    /// Stands for the base address of the source.
    pub url: String,
    pub origin: String,
    memory: Arc<Mutex<Memory>>,
}

#[derive(Clone)]
struct Relaying {
    upstream: String,
    client: reqwest::Client,
    memory: Arc<Mutex<Memory>>,
}

impl Relay {
    /// Listens on a thread of its own, in front of the source at `base_url`.
    pub fn start(base_url: &str) -> Self {
        let rest = base_url.strip_prefix("http://").expect("loopback");
        let (host, path) =
            rest.split_once('/').map_or((rest, String::new()), |(host, path)| (host, format!("/{path}")));
        let memory = Arc::new(Mutex::new(Memory::default()));
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let state = Relaying { upstream: format!("http://{host}"), client, memory: memory.clone() };
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("asynchronous");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                axum::serve(listener, axum::Router::new().fallback(relay).with_state(state)).await
            })
        });
        Self { url: format!("{origin}{path}"), origin, memory }
    }

    /// The questions so far, but for tokens, in their order.
    pub fn recorded(&self) -> Vec<Recorded> {
        self.memory.lock().expect("not poisoned").recorded.clone()
    }
}

async fn relay(State(state): State<Relaying>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    let path = parts.uri.path_and_query().expect("a path").to_string();
    // The service wants another request id each time; the answer is the same.
    let text = String::from_utf8_lossy(&body);
    let same = match (text.find("<dan:MaYeuCau>"), text.find("</dan:MaYeuCau>")) {
        (Some(from), Some(to)) => Bytes::from(format!("{}{}", &text[..from], &text[to..])),
        _ => body.clone(),
    };
    let key = (parts.method.clone(), path.clone(), same);
    let known = state.memory.lock().expect("not poisoned").answers.get(&key).cloned();
    let answer = match known {
        Some(answer) => answer,
        None => {
            let url = format!("{}{path}", state.upstream);
            let mut headers = parts.headers;
            // The host stays ours: a signature covers it.
            let sent =
                state.client.request(parts.method.clone(), url).headers(headers.clone()).body(body.clone()).send();
            let reply = sent.await.expect("the sandbox answers");
            let (status, kind) = (reply.status(), reply.headers().get(header::CONTENT_TYPE).cloned());
            let answer = (status, kind, reply.bytes().await.expect("a body"));
            let mut memory = state.memory.lock().expect("not poisoned");
            if !path.contains("token") {
                headers.remove(header::CONTENT_LENGTH);
                headers.remove(header::HOST);
                let answer_bytes = answer.2.len();
                memory.recorded.push(Recorded { method: parts.method, path, headers, body, answer_bytes });
            }
            memory.answers.insert(key, answer.clone());
            answer
        }
    };
    let mut response = Response::new(Body::from(answer.2));
    *response.status_mut() = answer.0;
    if let Some(kind) = answer.1 {
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    response
}
