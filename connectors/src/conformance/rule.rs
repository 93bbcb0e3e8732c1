//! The numbered rules of `docs/CONNECTORS.md`.

use std::fmt::{Display, Formatter, Result};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// "Pages and records".
    Pages(u8),
    /// "Cursors".
    Cursors(u8),
    /// "Asking".
    Asking(u8),
    /// "Running".
    Running(u8),
}

/// A rule that the connector breaks, and how. Never holds a value of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    pub rule: Rule,
    pub detail: String,
}

impl Display for Rule {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Pages(number) => write!(f, "Pages and records {number}"),
            Self::Cursors(number) => write!(f, "Cursors {number}"),
            Self::Asking(number) => write!(f, "Asking {number}"),
            Self::Running(number) => write!(f, "Running {number}"),
        }
    }
}

impl Display for Broken {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "docs/CONNECTORS.md, {}: {}", self.rule, self.detail)
    }
}
