//! What officers have said about the hamlets of divided communes.
//!
//! Data of the ledger, given to the resolver with each question. An answer counts only where it
//! names one of the units that the commune was really divided into.

use crate::normal::fold::lower;
use jiff::civil::Date;
use schemas::CommuneCode;
use std::collections::HashMap;
use std::fmt;

#[derive(Clone, PartialEq, Eq)]
pub struct Lesson {
    pub now: CommuneCode,
    /// The officer who said it.
    pub by: String,
    pub on: Date,
}

impl fmt::Debug for Lesson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lesson({}, {})", self.now, self.on)
    }
}

#[derive(Debug, Clone, Default)]
pub struct Learned {
    by_hamlet: HashMap<CommuneCode, HashMap<String, Lesson>>,
}

impl Learned {
    /// The later answer for a hamlet counts.
    pub fn insert(&mut self, old: CommuneCode, hamlet: &str, lesson: Lesson) {
        let lessons = self.by_hamlet.entry(old).or_default();
        let key = Self::key(hamlet);
        if lessons.get(&key).is_none_or(|known| known.on <= lesson.on) {
            lessons.insert(key, lesson);
        }
    }

    pub fn get(&self, old: CommuneCode, hamlet: &str) -> Option<&Lesson> {
        self.by_hamlet.get(&old)?.get(&Self::key(hamlet))
    }

    pub fn has(&self, old: CommuneCode) -> bool {
        self.by_hamlet.contains_key(&old)
    }

    pub fn is_empty(&self) -> bool {
        self.by_hamlet.is_empty()
    }

    /// `THÔN 05` and `thon 5` are one hamlet.
    pub fn key(hamlet: &str) -> String {
        let folded = crate::normal::fold::fold(hamlet, &config::rules::Spelling::ALL);
        let mut out = String::with_capacity(folded.len());
        for c in folded.chars().map(lower).filter(|c| c.is_alphanumeric()) {
            let after_digit = out.ends_with(|c: char| c.is_ascii_digit());
            if c == '0' && !after_digit {
                continue;
            }
            out.push(c);
        }
        out
    }
}
