//! What a provider says of itself, below its issuer.

use super::OidcError;
use super::address::Address;
use serde::Deserialize;

/// How the token request shows who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ClientProof {
    /// `client_secret_basic`.
    Basic,
    /// `client_secret_post`: where nothing else is offered.
    Post,
}

/// A discovery document that was checked.
#[derive(Debug)]
pub(super) struct Discovery {
    pub authorization: Address,
    pub token: Address,
    pub keys: Address,
    pub proof: ClientProof,
}

/// As it comes.
#[derive(Deserialize)]
pub(super) struct Document {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
}

/// Where the document of an issuer is.
pub(super) fn place(issuer: &str) -> Result<Address, OidcError> {
    let text = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    Address::parse(&text, "issuer", issuer)
}

impl Document {
    pub fn checked(self, issuer: &str) -> Result<Discovery, OidcError> {
        if self.issuer != issuer {
            return Err(OidcError::Issuer);
        }
        // Who says nothing of it may well have it; who says that it is missing has it not.
        if self.code_challenge_methods_supported.is_some_and(|methods| !methods.iter().any(|m| m == "S256")) {
            return Err(OidcError::Unsupported { what: "PKCE with S256" });
        }
        Ok(Discovery {
            authorization: Address::parse(&self.authorization_endpoint, "authorization_endpoint", issuer)?,
            token: Address::parse(&self.token_endpoint, "token_endpoint", issuer)?,
            keys: Address::parse(&self.jwks_uri, "jwks_uri", issuer)?,
            proof: proof(self.token_endpoint_auth_methods_supported.as_deref())?,
        })
    }
}

/// OpenID Connect Discovery 1.0: a document that is silent means `client_secret_basic`.
fn proof(offered: Option<&[String]>) -> Result<ClientProof, OidcError> {
    let Some(offered) = offered else { return Ok(ClientProof::Basic) };
    let has = |method: &str| offered.iter().any(|offered| offered == method);
    match (has("client_secret_basic"), has("client_secret_post")) {
        (true, _) => Ok(ClientProof::Basic),
        (_, true) => Ok(ClientProof::Post),
        _ => Err(OidcError::Unsupported { what: "client_secret_basic or client_secret_post" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const ISSUER: &str = "https://sso.example/tinh";

    fn checked(change: Value) -> Result<Discovery, OidcError> {
        let mut document = json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://sso.example/authorize",
            "token_endpoint": "https://sso.example/token",
            "jwks_uri": "https://sso.example/keys",
        });
        for (key, value) in change.as_object().expect("an object") {
            document[key] = value.clone();
        }
        serde_json::from_value::<Document>(document).expect("its form").checked(ISSUER)
    }

    #[test]
    fn the_issuer_is_the_settings_issuer_to_the_letter() {
        assert!(checked(json!({})).is_ok());
        for other in ["https://sso.example/tinh/", "https://sso.example", "https://SSO.example/tinh"] {
            assert!(matches!(checked(json!({"issuer": other})), Err(OidcError::Issuer)), "{other}");
        }
    }

    #[test]
    fn no_endpoint_leads_out_of_tls() {
        for name in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
            for place in ["http://sso.example/x", "http://127.0.0.1:1/x", "file:///x"] {
                let refused = checked(json!({ name: place }));
                assert!(matches!(refused, Err(OidcError::Address { what }) if what == name), "{name} {place}");
            }
        }
    }

    #[test]
    fn the_secret_goes_in_the_header_where_that_is_offered() {
        let proof = |methods: Value| {
            checked(json!({"token_endpoint_auth_methods_supported": methods})).map(|found| found.proof).ok()
        };
        assert_eq!(checked(json!({})).map(|found| found.proof).ok(), Some(ClientProof::Basic));
        assert_eq!(proof(json!(["client_secret_post", "client_secret_basic"])), Some(ClientProof::Basic));
        assert_eq!(proof(json!(["private_key_jwt", "client_secret_post"])), Some(ClientProof::Post));
        assert_eq!(proof(json!(["none"])), None);
    }

    #[test]
    fn a_provider_that_has_no_s256_is_refused() {
        assert!(checked(json!({"code_challenge_methods_supported": ["plain", "S256"]})).is_ok());
        assert!(checked(json!({"code_challenge_methods_supported": ["plain"]})).is_err());
    }

    #[test]
    fn the_document_is_below_the_issuer() {
        let text = |issuer| place(issuer).map(|address| address.url().to_string()).ok();
        let expected = Some("https://sso.example/tinh/.well-known/openid-configuration".to_owned());
        assert_eq!(text("https://sso.example/tinh"), expected);
        assert_eq!(text("https://sso.example/tinh/"), expected);
    }
}
