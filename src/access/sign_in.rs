//! Signing in with a password: slow to guess, and silent about what exists.

use super::{Entropy, Passwords, Sessions, Token};
use crate::problem::Problem;
use jiff::{SignedDuration, Timestamp};
use store::Ledger;
use store::ledger::Account;

/// Wrong passwords in a row before an account is locked.
const FAILURES: u32 = 5;
/// The first lock; each wrong password after it doubles the time, up to the longest.
const FIRST_LOCK: SignedDuration = SignedDuration::from_mins(1);
const LONGEST_LOCK: SignedDuration = SignedDuration::from_hours(1);

/// One answer for all that is wrong: who guesses does not learn which.
pub struct SignInFailed;

/// A session for whoever knows login and password.
pub async fn sign_in(
    ledger: &dyn Ledger,
    passwords: &Passwords,
    sessions: &Sessions,
    login: &str,
    password: &str,
    at: Timestamp,
    entropy: &dyn Entropy,
) -> Result<Result<(Account, Token), SignInFailed>, Problem> {
    let account = ledger.account_by_login(&login.trim().to_lowercase()).await?;
    let usable = account.filter(|account| !account.disabled);
    let locked = usable.as_ref().is_some_and(|account| account.locked_until.is_some_and(|until| at < until));
    let hash = usable.as_ref().and_then(|account| account.password_hash.as_deref());
    // The work is done whatever is known: the time it takes tells nothing.
    let right = passwords.verify(hash, password).await?;
    let Some(account) = usable else { return Ok(Err(SignInFailed)) };
    if locked {
        return Ok(Err(SignInFailed));
    }
    if !right {
        let failures = ledger.count_failure(&account.account_id).await?;
        if let Some(lock) = lock_after(failures) {
            ledger.lock_account(&account.account_id, at.saturating_add(lock).unwrap_or(Timestamp::MAX)).await?;
        }
        return Ok(Err(SignInFailed));
    }
    let token = sessions.open(&account, at, entropy).await?;
    Ok(Ok((account, token)))
}

/// How long so many wrong passwords lock an account.
fn lock_after(failures: u32) -> Option<SignedDuration> {
    let over = failures.checked_sub(FAILURES)?;
    let doubled = FIRST_LOCK.checked_mul(1 << over.min(10)).unwrap_or(LONGEST_LOCK);
    Some(doubled.min(LONGEST_LOCK))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_grow_and_have_an_end() {
        let minutes = |failures| lock_after(failures).map(|lock| lock.as_mins());
        assert_eq!(minutes(4), None);
        assert_eq!(minutes(5), Some(1));
        assert_eq!(minutes(7), Some(4));
        assert_eq!(minutes(500), Some(60));
    }
}
