//! Sessions: a random token in a cookie, its hash in the ledger, ended on the server.

use super::tokens::{Token, hash_token};
use super::{Actor, Entropy};
use crate::problem::Problem;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use store::Ledger;
use store::ledger::{Account, Session};

/// A session is noted as seen at most so often: a page has several requests.
const NOTE_EVERY: SignedDuration = SignedDuration::from_secs(30);

pub struct Sessions {
    ledger: Arc<dyn Ledger>,
    idle: SignedDuration,
    absolute: SignedDuration,
}

/// Somebody with a session that is in force.
#[derive(Clone)]
pub struct SignedIn {
    pub account: Account,
    /// What each form of theirs must bring along.
    pub csrf: String,
    token_hash: String,
}

impl SignedIn {
    pub fn actor(&self) -> Actor {
        Actor { name: self.account.login.clone(), role: self.account.role, scope: self.account.scope.clone() }
    }
}

impl Sessions {
    pub fn new(ledger: Arc<dyn Ledger>, settings: &config::settings::Sessions) -> Self {
        Self {
            ledger,
            idle: SignedDuration::from_mins(settings.idle_minutes.into()),
            absolute: SignedDuration::from_hours(settings.absolute_hours.into()),
        }
    }

    /// Opens a session; sweeps those that are over.
    pub async fn open(&self, account: &Account, at: Timestamp, entropy: &dyn Entropy) -> Result<Token, Problem> {
        self.ledger.sweep_sessions(before(at, self.absolute), before(at, self.idle)).await?;
        let token = Token::new("s_", entropy)?;
        let csrf = Token::new("f_", entropy)?;
        let session = Session {
            token_hash: token.hash(),
            account_id: account.account_id.clone(),
            csrf: csrf.text().to_owned(),
            started_at: at,
            seen_at: at,
        };
        self.ledger.open_session(&session).await?;
        self.ledger.note_sign_in(&account.account_id, at).await?;
        Ok(token)
    }

    /// Whose token this is, while the session is in force and the account is not disabled.
    pub async fn signed_in(&self, token: &str, at: Timestamp) -> Result<Option<SignedIn>, Problem> {
        let token_hash = hash_token(token);
        let Some(session) = self.ledger.session(&token_hash).await? else { return Ok(None) };
        let over = session.started_at < before(at, self.absolute) || session.seen_at < before(at, self.idle);
        let account = self.ledger.account(&session.account_id).await?.filter(|account| !account.disabled);
        let Some(account) = account.filter(|_| !over) else {
            self.ledger.end_session(&token_hash).await?;
            return Ok(None);
        };
        if session.seen_at < before(at, NOTE_EVERY) {
            self.ledger.see_session(&token_hash, at).await?;
        }
        Ok(Some(SignedIn { account, csrf: session.csrf, token_hash }))
    }

    pub async fn end(&self, signed_in: &SignedIn) -> Result<(), Problem> {
        Ok(self.ledger.end_session(&signed_in.token_hash).await?)
    }
}

fn before(at: Timestamp, span: SignedDuration) -> Timestamp {
    at.checked_sub(span).unwrap_or(Timestamp::MIN)
}
