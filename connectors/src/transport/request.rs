//! What is asked and what came back, before anybody reads it.

use jiff::Timestamp;
use reqwest::Method;
use schemas::{Sensitive, SourceError};

/// Which language the answer must be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    Json,
    Xml,
}

/// The body of a request: may hold personal values, so it is never shown.
#[derive(Clone, Default)]
pub enum Payload {
    #[default]
    Empty,
    Json(Sensitive),
    /// A JSON object that the proof must stand in as well, under this key: some gateways read it
    /// there.
    JsonWithProof {
        key: &'static str,
        object: Sensitive,
    },
    Form(Vec<(&'static str, Sensitive)>),
    /// SOAP 1.1: XML with an empty `SOAPAction`.
    Soap(Sensitive),
}

impl std::fmt::Debug for Payload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Empty => "Empty",
            Self::JsonWithProof { .. } => "JsonWithProof(<hidden>)",
            Self::Json(_) => "Json(<hidden>)",
            Self::Form(_) => "Form(<hidden>)",
            Self::Soap(_) => "Soap(<hidden>)",
        })
    }
}

/// From the status and the body of a failed answer.
pub type ReadRefusal = fn(u16, &[u8]) -> Option<SourceError>;

/// One question to a source. Path and query must not hold personal values: they end up in the
/// logs of proxies.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: Method,
    /// Appended to the source's `base_url`; begins with `/`.
    pub path: String,
    pub query: Vec<(&'static str, String)>,
    pub payload: Payload,
    pub expect: Expect,
    /// Reads what a failed answer says, by its status and body, where this source is known to say
    /// more than its status. `None` comes back where it does not.
    pub refusal: Option<ReadRefusal>,
}

impl Request {
    pub fn get(path: impl Into<String>, query: Vec<(&'static str, String)>) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            query,
            payload: Payload::Empty,
            expect: Expect::Json,
            refusal: None,
        }
    }

    pub fn post(path: impl Into<String>, payload: Payload) -> Self {
        let expect = if matches!(payload, Payload::Soap(_)) { Expect::Xml } else { Expect::Json };
        Self { method: Method::POST, path: path.into(), query: Vec::new(), payload, expect, refusal: None }
    }
}

/// A whole answer with a status of success.
pub struct Reply {
    pub body: Vec<u8>,
    /// The `Date` header: the source's own clock.
    pub date: Option<Timestamp>,
    /// Our clock when the answer was complete.
    pub received_at: Timestamp,
}

impl Reply {
    /// By the source's clock where it tells, else by ours.
    pub fn served_at(&self) -> Timestamp {
        self.date.unwrap_or(self.received_at)
    }
}
