//! A server that answers each request as the test says, once per connection.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

pub struct Asked {
    /// How many came before this one.
    pub number: usize,
    pub path: String,
    pub head: String,
    pub body: String,
}

impl Asked {
    pub fn header(&self, name: &str) -> String {
        let line = self.head.lines().find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")));
        line.and_then(|line| line.split_once(':')).map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    }
}

pub enum Answer {
    /// A whole answer: status, further headers, body.
    Whole(u16, Vec<(&'static str, String)>, String),
    /// Promises so many bytes, sends these and closes.
    Promised(usize, String),
    /// No length: the end of the connection is the end of the body.
    UntilClosed(String),
    /// Promises more than it sends, and then says nothing.
    Stalled(String),
    /// Never answers.
    Silent,
    /// Closes without a word.
    Closed,
    /// Head and body as they are, piece by piece; then closes.
    Wire(Vec<Piece>),
}

pub enum Piece {
    Bytes(Vec<u8>),
    /// The same bytes so many times.
    Often(Vec<u8>, u64),
    /// Each byte after such a pause.
    Slow(Vec<u8>, Duration),
    /// Says nothing until the client goes away.
    Silence,
}

impl Answer {
    pub fn json(body: impl Into<String>) -> Self {
        Self::Whole(200, Vec::new(), body.into())
    }

    pub fn status(status: u16) -> Self {
        Self::Whole(status, Vec::new(), String::new())
    }

    /// A head of success with further lines, and nothing after it but what the pieces say.
    pub fn wire(headers: &str, pieces: impl IntoIterator<Item = Piece>) -> Self {
        let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\n{headers}\r\n");
        Self::Wire([Piece::Bytes(head.into_bytes())].into_iter().chain(pieces).collect())
    }
}

pub struct Server {
    pub url: String,
    pub asked: Arc<AtomicUsize>,
    /// Method and path of each request.
    pub seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub async fn start(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (asked, seen) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
        let (answer, count, paths) = (Arc::new(answer), asked.clone(), seen.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Else the body waits for the client to acknowledge the head.
                let _ = stream.set_nodelay(true);
                tokio::spawn(serve(stream, answer.clone(), count.clone(), paths.clone()));
            }
        });
        Self { url, asked, seen }
    }

    pub fn count(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// Answers one request, over whatever stream.
pub async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    answer: Arc<impl Fn(&Asked) -> Answer>,
    count: Arc<AtomicUsize>,
    seen: Arc<Mutex<Vec<String>>>,
) {
    let Some((head, body)) = read(&mut stream).await else { return };
    let mut first = head.lines().next().unwrap_or_default().split(' ').map(str::to_owned);
    let (method, path) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
    let number = count.fetch_add(1, Ordering::SeqCst);
    seen.lock().expect("not poisoned").push(format!("{method} {path}"));
    let answer = answer(&Asked { number, path, head, body });
    let start = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\n";
    let (bytes, then_silent) = match answer {
        Answer::Whole(status, headers, body) => {
            let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
            let length = body.len();
            (
                format!("HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"),
                false,
            )
        }
        Answer::Promised(length, body) => (format!("{start}Content-Length: {length}\r\n\r\n{body}"), false),
        Answer::UntilClosed(body) => (format!("{start}\r\n{body}"), false),
        Answer::Stalled(body) => (format!("{start}Content-Length: {}\r\n\r\n{body}", body.len() + 1_000), true),
        Answer::Silent => (String::new(), true),
        Answer::Closed => return,
        Answer::Wire(pieces) => return wire(&mut stream, pieces).await.unwrap_or_default(),
    };
    if stream.write_all(bytes.as_bytes()).await.is_err() {
        return;
    }
    if then_silent {
        silence(&mut stream).await;
    }
    // Says good-bye first, where the stream knows how.
    let _ = stream.shutdown().await;
}

/// Ends early when the client has gone away.
async fn wire(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), pieces: Vec<Piece>) -> std::io::Result<()> {
    for piece in pieces {
        match piece {
            Piece::Bytes(bytes) => stream.write_all(&bytes).await?,
            Piece::Often(bytes, times) => {
                for _ in 0..times {
                    stream.write_all(&bytes).await?;
                }
            }
            Piece::Slow(bytes, pause) => {
                for byte in bytes {
                    tokio::time::sleep(pause).await;
                    stream.write_all(&[byte]).await?;
                }
            }
            Piece::Silence => silence(stream).await,
        }
    }
    stream.flush().await
}

/// Until the client goes away.
async fn silence(stream: &mut (impl AsyncRead + Unpin)) {
    let mut rest = [0u8; 64];
    while matches!(stream.read(&mut rest).await, Ok(read) if read > 0) {}
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<(String, String)> {
    let mut bytes = Vec::new();
    let mut chunk = [0u8; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:").map(str::to_owned))
                .and_then(|length| length.trim().parse::<usize>().ok())
                .unwrap_or(0);
            if body.len() >= length {
                return Some((head.to_owned(), body.to_owned()));
            }
        }
        match stream.read(&mut chunk).await {
            Ok(read) if read > 0 => bytes.extend_from_slice(&chunk[..read]),
            _ => return None,
        }
    }
}
