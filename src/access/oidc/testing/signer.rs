//! A provider's hand, for tests: real keys, made when the test runs.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents,
};
use serde_json::{Value, json};

pub struct Signer {
    id: String,
    key: Kind,
}

enum Kind {
    Curve(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

impl Signer {
    pub fn curve(id: &str) -> Self {
        let random = SystemRandom::new();
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, made.as_ref(), &random).expect("a key");
        Self { id: id.into(), key: Kind::Curve(key) }
    }

    /// ring makes no RSA keys.
    pub fn rsa(id: &str) -> Self {
        use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
        use aws_lc_rs::rsa::{KeyPair, KeySize};
        let made = KeyPair::generate(KeySize::Rsa2048).expect("a key");
        let der: Pkcs8V1Der<'_> = made.as_der().expect("its form");
        Self { id: id.into(), key: Kind::Rsa(RsaKeyPair::from_pkcs8(der.as_ref()).expect("a key")) }
    }

    /// As it stands in a key set.
    pub fn public(&self) -> Value {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match &self.key {
            Kind::Curve(key) => {
                let (x, y) = key.public_key().as_ref()[1..].split_at(32);
                json!({"kty": "EC", "crv": "P-256", "kid": self.id, "use": "sig", "x": text(x), "y": text(y)})
            }
            Kind::Rsa(key) => {
                let parts = RsaPublicKeyComponents::<Vec<u8>>::from(key.public());
                json!({"kty": "RSA", "kid": self.id, "alg": "RS256", "n": text(&parts.n), "e": text(&parts.e)})
            }
        }
    }

    pub fn token(&self, claims: &Value) -> String {
        let algorithm = if matches!(self.key, Kind::Curve(_)) { "ES256" } else { "RS256" };
        self.token_as(algorithm, &self.id, claims)
    }

    /// With whatever the header is to say.
    pub fn token_as(&self, algorithm: &str, key_id: &str, claims: &Value) -> String {
        self.token_with(&json!({"alg": algorithm, "kid": key_id}), claims)
    }

    pub fn token_with(&self, header: &Value, claims: &Value) -> String {
        let message = format!("{}.{}", part(header), part(claims));
        let random = SystemRandom::new();
        let signature = match &self.key {
            Kind::Curve(key) => key.sign(&random, message.as_bytes()).expect("signed").as_ref().to_vec(),
            Kind::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message.as_bytes(), &mut signature).expect("signed");
                signature
            }
        };
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// Signed as with a password, for verifiers that take a public key for one.
pub fn token_with_secret(key_id: &str, secret: &[u8], claims: &Value) -> String {
    let message = format!("{}.{}", part(&json!({"alg": "HS256", "kid": key_id})), part(claims));
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret);
    let signature = ring::hmac::sign(&key, message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// One part of a token.
pub fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}
