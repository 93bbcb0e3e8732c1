//! A mail server and a webhook that keep what they are sent.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// Listens until the process ends.
#[derive(Clone)]
pub struct Receiver {
    pub port: u16,
    kept: Arc<Mutex<Vec<String>>>,
}

impl Receiver {
    /// A mail server without TLS: headers and text of each mail.
    pub fn smtp() -> Self {
        Self::with(smtp)
    }

    /// Answers each POST with 204: the signature on the first line, then the body.
    pub fn webhook() -> Self {
        Self::with(http)
    }

    fn with(talk: fn(TcpStream) -> std::io::Result<Option<String>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let kept: Arc<Mutex<Vec<String>>> = Arc::default();
        let keep = kept.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if let Ok(Some(text)) = talk(stream) {
                    keep.lock().expect("kept").push(text);
                }
            }
        });
        Self { port, kept }
    }

    pub fn kept(&self) -> Vec<String> {
        self.kept.lock().expect("kept").clone()
    }
}

fn smtp(stream: TcpStream) -> std::io::Result<Option<String>> {
    let mut answer = stream.try_clone()?;
    let mut lines = BufReader::new(stream).lines();
    let mut said = |text: &str| answer.write_all(format!("{text}\r\n").as_bytes());
    said("220 here")?;
    let mut mail = None;
    while let Some(line) = lines.next() {
        let line = line?;
        match line.split(' ').next().unwrap_or_default().to_uppercase().as_str() {
            "DATA" => {
                said("354 go on")?;
                let mut text = String::new();
                for line in lines.by_ref() {
                    let line = line?;
                    if line == "." {
                        break;
                    }
                    text.push_str(&line);
                    text.push('\n');
                }
                mail = Some(text);
                said("250 kept")?;
            }
            "QUIT" => {
                said("221 bye")?;
                break;
            }
            _ => said("250 ok")?,
        }
    }
    Ok(mail)
}

fn http(stream: TcpStream) -> std::io::Result<Option<String>> {
    let mut answer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    let (mut length, mut signature) = (0, String::new());
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let line = line.trim();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        match name.to_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap_or(0),
            "x-doisoat-signature" => signature = value.trim().to_owned(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    answer.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")?;
    Ok(Some(format!("{signature}\n{}", String::from_utf8_lossy(&body))))
}
