//! Which account is that of somebody whom the OpenID provider vouches for. What they may do stands
//! in the account and is nothing that a token could say.

use super::oidc::Identity;
use crate::problem::Problem;
use store::Ledger;
use store::ledger::Account;

/// Who somebody is here.
pub enum Admission {
    /// Who came in this way before.
    Known(Account),
    /// Who was invited under that name and has not come yet: to be bound to it, once.
    Invited(Account),
    /// Who has no account, or one that is disabled: which of these is told to nobody.
    Refused,
}

/// By the subject; by name only where an account still waits for its person. One that has a password
/// is somebody's already, and a name at the provider is no proof of being that somebody.
pub async fn admission(ledger: &dyn Ledger, identity: &Identity) -> Result<Admission, Problem> {
    if let Some(account) = ledger.account_by_subject(&identity.subject).await? {
        return Ok(if account.disabled { Admission::Refused } else { Admission::Known(account) });
    }
    for name in &identity.names {
        if let Some(account) = ledger.account_by_login(name).await?.filter(waits) {
            return Ok(Admission::Invited(account));
        }
    }
    Ok(Admission::Refused)
}

fn waits(account: &Account) -> bool {
    !account.disabled && account.subject.is_none() && account.password_hash.is_none()
}
