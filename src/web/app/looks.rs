//! What is being looked at, under a name that says nothing: questions are personal data and stand in
//! no address. Held in memory only; who comes back after a restart asks again.

use super::Who;
use crate::access::{Entropy, Token};
use crate::check::{LiveAnswer, Question};
use crate::problem::Problem;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// As long as a session that is not used.
const LIFE: SignedDuration = SignedDuration::from_mins(60);
/// Of one account: the oldest is forgotten for the newest.
const MOST_OF_ONE: usize = 200;

/// One question with what belongs to it.
#[derive(Clone)]
pub struct Look {
    pub account_id: String,
    pub question: Question,
    pub procedure: Option<String>,
    /// Why somebody of another commune is looked at.
    pub outside: Option<String>,
    pub outside_note: String,
    /// What sources said when they were asked about it.
    pub live: Vec<LiveAnswer>,
    /// Numbers of people who fit, in the order in which they were listed.
    pub candidates: Vec<String>,
    /// The place in the morning's list that it was opened from.
    pub morning: Option<String>,
    /// What was just done, to be said once.
    pub notice: String,
}

impl Look {
    pub fn new(who: &Who, question: Question, procedure: Option<String>) -> Self {
        Self {
            account_id: who.signed_in.account.account_id.clone(),
            question,
            procedure,
            outside: None,
            outside_note: String::new(),
            live: Vec::new(),
            candidates: Vec::new(),
            morning: None,
            notice: String::new(),
        }
    }
}

#[derive(Default)]
pub struct Looks {
    held: Mutex<BTreeMap<String, (Timestamp, Look)>>,
}

impl Looks {
    /// Keeps a look; answers its name.
    pub fn keep(&self, look: Look, at: Timestamp, entropy: &dyn Entropy) -> Result<String, Problem> {
        let handle = Token::new("", entropy)?.text()[..32].to_owned();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|_, (kept, _)| at.duration_since(*kept) < LIFE);
        let of_this = |look: &Look, other: &Look| look.account_id == other.account_id;
        if held.values().filter(|(_, other)| of_this(&look, other)).count() >= MOST_OF_ONE {
            let oldest = held.iter().filter(|(_, (_, other))| of_this(&look, other)).min_by_key(|(_, (kept, _))| *kept);
            if let Some(oldest) = oldest.map(|(handle, _)| handle.clone()) {
                held.remove(&oldest);
            }
        }
        held.insert(handle.clone(), (at, look));
        Ok(handle)
    }

    /// The look of this account under this name.
    pub fn get(&self, handle: &str, account_id: &str, at: Timestamp) -> Option<Look> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let (kept, look) = held.get(handle)?;
        (look.account_id == account_id && at.duration_since(*kept) < LIFE).then(|| look.clone())
    }

    /// Changes a look that is kept.
    pub fn change(&self, handle: &str, change: impl FnOnce(&mut Look)) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, look)) = held.get_mut(handle) {
            change(look);
        }
    }

    /// Forgets what an account looked at.
    pub fn forget(&self, account_id: &str) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, (_, look)| look.account_id != account_id);
    }
}
