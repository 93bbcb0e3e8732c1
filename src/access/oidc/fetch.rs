//! Asking the provider: no redirects, no proxy, an answer of at most 1 MiB within five seconds.

use super::OidcError;
use super::address::Address;
use reqwest::header::{ACCEPT, AUTHORIZATION};
use reqwest::{Client, RequestBuilder, Response, redirect};
use schemas::Sensitive;
use serde::de::DeserializeOwned;
use std::time::Duration;

const LONGEST: Duration = Duration::from_secs(5);
const MOST_BYTES: usize = 1 << 20;

pub(super) struct Fetcher {
    client: Client,
}

/// Status and body; what an error means depends on the question.
pub(super) struct Reply {
    pub status: u16,
    body: Vec<u8>,
}

impl Reply {
    pub fn json<T: DeserializeOwned>(&self, operation: &'static str) -> Result<T, OidcError> {
        // The library's text may quote the answer.
        serde_json::from_slice(&self.body).map_err(|_| OidcError::Unreadable { operation })
    }
}

impl Fetcher {
    pub fn new() -> Result<Self, OidcError> {
        // Another part of the program may have chosen a provider before; that one serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .user_agent(concat!("doisoat/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .timeout(LONGEST)
            .build()
            .map_err(|_| OidcError::Client)?;
        Ok(Self { client })
    }

    /// A document that must be there.
    pub async fn document<T: DeserializeOwned>(
        &self,
        address: &Address,
        operation: &'static str,
    ) -> Result<T, OidcError> {
        let reply = sent(self.client.get(address.url()), operation).await?;
        if reply.status != 200 {
            return Err(OidcError::Status { operation, status: reply.status });
        }
        reply.json(operation)
    }

    pub async fn form(
        &self,
        address: &Address,
        fields: &[(&str, &str)],
        authorization: Option<&Sensitive>,
        operation: &'static str,
    ) -> Result<Reply, OidcError> {
        let mut request = self.client.post(address.url()).form(fields);
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization.expose());
        }
        sent(request, operation).await
    }
}

async fn sent(request: RequestBuilder, operation: &'static str) -> Result<Reply, OidcError> {
    // The library's text holds the whole address.
    let unreachable = |_: reqwest::Error| OidcError::Unreachable { operation };
    let answer = request.header(ACCEPT, "application/json").send().await.map_err(unreachable)?;
    let status = answer.status().as_u16();
    Ok(Reply { status, body: body(answer, operation).await? })
}

async fn body(mut answer: Response, operation: &'static str) -> Result<Vec<u8>, OidcError> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|_| OidcError::Unreachable { operation })? {
        if body.len() + chunk.len() > MOST_BYTES {
            return Err(OidcError::TooLarge { operation });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
