//! The way in for those who have no account yet: a link that works once. There is no default
//! password, and nobody sets the password of another.

use super::tokens::{Token, hash_token, random_id};
use super::{Entropy, Passwords};
use crate::problem::Problem;
use jiff::{SignedDuration, Timestamp};
use store::ledger::{Account, Purpose, Role};
use store::{Ledger, Scope, StoreError};

/// How long the link of a first start works.
const SETUP_LIFE: SignedDuration = SignedDuration::from_hours(1);
/// How long an invitation works.
const INVITATION_LIFE: SignedDuration = SignedDuration::from_hours(72);
const MOST_CHARACTERS: usize = 100;

/// The link to make the first account, while there is none: each start makes the one before worthless.
pub async fn first_link(ledger: &dyn Ledger, at: Timestamp, entropy: &dyn Entropy) -> Result<Option<Token>, Problem> {
    if !ledger.accounts().await?.is_empty() {
        return Ok(None);
    }
    let token = Token::new("l_", entropy)?;
    ledger.put_link(&token.hash(), &Purpose::Setup, expiry(at, SETUP_LIFE)).await?;
    Ok(Some(token))
}

/// A person who is to have an account.
pub struct Invitation<'a> {
    pub login: &'a str,
    pub display_name: &'a str,
    pub role: Role,
    pub scope: Scope,
}

/// An account with the link to set its password.
pub struct Invited {
    pub account: Account,
    pub link: Token,
}

/// Makes an account without a password.
pub async fn invite(
    ledger: &dyn Ledger,
    invitation: Invitation<'_>,
    at: Timestamp,
    entropy: &dyn Entropy,
) -> Result<Invited, Problem> {
    let account = account(&invitation, None, at, entropy)?;
    ledger.create_account(&account).await.map_err(taken)?;
    let link = new_link(ledger, &account.account_id, at, entropy).await?;
    Ok(Invited { account, link })
}

/// A link to set the password of an account anew.
pub async fn new_link(
    ledger: &dyn Ledger,
    account_id: &str,
    at: Timestamp,
    entropy: &dyn Entropy,
) -> Result<Token, Problem> {
    let link = Token::new("l_", entropy)?;
    let purpose = Purpose::Password { account_id: account_id.to_owned() };
    ledger.put_link(&link.hash(), &purpose, expiry(at, INVITATION_LIFE)).await?;
    Ok(link)
}

/// Makes the first account, of IT staff, with the link of the first start.
pub async fn setup_first(
    ledger: &dyn Ledger,
    passwords: &Passwords,
    token: &str,
    (login, display_name, password): (&str, &str, &str),
    at: Timestamp,
    entropy: &dyn Entropy,
) -> Result<Account, Problem> {
    let hash = hash_token(token);
    let link = ledger.link(&hash, at).await?.map(|(purpose, _)| purpose);
    if link != Some(Purpose::Setup) || !ledger.accounts().await?.is_empty() {
        return Err(worthless());
    }
    let invitation = Invitation { login, display_name, role: Role::It, scope: Scope::Province };
    let password_hash = passwords.hash(login, password, entropy).await?;
    let account = account(&invitation, Some(password_hash), at, entropy)?;
    if !ledger.use_link(&hash, at).await? {
        return Err(worthless());
    }
    ledger.create_account(&account).await.map_err(taken)?;
    Ok(account)
}

/// Sets the password of the account that a link is for. Ends its sessions.
pub async fn redeem(
    ledger: &dyn Ledger,
    passwords: &Passwords,
    token: &str,
    password: &str,
    at: Timestamp,
    entropy: &dyn Entropy,
) -> Result<Account, Problem> {
    let hash = hash_token(token);
    let Some((Purpose::Password { account_id }, _)) = ledger.link(&hash, at).await? else { return Err(worthless()) };
    let account = ledger.account(&account_id).await?.filter(|account| !account.disabled).ok_or_else(worthless)?;
    let password_hash = passwords.hash(&account.login, password, entropy).await?;
    if !ledger.use_link(&hash, at).await? {
        return Err(worthless());
    }
    ledger.set_password(&account_id, &password_hash).await?;
    ledger.end_sessions_of(&account_id).await?;
    Ok(account)
}

fn account(
    invitation: &Invitation<'_>,
    password_hash: Option<String>,
    created_at: Timestamp,
    entropy: &dyn Entropy,
) -> Result<Account, Problem> {
    let login = invitation.login.trim().to_lowercase();
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_@".contains(c);
    // A login stands in logs: it must not be somebody's number.
    let is_a_number = login.bytes().all(|byte| byte.is_ascii_digit());
    if login.len() < 2 || login.len() > MOST_CHARACTERS || !login.chars().all(fits) || is_a_number {
        return Err(Problem::usage(
            "LOGIN_FORM",
            "an account's name has 2 to 100 letters a–z, digits and . - _ @, and is no number",
        ));
    }
    let display_name = invitation.display_name.trim();
    if display_name.is_empty() || display_name.chars().count() > MOST_CHARACTERS {
        return Err(Problem::usage("DISPLAY_NAME", "the name of the person is missing or too long"));
    }
    let sees_citizens = super::may(invitation.role, super::Permission::Check);
    if sees_citizens && invitation.scope.to_text().is_empty() {
        return Err(Problem::usage("NO_COMMUNE", "name at least one commune, or the whole province"));
    }
    Ok(Account {
        account_id: random_id(entropy)?,
        login,
        display_name: display_name.to_owned(),
        role: invitation.role,
        scope: invitation.scope.clone(),
        password_hash,
        subject: None,
        disabled: false,
        failures: 0,
        locked_until: None,
        signed_in_at: None,
        created_at,
    })
}

fn expiry(at: Timestamp, life: SignedDuration) -> Timestamp {
    at.saturating_add(life).unwrap_or(Timestamp::MAX)
}

/// One answer for every link that leads nowhere.
pub fn worthless() -> Problem {
    Problem::usage("LINK_USED", "the link was used already, or its time is up")
}

fn taken(error: StoreError) -> Problem {
    match error {
        StoreError::Conflict { .. } => Problem::usage("LOGIN_TAKEN", "there is an account of that name"),
        other => other.into(),
    }
}
