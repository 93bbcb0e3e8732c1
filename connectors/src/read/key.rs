//! Keys of records: the source's own, but never a person's number.

use schemas::PersonalId;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The first 16 hexadecimal digits of SHA-256: a name for a number that does not tell the number.
pub fn hashed(text: &str) -> String {
    hex::encode(&Sha256::digest(text.as_bytes())[..8])
}

/// A name for a whole page: equal for the same page served twice. Written from where the entries
/// stand: a copy of them would double what a page costs.
pub fn of_page(entries: &[Value]) -> String {
    hashed(&serde_json::to_string(entries).unwrap_or_default())
}

/// A key as the source gives it; one that looks like a person's number is hashed.
pub fn safe(key: &str) -> String {
    let is_number = PersonalId::parse(key).is_ok_and(|id| id.prefix_is_known());
    if is_number { hashed(key) } else { key.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_a_persons_number_is_hidden_and_any_other_stays() {
        assert_eq!(safe("DC-000123"), "DC-000123");
        assert_eq!(safe("123456789"), "123456789");
        assert_eq!(safe("099085000123"), hashed("099085000123"));
        assert_eq!(hashed("099085000123").len(), 16);
        assert_ne!(hashed("099085000123"), hashed("099085000124"));
    }
}
