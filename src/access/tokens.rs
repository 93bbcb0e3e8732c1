//! Tokens: 256 random bits, shown once, kept as a hash.

use super::Entropy;
use crate::problem::Problem;
use schemas::Sensitive;
use sha2::{Digest, Sha256};

/// A fresh token. What people carry is [`Token::text`]; what is kept is [`Token::hash`].
pub struct Token {
    text: Sensitive,
}

impl Token {
    /// `prefix` says what it is for, so that one found in a wrong place can be told.
    pub fn new(prefix: &str, entropy: &dyn Entropy) -> Result<Self, Problem> {
        let mut bytes = [0u8; 32];
        entropy.fill(&mut bytes)?;
        Ok(Self { text: Sensitive::new(format!("{prefix}{}", hex::encode(bytes))) })
    }

    pub fn text(&self) -> &str {
        self.text.expose()
    }

    pub fn hash(&self) -> String {
        hash_token(self.text())
    }
}

/// SHA-256, hex. Enough for what is random: only passwords need a slow hash.
pub fn hash_token(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// 128 random bits, hex: a name for something, no secret.
pub fn random_id(entropy: &dyn Entropy) -> Result<String, Problem> {
    let mut bytes = [0u8; 16];
    entropy.fill(&mut bytes)?;
    Ok(hex::encode(bytes))
}
