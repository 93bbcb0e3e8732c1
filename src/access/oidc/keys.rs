//! The public keys with which a provider signs, and only those that fit what is taken here.

use super::TokenFault;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse,
};
use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};
use serde::Deserialize;

/// Bytes of one coordinate of P-256.
const COORDINATE: usize = 32;

/// A key set as it comes. Kinds that nobody here knows are no reason to refuse the others.
#[derive(Deserialize)]
pub(super) struct KeySet {
    keys: Vec<serde_json::Value>,
}

pub(super) struct Keys(Vec<Key>);

pub(super) struct Key {
    id: Option<String>,
    material: Material,
}

/// The kind belongs to the key: a token cannot choose how a key is used.
enum Material {
    Rsa(RsaPublicKeyComponents<Vec<u8>>),
    /// An uncompressed point.
    P256(Vec<u8>),
}

impl KeySet {
    pub fn usable(self) -> Keys {
        let parsed = self.keys.into_iter().filter_map(|key| serde_json::from_value::<Jwk>(key).ok());
        Keys(parsed.filter_map(|key| usable(&key)).collect())
    }
}

fn usable(key: &Jwk) -> Option<Key> {
    let (material, algorithm) = match &key.algorithm {
        AlgorithmParameters::RSA(rsa) => {
            let (n, e) = (bytes(&rsa.n)?, bytes(&rsa.e)?);
            (Material::Rsa(RsaPublicKeyComponents { n, e }), KeyAlgorithm::RS256)
        }
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => {
            let (x, y) = (bytes(&curve.x)?, bytes(&curve.y)?);
            if x.len() != COORDINATE || y.len() != COORDINATE {
                return None;
            }
            (Material::P256([vec![4], x, y].concat()), KeyAlgorithm::ES256)
        }
        _ => return None,
    };
    signs(&key.common, algorithm).then(|| Key { id: key.common.key_id.clone(), material })
}

/// Whether the provider means the key for this: one for encryption proves nothing.
fn signs(common: &CommonParameters, algorithm: KeyAlgorithm) -> bool {
    let used = matches!(common.public_key_use, None | Some(PublicKeyUse::Signature));
    let operations = common.key_operations.as_ref().is_none_or(|all| all.contains(&KeyOperations::Verify));
    used && operations && common.key_algorithm.is_none_or(|named| named == algorithm)
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

impl Keys {
    /// The key that a token names; where it names none, the only one that fits.
    pub fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Result<&Key, TokenFault> {
        let named: Vec<&Key> = self.0.iter().filter(|key| id.is_none() || key.id.as_deref() == id).collect();
        let fitting: Vec<&Key> = named.iter().copied().filter(|key| key.fits(algorithm)).collect();
        match (named.as_slice(), fitting.as_slice()) {
            ([], _) => Err(TokenFault::UnknownKey),
            (_, [key]) => Ok(key),
            (_, []) => Err(TokenFault::KeyKind),
            // Which of them is meant must not be tried out.
            _ => Err(TokenFault::UnknownKey),
        }
    }
}

impl Key {
    fn fits(&self, algorithm: Algorithm) -> bool {
        match self.material {
            Material::Rsa(_) => algorithm == Algorithm::RS256,
            Material::P256(_) => algorithm == Algorithm::ES256,
        }
    }

    /// RSA keys under 2048 bits verify nothing.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), TokenFault> {
        let verified = match &self.material {
            Material::Rsa(key) => key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature),
            Material::P256(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature),
        };
        verified.map_err(|_| TokenFault::Signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::oidc::testing::Signer;
    use serde_json::{Value, json};

    fn keys(list: Vec<Value>) -> Keys {
        serde_json::from_value::<KeySet>(json!({ "keys": list })).expect("its form").usable()
    }

    fn with(mut key: Value, name: &str, value: Value) -> Value {
        key[name] = value;
        key
    }

    #[test]
    fn a_key_is_found_by_its_name_and_only_for_its_own_algorithm() {
        let (curve, rsa) = (Signer::curve("a"), Signer::rsa("b"));
        let keys = keys(vec![curve.public(), rsa.public()]);
        let fault = |id, algorithm| keys.find(id, algorithm).err();
        assert_eq!(fault(Some("a"), Algorithm::ES256), None);
        assert_eq!(fault(Some("b"), Algorithm::RS256), None);
        assert_eq!(fault(Some("a"), Algorithm::RS256), Some(TokenFault::KeyKind));
        assert_eq!(fault(Some("b"), Algorithm::ES256), Some(TokenFault::KeyKind));
        assert_eq!(fault(Some("c"), Algorithm::ES256), Some(TokenFault::UnknownKey));
        assert_eq!(fault(None, Algorithm::ES256), None, "there is only one");
    }

    #[test]
    fn without_a_name_two_keys_are_one_too_many() {
        let keys = keys(vec![Signer::curve("a").public(), Signer::curve("b").public()]);
        assert_eq!(keys.find(None, Algorithm::ES256).err(), Some(TokenFault::UnknownKey));
    }

    #[test]
    fn a_key_for_something_else_is_no_key_and_the_others_stay() {
        let key = Signer::curve("a").public();
        for other in [
            with(key.clone(), "use", json!("enc")),
            with(key.clone(), "key_ops", json!(["sign"])),
            with(key.clone(), "alg", json!("ES384")),
            with(key.clone(), "crv", json!("P-384")),
            with(key.clone(), "x", json!("AAAA")),
            with(key.clone(), "kty", json!("unheard of")),
            json!({"kty": "oct", "k": "c2VjcmV0", "kid": "a"}),
            json!("no key at all"),
        ] {
            let keys = keys(vec![other.clone(), Signer::rsa("b").public()]);
            assert_eq!(keys.find(Some("a"), Algorithm::ES256).err(), Some(TokenFault::UnknownKey), "{other}");
            assert!(keys.find(Some("b"), Algorithm::RS256).is_ok());
        }
    }
}
