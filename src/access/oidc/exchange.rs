//! The code of a sign-in for its identity token.

use super::OidcError;
use super::discovery::{ClientProof, Discovery};
use super::fetch::{Fetcher, Reply};
use super::flow::Registration;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use schemas::Sensitive;
use serde::Deserialize;

const OPERATION: &str = "exchanging the code";

#[derive(Deserialize)]
struct Tokens {
    /// The other tokens of the answer open nothing that is wanted here.
    id_token: Sensitive,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

/// The identity token, not verified yet.
pub(super) async fn id_token(
    fetcher: &Fetcher,
    discovery: &Discovery,
    registration: &Registration,
    code: &str,
    verifier: &Sensitive,
) -> Result<Sensitive, OidcError> {
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", registration.redirect_uri.as_str()),
        ("code_verifier", verifier.expose()),
    ];
    let header = match discovery.proof {
        ClientProof::Basic => Some(basic(registration)),
        ClientProof::Post => {
            let secret = registration.client_secret.expose();
            form.extend([("client_id", registration.client_id.as_str()), ("client_secret", secret)]);
            None
        }
    };
    let reply = fetcher.form(&discovery.token, &form, header.as_ref(), OPERATION).await?;
    if reply.status != 200 {
        return Err(refusal(&reply));
    }
    Ok(reply.json::<Tokens>(OPERATION)?.id_token)
}

/// RFC 6749, 2.3.1: both parts are escaped as in a form before they are joined.
fn basic(registration: &Registration) -> Sensitive {
    let escaped = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", escaped(&registration.client_id), escaped(registration.client_secret.expose()));
    Sensitive::new(format!("Basic {}", STANDARD.encode(pair)))
}

/// Whose fault it is decides who can mend it.
fn refusal(reply: &Reply) -> OidcError {
    let error = reply.json::<Refusal>(OPERATION).map(|refusal| refusal.error).unwrap_or_default();
    match (reply.status, error.as_str()) {
        (401, _) | (_, "invalid_client" | "unauthorized_client") => OidcError::ClientRefused,
        (400, "invalid_grant") => OidcError::CodeRefused,
        (status, _) => OidcError::Status { operation: OPERATION, status },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_with_signs_in_it_arrives_as_it_is() {
        let registration = Registration {
            issuer: String::new(),
            client_id: "doi:soat".into(),
            client_secret: Sensitive::new("a b/c%"),
            redirect_uri: String::new(),
        };
        let header = basic(&registration);
        let pair = STANDARD.decode(header.expose().strip_prefix("Basic ").expect("basic")).expect("base64");
        assert_eq!(String::from_utf8(pair).expect("text"), "doi%3Asoat:a+b%2Fc%25");
    }
}
