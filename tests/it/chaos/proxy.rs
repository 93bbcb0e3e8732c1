//! A proxy between the program and one source that breaks the network on demand.
//!
//! One request a connection: what befalls it is decided by a function of the request and how often
//! it was made, so that a seed replays it.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What befalls one request.
#[derive(Debug, Clone)]
pub enum Fate {
    Pass,
    /// This status, with this header line (may be empty), instead of asking.
    Status(u16, String),
    /// The connection is closed before an answer.
    Reset,
    /// Nobody answers for so long; then the connection is closed.
    Hold(Duration),
    /// The answer is cut after this share of its bytes.
    Cut(f64),
    /// The answer comes with its `Date` moved by so many seconds.
    ShiftDate(i64),
}

/// A request as the proxy sees it.
#[derive(Debug, Clone)]
pub struct Seen {
    /// From 0, over all requests of this proxy.
    pub number: u64,
    /// Method, path and body without what changes from try to try.
    pub question: String,
    /// How often this question came before.
    pub before: u64,
}

type Decide = dyn Fn(&Seen) -> Fate + Send + Sync;

#[derive(Default)]
struct State {
    count: u64,
    asked: HashMap<String, u64>,
    /// Questions whose answer went through whole, in order.
    answered: Vec<String>,
    refused: u64,
}

pub struct Proxy {
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
    decide: Arc<Mutex<Arc<Decide>>>,
}

impl Proxy {
    /// Before `upstream` (host:port).
    pub fn start(upstream: &str, decide: impl Fn(&Seen) -> Fate + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State::default()));
        let decide: Arc<Mutex<Arc<Decide>>> = Arc::new(Mutex::new(Arc::new(decide)));
        let (of_thread, fates, upstream) = (state.clone(), decide.clone(), upstream.to_owned());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, fates, upstream) = (of_thread.clone(), fates.clone(), upstream.clone());
                std::thread::spawn(move || serve(stream, &upstream, &state, &fates));
            }
        });
        Self { address, state, decide }
    }

    /// From now on requests fare like this.
    pub fn decide(&self, decide: impl Fn(&Seen) -> Fate + Send + Sync + 'static) {
        *self.decide.lock().expect("not poisoned") = Arc::new(decide);
    }

    /// All requests so far, those that did not pass included.
    pub fn requests(&self) -> u64 {
        self.state.lock().expect("not poisoned").count
    }

    /// Requests that did not pass.
    pub fn refused(&self) -> u64 {
        self.state.lock().expect("not poisoned").refused
    }

    /// Questions that were answered, each time they were.
    pub fn answered(&self) -> Vec<String> {
        self.state.lock().expect("not poisoned").answered.clone()
    }

    pub fn forget(&self) {
        *self.state.lock().expect("not poisoned") = State::default();
    }
}

fn serve(mut client: TcpStream, upstream: &str, state: &Mutex<State>, decide: &Mutex<Arc<Decide>>) {
    let Some((head, body)) = read_request(&mut client) else { return };
    let question = question(&head, &body);
    let seen = {
        let mut state = state.lock().expect("not poisoned");
        let number = state.count;
        state.count += 1;
        let before = state.asked.entry(question.clone()).or_default();
        *before += 1;
        Seen { number, question: question.clone(), before: *before - 1 }
    };
    let fate = {
        let decide = decide.lock().expect("not poisoned").clone();
        decide(&seen)
    };
    if !matches!(fate, Fate::Pass | Fate::ShiftDate(_)) {
        state.lock().expect("not poisoned").refused += 1;
    }
    let answer = match &fate {
        Fate::Reset => return,
        Fate::Hold(time) => {
            std::thread::sleep(*time);
            return;
        }
        Fate::Status(status, header) => {
            let end = if header.is_empty() { String::new() } else { format!("{header}\r\n") };
            format!("HTTP/1.1 {status} X\r\n{end}Content-Length: 0\r\nConnection: close\r\n\r\n").into_bytes()
        }
        Fate::Pass | Fate::Cut(_) | Fate::ShiftDate(_) => match ask(upstream, &head, &body) {
            Some(answer) => answer,
            None => return,
        },
    };
    let answer = match fate {
        Fate::Cut(share) => {
            let head_end = find(&answer, b"\r\n\r\n").map_or(answer.len(), |at| at + 4);
            let cut = head_end + ((answer.len() - head_end) as f64 * share) as usize;
            answer[..cut.min(answer.len().saturating_sub(1))].to_vec()
        }
        Fate::ShiftDate(seconds) => shift_date(answer, seconds),
        _ => answer,
    };
    // A refusal is no answer: after five minutes of a scenario the source's clock is too far from
    // the fixed one of the run, and the first signature is refused.
    let went_through = matches!(fate, Fate::Pass | Fate::ShiftDate(_)) && answer.starts_with(b"HTTP/1.1 2");
    if client.write_all(&answer).is_ok() && went_through {
        state.lock().expect("not poisoned").answered.push(seen.question);
    }
    let _ = client.shutdown(Shutdown::Write);
    // Until the client has closed: a close with unread bytes would reset what was sent.
    let _ = client.set_read_timeout(Some(Duration::from_secs(5)));
    let _ = client.read(&mut [0u8; 64]);
}

fn read_request(client: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    client.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let mut bytes = Vec::new();
    let mut chunk = [0u8; 8192];
    let head_end = loop {
        if let Some(at) = find(&bytes, b"\r\n\r\n") {
            break at + 4;
        }
        match client.read(&mut chunk) {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&chunk[..read]),
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let length: usize = header(&head, "content-length").and_then(|v| v.parse().ok()).unwrap_or(0);
    while bytes.len() < head_end + length {
        match client.read(&mut chunk) {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&chunk[..read]),
        }
    }
    Some((head, bytes[head_end..].to_vec()))
}

/// Asks once and reads to the end.
fn ask(upstream: &str, head: &str, body: &[u8]) -> Option<Vec<u8>> {
    let mut server = TcpStream::connect(upstream).ok()?;
    let lines: Vec<&str> =
        head.trim_end().split("\r\n").filter(|l| !l.to_lowercase().starts_with("connection:")).collect();
    server.write_all(format!("{}\r\nConnection: close\r\n\r\n", lines.join("\r\n")).as_bytes()).ok()?;
    server.write_all(body).ok()?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer).ok()?;
    Some(answer)
}

fn question(head: &str, body: &[u8]) -> String {
    let line = head.split("\r\n").next().unwrap_or_default();
    let line = line.rsplit_once(' ').map_or(line, |(line, _)| line);
    let body = String::from_utf8_lossy(body);
    // A look-up's request number is another one in another run.
    let body = match (body.find("<dan:MaYeuCau>"), body.find("</dan:MaYeuCau>")) {
        (Some(from), Some(to)) if from < to => format!("{}{}", &body[..from], &body[to..]),
        _ => body.into_owned(),
    };
    format!("{line} {body}")
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.split("\r\n").find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then_some(value.trim())
    })
}

fn shift_date(answer: Vec<u8>, seconds: i64) -> Vec<u8> {
    let Some(head_end) = find(&answer, b"\r\n\r\n") else { return answer };
    let head = String::from_utf8_lossy(&answer[..head_end]).into_owned();
    let Some(old) = header(&head, "date") else { return answer };
    let parsed = jiff::fmt::rfc2822::parse(&old.replace("GMT", "+0000")).expect("an HTTP date");
    let shifted = parsed.timestamp() + jiff::SignedDuration::from_secs(seconds);
    let text = shifted.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let mut bytes = head.replace(old, &text).into_bytes();
    bytes.extend_from_slice(&answer[head_end..]);
    bytes
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
