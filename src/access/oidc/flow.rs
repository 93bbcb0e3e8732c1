//! Leaving for the provider, and coming back.

use super::claims::{Expected, identity};
use super::departures::{Departure, Departures};
use super::provider::Provider;
use super::{Identity, OidcError, exchange};
use crate::access::Entropy;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use schemas::Sensitive;
use sha2::{Digest, Sha256};
use std::time::Duration;

/// Whoever comes back waits no longer, however many answers are needed.
const LONGEST: Duration = Duration::from_secs(8);
const SCOPES: &str = "openid profile email";

/// How this program is known at the provider.
pub struct Registration {
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Sensitive,
    /// Where people come back to, as it is registered there.
    pub redirect_uri: String,
}

pub struct Oidc {
    registration: Registration,
    provider: Provider,
    departures: Departures,
}

impl Oidc {
    /// Asks nobody: a provider that is down is no reason not to start.
    pub fn new(registration: Registration) -> Result<Self, OidcError> {
        let provider = Provider::new(registration.issuer.clone())?;
        Ok(Self { registration, provider, departures: Departures::default() })
    }

    /// Where the browser with this visit is sent.
    pub async fn begin(&self, visit: &str, now: Timestamp, entropy: &dyn Entropy) -> Result<String, OidcError> {
        let discovery = self.provider.discovery(now).await?;
        let departure = Departure::new(visit, now, entropy)?;
        let address = discovery.authorization.with(&[
            ("response_type", "code"),
            ("client_id", &self.registration.client_id),
            ("redirect_uri", &self.registration.redirect_uri),
            ("scope", SCOPES),
            ("state", departure.state.expose()),
            ("nonce", departure.nonce.expose()),
            ("code_challenge", &challenge(&departure.verifier)),
            ("code_challenge_method", "S256"),
        ]);
        self.departures.keep(departure);
        Ok(address)
    }

    /// Who came back with this code.
    pub async fn finish(&self, visit: &str, state: &str, code: &str, now: Timestamp) -> Result<Identity, OidcError> {
        let departure = self.departures.take(state, visit, now)?;
        let finished = tokio::time::timeout(LONGEST, self.identified(departure, code, now)).await;
        finished.unwrap_or(Err(OidcError::Unreachable { operation: "finishing the sign-in" }))
    }

    /// Somebody came back without a code. What the provider says of it stands in an address that
    /// anybody can write: it is not repeated.
    pub fn declined(&self, visit: &str, state: &str, now: Timestamp) -> OidcError {
        match self.departures.take(state, visit, now) {
            Ok(_) => OidcError::Declined,
            Err(error) => error,
        }
    }

    async fn identified(&self, departure: Departure, code: &str, now: Timestamp) -> Result<Identity, OidcError> {
        let discovery = self.provider.discovery(now).await?;
        let (fetcher, verifier) = (self.provider.fetcher(), &departure.verifier);
        let token = exchange::id_token(fetcher, &discovery, &self.registration, code, verifier).await?;
        let claims = self.provider.verified(token.expose(), now).await?;
        let expected = Expected {
            issuer: &self.registration.issuer,
            client_id: &self.registration.client_id,
            nonce: departure.nonce.expose(),
            started_at: departure.started_at,
            now,
        };
        Ok(identity(&claims, &expected)?)
    }
}

/// RFC 7636, 4.2: S256.
fn challenge(verifier: &Sensitive) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_standard() {
        let verifier = Sensitive::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge(&verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
