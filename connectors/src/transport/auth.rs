//! How a source knows us, with the secrets resolved.

use super::client::Proof;
use super::digest::Digest;
use super::request::{Payload, Request};
use super::token::TokenStore;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use config::{Auth, ConfigError, SecretRef};
use reqwest::Url;
use schemas::Sensitive;

/// Credentials of one source. Nothing in here can be printed.
pub enum Credentials {
    None,
    Token { grant: Grant, store: TokenStore },
    Digest(Digest),
}

/// How a bearer token is asked for.
pub struct Grant {
    path: String,
    basic: Option<Sensitive>,
    fields: Vec<(&'static str, Sensitive)>,
}

#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    #[error("a secret cannot be resolved")]
    Secret(#[source] ConfigError),
    #[error("token_path must be a path, or an address below base_url's origin")]
    TokenPath,
}

impl Credentials {
    pub fn resolve(
        auth: &Auth,
        base_url: &str,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, AuthError> {
        let read = |reference: &SecretRef| reference.resolve(environment).map_err(AuthError::Secret);
        Ok(match auth {
            Auth::None => Self::None,
            Auth::ClientCredentials { token_path, client_id, client_secret } => {
                let pair = format!("{client_id}:{}", read(client_secret)?.expose());
                Self::token(Grant {
                    path: token_address(token_path, base_url)?,
                    basic: Some(Sensitive::new(format!("Basic {}", STANDARD.encode(pair)))),
                    fields: vec![("grant_type", Sensitive::new("client_credentials"))],
                })
            }
            Auth::Password { token_path, client_id, username, password } => Self::token(Grant {
                path: token_address(token_path, base_url)?,
                basic: None,
                fields: vec![
                    ("grant_type", Sensitive::new("password")),
                    ("client_id", Sensitive::new(client_id.clone())),
                    ("username", Sensitive::new(username.clone())),
                    ("password", read(password)?),
                ],
            }),
            Auth::TimestampDigest { username, secret, api_key, x_road_client } => {
                Self::Digest(Digest::new(username.clone(), read(secret)?, read(api_key)?, x_road_client.clone()))
            }
        })
    }

    fn token(grant: Grant) -> Self {
        Self::Token { grant, store: TokenStore::default() }
    }
}

impl Grant {
    pub fn request(&self) -> (Request, Proof) {
        let proof = Proof { authorization: self.basic.clone(), extra: Vec::new() };
        (Request::post(self.path.clone(), Payload::Form(self.fields.clone())), proof)
    }
}

/// The token endpoint: a path below `base_url`, or an address on the same origin. Credentials go
/// nowhere else.
fn token_address(token_path: &str, base_url: &str) -> Result<String, AuthError> {
    if token_path.starts_with('/') && !token_path.starts_with("//") {
        return Ok(token_path.to_owned());
    }
    let (token, base) = (Url::parse(token_path), Url::parse(base_url));
    match (token, base) {
        (Ok(token), Ok(base)) if token.origin() == base.origin() && token.username().is_empty() => Ok(token.into()),
        _ => Err(AuthError::TokenPath),
    }
}

/// Proof for the kinds that need no question to the source.
pub fn bearer(token: &Sensitive) -> Proof {
    Proof { authorization: Some(Sensitive::new(format!("Bearer {}", token.expose()))), extra: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_sent_only_to_the_origin_of_the_source() {
        let base = "https://h.example.invalid/x";
        assert_eq!(token_address("/token", base).ok().as_deref(), Some("/token"));
        let absolute = "https://h.example.invalid/token";
        assert_eq!(token_address(absolute, base).ok().as_deref(), Some(absolute));
        for elsewhere in [
            "https://evil.example.invalid/token",
            "http://h.example.invalid/token",
            "https://h.example.invalid:8443/token",
            "token",
            "//evil.example.invalid/t",
            "",
        ] {
            assert!(token_address(elsewhere, base).is_err(), "{elsewhere}");
        }
    }

    #[test]
    fn a_secret_that_is_not_there_is_an_error_that_names_its_place() {
        let auth = Auth::Password {
            token_path: "/t".into(),
            client_id: "c".into(),
            username: "u".into(),
            password: SecretRef::Env("NOT_THERE".into()),
        };
        assert!(matches!(Credentials::resolve(&auth, "https://h", &|_| None), Err(AuthError::Secret(_))));
    }
}
