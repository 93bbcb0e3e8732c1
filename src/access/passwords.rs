//! Passwords as argon2id.

use super::Entropy;
use crate::problem::Problem;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Memory of one hash in KiB, passes, lanes: OWASP's first choice for argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// Shorter ones are guessed.
pub const FEWEST_CHARACTERS: u32 = 12;
/// A login of so many letters says something of a password that contains it.
const SHORTEST_TELLING: usize = 4;
/// Longer ones only make the server work.
const MOST_BYTES: usize = 256;
/// Hashes at once: each takes memory and a core.
const AT_ONCE: usize = 2;

#[derive(Clone)]
pub struct Passwords {
    argon2: Argon2<'static>,
    places: Arc<Semaphore>,
    /// Of no password: what an unknown login is compared with, so that it takes as long.
    decoy: String,
}

impl Passwords {
    pub fn new(entropy: &dyn Entropy) -> Result<Self, Problem> {
        let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|e| failed(&e))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut nothing = [0u8; 32];
        entropy.fill(&mut nothing)?;
        let decoy = hashed(&argon2, &nothing, entropy)?;
        Ok(Self { argon2, places: Arc::new(Semaphore::new(AT_ONCE)), decoy })
    }

    /// A PHC string. Refuses what is too short or too long, or is the login itself.
    pub async fn hash(&self, login: &str, password: &str, entropy: &dyn Entropy) -> Result<String, Problem> {
        if password.chars().count() < FEWEST_CHARACTERS as usize {
            return Err(Problem::usage(
                "PASSWORD_SHORT",
                format!("a password has at least {FEWEST_CHARACTERS} characters"),
            ));
        }
        if password.len() > MOST_BYTES {
            return Err(Problem::usage("PASSWORD_LONG", format!("a password has at most {MOST_BYTES} bytes")));
        }
        // A short login is part of many words.
        if login.len() >= SHORTEST_TELLING && password.to_lowercase().contains(&login.to_lowercase()) {
            return Err(Problem::usage("PASSWORD_WEAK", "the password contains the name of the account"));
        }
        let mut salt = [0u8; 16];
        entropy.fill(&mut salt)?;
        let (argon2, password) = (self.argon2.clone(), password.as_bytes().to_owned());
        self.working(move || with_salt(&argon2, &password, &salt)).await?
    }

    /// Whether this is the password; `kept`: what is known of the account, if there is one.
    pub async fn verify(&self, kept: Option<&str>, password: &str) -> Result<bool, Problem> {
        if password.len() > MOST_BYTES {
            return Ok(false);
        }
        let (argon2, known) = (self.argon2.clone(), kept.is_some());
        let kept = kept.unwrap_or(&self.decoy).to_owned();
        let password = password.as_bytes().to_owned();
        let right = self
            .working(move || match PasswordHash::new(&kept) {
                Ok(hash) => argon2.verify_password(&password, &hash).is_ok(),
                Err(_) => false,
            })
            .await?;
        Ok(right && known)
    }

    async fn working<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let _place = self.places.acquire().await.map_err(|e| failed(&e))?;
        tokio::task::spawn_blocking(work).await.map_err(|e| failed(&e))
    }
}

fn hashed(argon2: &Argon2<'_>, password: &[u8], entropy: &dyn Entropy) -> Result<String, Problem> {
    let mut salt = [0u8; 16];
    entropy.fill(&mut salt)?;
    with_salt(argon2, password, &salt)
}

fn with_salt(argon2: &Argon2<'_>, password: &[u8], salt: &[u8]) -> Result<String, Problem> {
    Ok(argon2.hash_password_with_salt(password, salt).map_err(|e| failed(&e))?.to_string())
}

fn failed(error: &dyn std::fmt::Display) -> Problem {
    Problem::failed("PASSWORD_HASH", error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::SystemEntropy;

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other_is() {
        let passwords = Passwords::new(&SystemEntropy).expect("made");
        let hash = passwords.hash("lan", "mot cau kha dai", &SystemEntropy).await.expect("hashed");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify(Some(&hash), "mot cau kha dai").await.expect("verified"));
        assert!(!passwords.verify(Some(&hash), "mot cau kha dai ").await.expect("verified"));
        assert!(!passwords.verify(None, "mot cau kha dai").await.expect("verified"));
        let again = passwords.hash("lan", "mot cau kha dai", &SystemEntropy).await.expect("hashed");
        assert_ne!(hash, again, "each has a salt of its own");
    }

    #[tokio::test]
    async fn a_weak_password_is_refused_with_its_reason() {
        let passwords = Passwords::new(&SystemEntropy).expect("made");
        for (password, code) in
            [("ngan", "PASSWORD_SHORT"), ("tran.thi.lan.2026", "PASSWORD_WEAK"), (&"x".repeat(300), "PASSWORD_LONG")]
        {
            let refused = passwords.hash("tran.thi.lan", password, &SystemEntropy).await.expect_err("refused");
            assert_eq!(refused.code, code);
        }
    }
}
