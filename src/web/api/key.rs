//! Who asks: the key of a program.

use super::refusal::Refusal;
use crate::access::{Actor, hash_token};
use crate::problem::Problem;
use crate::web::app::App;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use jiff::SignedDuration;
use store::ledger::{ApiKey, Role};

/// A key is noted as used at most so often.
const NOTE_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// A program with a key that is in force.
pub struct Program {
    key: ApiKey,
}

impl Program {
    /// As whom it acts, where its key lets it do this; officers of the program stand in its requests.
    pub fn may(&self, scope: &str) -> Result<Actor, Problem> {
        if !self.key.scopes.iter().any(|own| own == scope) {
            return Err(Problem::usage("FORBIDDEN", format!("the key does not have the scope {scope}")));
        }
        Ok(Actor { name: format!("key:{}", self.key.key_id), role: Role::Clerk, scope: self.key.scope.clone() })
    }

    pub fn id(&self) -> &str {
        &self.key.key_id
    }
}

impl FromRequestParts<App> for Program {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        // One answer for a key that is wrong, expired or revoked: it tells nothing.
        let refused = || Problem::usage("KEY", "a key that is in force is needed: Authorization: Bearer dsk_…");
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|value| value.strip_prefix("Bearer ")).ok_or_else(refused)?;
        let key = app.ledger().api_key_by_hash(&hash_token(token)).await?.ok_or_else(refused)?;
        let now = app.now();
        if key.revoked_at.is_some() || key.expires_at <= now {
            return Err(refused().into());
        }
        if !app.crowd.admits(&key.key_id) {
            return Err(Problem::failed("TOO_MANY_REQUESTS", "more requests came than the settings allow").into());
        }
        if key.used_at.is_none_or(|used| now.duration_since(used) > NOTE_EVERY) {
            app.ledger().see_api_key(&key.key_id, now).await?;
        }
        Ok(Self { key })
    }
}
