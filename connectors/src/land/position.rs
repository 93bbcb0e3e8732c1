//! Where the pull of one commune's certificates stands.
//!
//! Each page begins with the last certificate of the one before: where that is not in it, something
//! before it went away, what follows has moved forward, and the list is read again.

use crate::read::{Fields, Json, key};
use schemas::{ErrorClass, SourceError};
use serde::{Deserialize, Serialize};

/// How often the list may be read again in one pull.
const RESTARTS: u64 = 5;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    pub start: u64,
    /// Hash of the certificate that this page begins with, if the page before ended with it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub known: String,
    /// Hash of the page before.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub last: String,
    /// What the source said that it has.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub total: u64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub restarts: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Start {
    /// Whether the certificate that ended the page before is missing among those `names`.
    pub fn is_moved(&self, names: &[String]) -> bool {
        !self.known.is_empty() && !names.contains(&self.known)
    }

    /// After a page of these certificates when `length` were asked for; `page` is its own name.
    pub fn next(&self, names: &[String], page: String, length: u32, total: u64) -> Result<Self, SourceError> {
        if self.is_moved(names) {
            return self.again();
        }
        let end = self.end(names.len(), length);
        // It promised more than there is now: not to be believed at once.
        if end >= total {
            return self.again();
        }
        let known = if length < 2 { String::new() } else { names.last().cloned().unwrap_or_default() };
        let start = if known.is_empty() { end } else { end - 1 };
        Ok(Self { start, known, last: page, total, restarts: self.restarts })
    }

    /// Whether the list is read from its beginning here, for the first time or again.
    pub fn is_first(&self) -> bool {
        self.start == 0 && self.known.is_empty()
    }

    /// Behind the last entry. More than asked for are no reason to believe that the next ones begin
    /// behind them.
    pub fn end(&self, entries: usize, length: u32) -> u64 {
        self.start + (entries as u64).min(u64::from(length))
    }

    fn again(&self) -> Result<Self, SourceError> {
        if self.restarts >= RESTARTS {
            let detail = "the list moves faster than it can be read";
            return Err(SourceError::new(ErrorClass::Exhausted, "moving_too_fast", detail));
        }
        Ok(Self { restarts: self.restarts + 1, ..Self::default() })
    }
}

/// What tells one certificate from another, as far as it can be read, of each entry.
pub fn names(entries: &[Json<'_>]) -> Vec<String> {
    entries.iter().map(name).collect()
}

fn name(entry: &Json<'_>) -> String {
    let certificate = Fields::of(entry).and_then(|entry| entry.object("GiayChungNhan"));
    let id = certificate.and_then(|certificate| certificate.trimmed("giayChungNhanId").ok().flatten());
    key::hashed(&id.unwrap_or_else(|| entry.to_string().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(at: &Start, entries: &[Json<'_>], total: u64) -> Result<Start, SourceError> {
        at.next(&names(entries), key::of_page(entries), 10, total)
    }
    fn entries(ids: std::ops::Range<u64>) -> Vec<Json<'static>> {
        let object = |key: &'static str, value: Json<'static>| Json::Object([(key.into(), value)].into());
        ids.map(|id| object("GiayChungNhan", object("giayChungNhanId", Json::Number(id.into())))).collect()
    }

    #[test]
    fn a_page_begins_with_what_ended_the_one_before() {
        let second = next(&Start::default(), &entries(1..11), 30).expect("a page");
        assert_eq!((second.start, second.known.as_str()), (9, key::hashed("10").as_str()));
        let third = next(&second, &entries(10..20), 30).expect("a page");
        assert_eq!(third.start, 18);
    }

    #[test]
    fn a_list_that_moved_forward_is_read_again_and_not_for_ever() {
        let mut at = Start::default();
        for restart in 1..=RESTARTS {
            at = next(&at, &entries(1..11), 30).expect("a page");
            at = next(&at, &entries(11..21), 29).expect("read again");
            assert_eq!((at.start, at.restarts), (0, restart));
        }
        at = next(&at, &entries(1..11), 30).expect("a page");
        let error = next(&at, &entries(11..21), 29).expect_err("without end");
        assert_eq!((error.class, error.code.as_str()), (ErrorClass::Exhausted, "moving_too_fast"));
    }

    #[test]
    fn pages_longer_than_asked_for_do_not_skip_what_is_behind_them() {
        let second = next(&Start::default(), &entries(1..13), 30).expect("a page");
        assert_eq!(second.start, 9);
    }
}
