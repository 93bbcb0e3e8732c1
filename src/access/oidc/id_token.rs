//! A signed token (RFC 7515): read after its signature was found to be right, not before.

use super::TokenFault;
use super::keys::Keys;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, decode_header};

/// What no token may add to: neither `none`, nor an algorithm whose key is a shared secret.
const ALLOWED: [Algorithm; 2] = [Algorithm::RS256, Algorithm::ES256];

/// A token that was taken apart. It proves nothing yet.
pub(super) struct Unverified<'t> {
    /// Header and claims as they were signed.
    message: &'t str,
    claims: &'t str,
    signature: &'t str,
    algorithm: Algorithm,
    key_id: Option<String>,
}

impl<'t> Unverified<'t> {
    pub fn parse(token: &'t str) -> Result<Self, TokenFault> {
        let (message, signature) = token.rsplit_once('.').ok_or(TokenFault::Form)?;
        let (header, claims) = message.split_once('.').ok_or(TokenFault::Form)?;
        if claims.contains('.') {
            return Err(TokenFault::Form);
        }
        // The library has no name for what it does not verify, `none` among them.
        let nameless = if URL_SAFE_NO_PAD.decode(header).is_ok() { TokenFault::Algorithm } else { TokenFault::Form };
        let header = decode_header(token).map_err(|_| nameless)?;
        if !ALLOWED.contains(&header.alg) {
            return Err(TokenFault::Algorithm);
        }
        // Whatever must be understood beyond the standard is not.
        if header.crit.is_some() {
            return Err(TokenFault::Form);
        }
        Ok(Self { message, claims, signature, algorithm: header.alg, key_id: header.kid })
    }

    /// The claims, as JSON, where one of these keys signed them. Keys that stand in the token itself
    /// are not looked at.
    pub fn verified(&self, keys: &Keys) -> Result<Vec<u8>, TokenFault> {
        let key = keys.find(self.key_id.as_deref(), self.algorithm)?;
        let signature = URL_SAFE_NO_PAD.decode(self.signature).map_err(|_| TokenFault::Form)?;
        key.verify(self.message.as_bytes(), &signature)?;
        URL_SAFE_NO_PAD.decode(self.claims).map_err(|_| TokenFault::Form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::oidc::keys::KeySet;
    use crate::access::oidc::testing::{Signer, part, token_with_secret};
    use serde_json::{Value, json};

    fn keys(signers: &[&Signer]) -> Keys {
        let list: Vec<Value> = signers.iter().map(|signer| signer.public()).collect();
        serde_json::from_value::<KeySet>(json!({ "keys": list })).expect("its form").usable()
    }

    fn fault(token: &str, keys: &Keys) -> Option<TokenFault> {
        Unverified::parse(token).and_then(|token| token.verified(keys)).err()
    }

    #[test]
    fn what_the_provider_signed_is_read() {
        let (curve, rsa) = (Signer::curve("a"), Signer::rsa("b"));
        let keys = keys(&[&curve, &rsa]);
        for signer in [&curve, &rsa] {
            let token = signer.token(&json!({"sub": "lan"}));
            let claims = Unverified::parse(&token).and_then(|token| token.verified(&keys)).expect("verified");
            assert_eq!(claims, br#"{"sub":"lan"}"#);
        }
    }

    #[test]
    fn every_forgery_is_refused_for_its_own_reason() {
        let (curve, rsa) = (Signer::curve("a"), Signer::rsa("b"));
        let (other_curve, other_rsa) = (Signer::curve("a"), Signer::rsa("b"));
        let keys = keys(&[&curve, &rsa]);
        let claims = json!({"sub": "lan"});
        let real = curve.token(&claims);
        let [header, body, signature] = real.split('.').collect::<Vec<_>>().try_into().expect("three parts");
        let headed = |header: Value| format!("{}.{body}.{signature}", part(&header));
        let secret = rsa.public()["n"].as_str().expect("a modulus").to_owned();
        for (what, token, expected) in [
            ("alg none", format!("{}.{body}.", part(&json!({"alg": "none"}))), TokenFault::Algorithm),
            ("alg none, signed", headed(json!({"alg": "none", "kid": "a"})), TokenFault::Algorithm),
            ("alg None", headed(json!({"alg": "None", "kid": "a"})), TokenFault::Algorithm),
            ("no alg", headed(json!({"kid": "a"})), TokenFault::Algorithm),
            ("HS256 with the public key", token_with_secret("b", secret.as_bytes(), &claims), TokenFault::Algorithm),
            ("an algorithm not allowed", headed(json!({"alg": "PS256", "kid": "b"})), TokenFault::Algorithm),
            ("RS384", headed(json!({"alg": "RS384", "kid": "b"})), TokenFault::Algorithm),
            ("unknown key", Signer::curve("c").token(&claims), TokenFault::UnknownKey),
            ("the name of a key of the other kind", rsa.token_as("RS256", "a", &claims), TokenFault::KeyKind),
            ("the same the other way", curve.token_as("ES256", "b", &claims), TokenFault::KeyKind),
            ("another algorithm in the header", curve.token_as("RS256", "b", &claims), TokenFault::Signature),
            ("another's key under the name", other_curve.token(&claims), TokenFault::Signature),
            ("another's RSA key under the name", other_rsa.token(&claims), TokenFault::Signature),
            ("other claims", format!("{header}.{}.{signature}", part(&json!({"sub": "hoa"}))), TokenFault::Signature),
            ("no signature", format!("{header}.{body}."), TokenFault::Signature),
            ("a zero signature", format!("{header}.{body}.{}", "A".repeat(86)), TokenFault::Signature),
            ("a signature that is no base64", format!("{header}.{body}.+/=="), TokenFault::Form),
            (
                "its own key in the header",
                other_curve.token_with(&json!({"alg": "ES256", "kid": "a", "jwk": other_curve.public()}), &claims),
                TokenFault::Signature,
            ),
            (
                "something critical",
                curve.token_with(&json!({"alg": "ES256", "kid": "a", "crit": ["b64"], "b64": false}), &claims),
                TokenFault::Form,
            ),
            ("two parts", format!("{header}.{body}"), TokenFault::Form),
            ("four parts", format!("{real}.AAAA"), TokenFault::Form),
            ("nothing", String::new(), TokenFault::Form),
        ] {
            assert_eq!(fault(&token, &keys), Some(expected), "{what}");
        }
    }
}
