//! A responder that speaks enough TDS 7.4 to be asked by the SQL Server driver: log-in, statements
//! with bound values, rows, errors. It is no SQL Server: it answers what the test makes of a
//! statement.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const PRELOGIN: u8 = 0x12;
const LOGIN: u8 = 0x10;
const RPC: u8 = 0x03;
const RESPONSE: u8 = 0x04;
const VERSION_7_4: u32 = 0x7400_0004;

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Integer(i64),
    /// `nvarchar`
    Text(String),
    /// `char`, padded
    Padded(String),
    Bit(bool),
    /// `datetime2(7)`, as ISO text
    Time(String),
}

pub enum Said {
    /// Columns by their first row; an empty answer needs none.
    Rows(Vec<Vec<Value>>),
    /// A column that only has a type: an empty answer still has columns.
    Error(u32),
    Silence,
}

/// A statement as it arrived.
pub struct Asked {
    pub sql: String,
    pub values: Vec<Value>,
}

pub struct Tds {
    pub port: u16,
    /// Whether each log-in said that it intends to read only.
    pub read_only: Arc<Mutex<Vec<bool>>>,
    pub statements: Arc<Mutex<Vec<String>>>,
}

impl Tds {
    /// `refusal`: the error of each log-in.
    pub async fn start(refusal: Option<u32>, answer: impl Fn(&Asked) -> Said + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (read_only, statements) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
        let (answer, intents, sent) = (Arc::new(answer), read_only.clone(), statements.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, refusal, answer.clone(), intents.clone(), sent.clone()));
            }
        });
        Self { port, read_only, statements }
    }
}

async fn serve(
    mut stream: TcpStream,
    refusal: Option<u32>,
    answer: Arc<impl Fn(&Asked) -> Said>,
    intents: Arc<Mutex<Vec<bool>>>,
    sent: Arc<Mutex<Vec<String>>>,
) {
    while let Some((kind, body)) = message(&mut stream).await {
        let reply = match kind {
            // Version, encryption (not supported), end.
            PRELOGIN => vec![0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xFF, 16, 0, 0, 0, 0, 0, 2],
            LOGIN => {
                intents.lock().expect("not poisoned").push(body[26] & 0x20 != 0);
                refusal.map_or_else(accepted, error)
            }
            RPC => {
                let asked = statement(&body);
                sent.lock().expect("not poisoned").push(asked.sql.clone());
                match answer(&asked) {
                    Said::Rows(rows) => rows_reply(&rows),
                    Said::Error(number) => error(number),
                    Said::Silence => std::future::pending().await,
                }
            }
            _ => return,
        };
        if write(&mut stream, &reply).await.is_err() {
            return;
        }
    }
}

/// The whole message, put together from its packets.
async fn message(stream: &mut TcpStream) -> Option<(u8, Vec<u8>)> {
    let mut body = Vec::new();
    loop {
        let mut head = [0u8; 8];
        stream.read_exact(&mut head).await.ok()?;
        let mut packet = vec![0u8; usize::from(u16::from_be_bytes([head[2], head[3]])) - 8];
        stream.read_exact(&mut packet).await.ok()?;
        body.extend(packet);
        if head[1] & 1 == 1 {
            return Some((head[0], body));
        }
    }
}

async fn write(stream: &mut TcpStream, body: &[u8]) -> std::io::Result<()> {
    let chunks: Vec<&[u8]> = body.chunks(4_000).collect();
    for (at, chunk) in chunks.iter().enumerate() {
        let length = (chunk.len() as u16 + 8).to_be_bytes();
        let status = u8::from(at + 1 == chunks.len());
        stream.write_all(&[RESPONSE, status, length[0], length[1], 0, 0, at as u8, 0]).await?;
        stream.write_all(chunk).await?;
    }
    Ok(())
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn short_text(text: &str) -> Vec<u8> {
    [&[text.encode_utf16().count() as u8][..], &utf16(text)].concat()
}

fn done(status: u16) -> Vec<u8> {
    [&[0xFD][..], &status.to_le_bytes(), &[0; 10]].concat()
}

fn accepted() -> Vec<u8> {
    let body = [&[1][..], &VERSION_7_4.to_be_bytes(), &short_text("TDS"), &[16, 0, 0, 0]].concat();
    [&[0xAD][..], &(body.len() as u16).to_le_bytes(), &body, &done(0)].concat()
}

fn error(number: u32) -> Vec<u8> {
    let text = "CANARY 099085000123";
    let body = [
        &number.to_le_bytes()[..],
        &[1, 16],
        &(text.len() as u16).to_le_bytes(),
        &utf16(text),
        &short_text("s"),
        &short_text(""),
        &1u32.to_le_bytes(),
    ]
    .concat();
    [&[0xAA][..], &(body.len() as u16).to_le_bytes(), &body, &done(2)].concat()
}

fn rows_reply(rows: &[Vec<Value>]) -> Vec<u8> {
    let mut reply = Vec::new();
    if let Some(first) = rows.first() {
        reply.push(0x81);
        reply.extend((first.len() as u16).to_le_bytes());
        for at in 0..first.len() {
            // The type is that of the first row that has a value.
            let example = rows.iter().map(|row| &row[at]).find(|value| **value != Value::Null);
            reply.extend([0, 0, 0, 0, 1, 0]);
            reply.extend(type_of(example.unwrap_or(&Value::Integer(0))));
            reply.extend(short_text("c"));
        }
        for row in rows {
            reply.push(0xD1);
            for (at, value) in row.iter().enumerate() {
                let example = rows.iter().map(|row| &row[at]).find(|value| **value != Value::Null);
                reply.extend(bytes_of(value, example.unwrap_or(&Value::Integer(0))));
            }
        }
    } else {
        // One column of whole numbers, no row.
        reply.extend([0x81, 1, 0, 0, 0, 0, 0, 1, 0, 0x26, 8]);
        reply.extend(short_text("c"));
    }
    reply.extend(done(0x10));
    reply
}

const COLLATION: [u8; 5] = [0x09, 0x04, 0xD0, 0x00, 0x34];

fn type_of(value: &Value) -> Vec<u8> {
    match value {
        Value::Integer(_) | Value::Null => vec![0x26, 8],
        Value::Bit(_) => vec![0x68, 1],
        Value::Time(_) => vec![0x2A, 7],
        Value::Text(_) => [&[0xE7, 0x40, 0x1F][..], &COLLATION].concat(),
        Value::Padded(_) => [&[0xAF, 0x40, 0x1F][..], &COLLATION].concat(),
    }
}

fn bytes_of(value: &Value, column: &Value) -> Vec<u8> {
    match (value, column) {
        (Value::Null, Value::Text(_) | Value::Padded(_)) => vec![0xFF, 0xFF],
        (Value::Null, _) => vec![0],
        (Value::Integer(number), _) => [&[8][..], &number.to_le_bytes()].concat(),
        (Value::Bit(flag), _) => vec![1, u8::from(*flag)],
        (Value::Text(text), _) => {
            let text = utf16(text);
            [&(text.len() as u16).to_le_bytes()[..], &text].concat()
        }
        (Value::Padded(text), _) => [&(text.len() as u16).to_le_bytes()[..], text.as_bytes()].concat(),
        (Value::Time(text), _) => {
            let at: jiff::civil::DateTime = text.parse().expect("a time");
            let midnight = at.date().at(0, 0, 0, 0);
            let steps = at.duration_since(midnight).as_nanos() / 100;
            let days = midnight.duration_since(jiff::civil::date(1, 1, 1).at(0, 0, 0, 0)).as_hours() / 24;
            [&[8][..], &(steps as u64).to_le_bytes()[..5], &(days as u32).to_le_bytes()[..3]].concat()
        }
    }
}

/// `sp_executesql`: the statement, the declaration of its values, the values.
fn statement(body: &[u8]) -> Asked {
    let headers = u32::from_le_bytes(body[..4].try_into().expect("four bytes")) as usize;
    let mut reader = Reader { rest: &body[headers + 6..] };
    let mut values = Vec::new();
    while !reader.rest.is_empty() {
        values.push(reader.parameter());
    }
    let mut values = values.into_iter();
    let sql = match values.next() {
        Some(Value::Text(sql)) => sql,
        _ => String::new(),
    };
    Asked { sql, values: values.skip(1).collect() }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn take(&mut self, count: usize) -> Vec<u8> {
        let (taken, rest) = self.rest.split_at(count);
        self.rest = rest;
        taken.to_vec()
    }

    fn number(&mut self, bytes: usize) -> u64 {
        self.take(bytes).iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    fn parameter(&mut self) -> Value {
        let name = self.number(1) as usize * 2;
        self.take(name + 1);
        match self.number(1) {
            0x26 => {
                self.take(1);
                let length = self.number(1) as usize;
                Value::Integer(self.number(length).cast_signed())
            }
            0xE7 => {
                let most = self.number(2);
                self.take(5);
                let bytes = if most == 0xFFFF {
                    self.chunks()
                } else {
                    let length = self.number(2) as usize;
                    self.take(length)
                };
                let units: Vec<u16> =
                    bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
                Value::Text(String::from_utf16(&units).expect("a text"))
            }
            kind => panic!("a value of type {kind:#x}"),
        }
    }

    /// A long value: its length, then chunks up to an empty one.
    fn chunks(&mut self) -> Vec<u8> {
        self.take(8);
        let mut bytes = Vec::new();
        loop {
            match self.number(4) as usize {
                0 => return bytes,
                length => bytes.extend(self.take(length)),
            }
        }
    }
}
