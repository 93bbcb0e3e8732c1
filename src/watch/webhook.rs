//! A POST of JSON to one address of the settings: no redirects, signed where there is a secret.

use crate::problem::Problem;
use crate::workspace::environment;
use config::settings::Webhook;
use reqwest::{Client, redirect};
use ring::hmac;
use schemas::Sensitive;
use std::time::Duration;

const LONGEST: Duration = Duration::from_secs(15);

pub struct Hook {
    client: Client,
    url: String,
    secret: Option<Sensitive>,
}

impl Hook {
    pub fn new(webhook: &Webhook) -> Result<Self, Problem> {
        // Another part of the program may have chosen a provider before; that one serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().redirect(redirect::Policy::none()).no_proxy().timeout(LONGEST).build();
        Ok(Self {
            client: client.map_err(|error| Problem::failed("NOTIFY", error.to_string()))?,
            url: webhook.url.clone(),
            secret: webhook.secret.as_ref().map(|secret| secret.resolve(&environment)).transpose()?,
        })
    }

    pub async fn send(&self, body: &str) -> Result<(), String> {
        let mut request = self.client.post(&self.url).header("content-type", "application/json; charset=utf-8");
        if let Some(secret) = &self.secret {
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
            let signature = hex::encode(hmac::sign(&key, body.as_bytes()));
            request = request.header("x-doisoat-signature", format!("sha256={signature}"));
        }
        // The address may hold a token: it does not go into an error.
        let answer = request.body(body.to_owned()).send().await.map_err(|error| error.without_url().to_string())?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status => Err(format!("it answered {}", status.as_u16())),
        }
    }
}
