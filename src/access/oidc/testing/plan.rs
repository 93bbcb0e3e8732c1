//! What the provider of a test does.

use serde_json::{Value, json};

/// One thing that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mischief {
    None,
    AlgorithmNone,
    /// HS256, with the RSA key that everybody knows as the secret.
    PublicKeyAsSecret,
    OtherAudience,
    OtherIssuer,
    Expired,
    OtherNonce,
    /// Signed with a key that is not in the key set.
    UnknownKey,
    /// RS256 under the name of the EC key.
    KeyOfAnotherType,
    /// Signed with a stranger's key under the name of a real one.
    StrangersKey,
    /// Somebody's claims under somebody else's signature.
    ChangedClaims,
    /// The token's place answers with a redirect.
    Redirect,
    /// More than anybody reads.
    Flood,
    /// The discovery document is another's.
    OtherDiscovery,
    /// The keys are nowhere.
    NoKeys,
}

impl Mischief {
    /// Those that make a token worthless.
    pub const FORGERIES: [Self; 10] = [
        Self::AlgorithmNone,
        Self::PublicKeyAsSecret,
        Self::OtherAudience,
        Self::OtherIssuer,
        Self::Expired,
        Self::OtherNonce,
        Self::UnknownKey,
        Self::KeyOfAnotherType,
        Self::StrangersKey,
        Self::ChangedClaims,
    ];
}

/// Who signs in next, and what is wrong with it.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Added to the claims: `sub` and names.
    pub claims: Value,
    pub mischief: Mischief,
    /// Signs with RSA; otherwise with P-256.
    pub with_rsa: bool,
    /// `client_secret_post` is the only way.
    pub only_post: bool,
}

impl Plan {
    pub fn person(subject: &str, username: &str) -> Self {
        let claims = json!({"sub": subject, "preferred_username": username});
        Self { claims, mischief: Mischief::None, with_rsa: false, only_post: false }
    }

    pub fn with(self, mischief: Mischief) -> Self {
        Self { mischief, ..self }
    }
}
