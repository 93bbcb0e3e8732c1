//! What is known of the provider: asked for when it is first needed, kept for an hour.

use super::discovery::{Discovery, Document, place};
use super::fetch::Fetcher;
use super::id_token::Unverified;
use super::keys::{KeySet, Keys};
use super::{OidcError, TokenFault};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use tokio::sync::Mutex;

/// A key that the provider withdrew is worth nothing after so long.
const LIFE: SignedDuration = SignedDuration::from_hours(1);
/// Tokens with keys that nobody knows must not make us a flood upon the provider.
const ASK_AGAIN: SignedDuration = SignedDuration::from_mins(1);

pub(super) struct Provider {
    issuer: String,
    fetcher: Fetcher,
    /// Held while asking: many who come at once ask once.
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    discovery: Option<(Timestamp, Arc<Discovery>)>,
    keys: Option<(Timestamp, Arc<Keys>)>,
    /// When keys were last asked for because of an unknown one, whatever came of it.
    asked_again_at: Option<Timestamp>,
}

fn fresh<T>(kept: &Option<(Timestamp, Arc<T>)>, now: Timestamp) -> Option<Arc<T>> {
    kept.as_ref().filter(|(at, _)| now.duration_since(*at) < LIFE).map(|(_, kept)| kept.clone())
}

impl Provider {
    pub fn new(issuer: String) -> Result<Self, OidcError> {
        Ok(Self { issuer, fetcher: Fetcher::new()?, known: Mutex::default() })
    }

    pub fn fetcher(&self) -> &Fetcher {
        &self.fetcher
    }

    pub async fn discovery(&self, now: Timestamp) -> Result<Arc<Discovery>, OidcError> {
        let mut known = self.known.lock().await;
        self.discovered(&mut known, now).await
    }

    async fn discovered(&self, known: &mut Known, now: Timestamp) -> Result<Arc<Discovery>, OidcError> {
        if let Some(discovery) = fresh(&known.discovery, now) {
            return Ok(discovery);
        }
        let document: Document = self.fetcher.document(&place(&self.issuer)?, "reading the discovery document").await?;
        let discovery = Arc::new(document.checked(&self.issuer)?);
        known.discovery = Some((now, discovery.clone()));
        Ok(discovery)
    }

    /// The claims of a token that the provider signed. A key that is not known may be a new one:
    /// the keys are then asked for once more.
    pub async fn verified(&self, token: &str, now: Timestamp) -> Result<Vec<u8>, OidcError> {
        let token = Unverified::parse(token)?;
        let verified = token.verified(self.keys(now).await?.as_ref());
        if verified != Err(TokenFault::UnknownKey) {
            return Ok(verified?);
        }
        Ok(token.verified(self.keys_again(now).await?.as_ref())?)
    }

    async fn keys(&self, now: Timestamp) -> Result<Arc<Keys>, OidcError> {
        let mut known = self.known.lock().await;
        match fresh(&known.keys, now) {
            Some(keys) => Ok(keys),
            None => self.fetch_keys(&mut known, now).await,
        }
    }

    async fn keys_again(&self, now: Timestamp) -> Result<Arc<Keys>, OidcError> {
        let mut known = self.known.lock().await;
        if known.asked_again_at.is_some_and(|at| now.duration_since(at) < ASK_AGAIN)
            && let Some(keys) = fresh(&known.keys, now)
        {
            return Ok(keys);
        }
        known.asked_again_at = Some(now);
        self.fetch_keys(&mut known, now).await
    }

    async fn fetch_keys(&self, known: &mut Known, now: Timestamp) -> Result<Arc<Keys>, OidcError> {
        let discovery = self.discovered(known, now).await?;
        let set: KeySet = self.fetcher.document(&discovery.keys, "reading the keys").await?;
        let keys = Arc::new(set.usable());
        known.keys = Some((now, keys.clone()));
        Ok(keys)
    }
}
