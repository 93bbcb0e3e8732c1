//! Four answers, never two (design invariant 6).

use jiff::Timestamp;

/// What a source said when it was asked for one thing.
///
/// `NotFound` is a statement by the source; `CouldNotAsk` is a statement about the network, a
/// quota or a rule. Nothing turns the second into the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer<T> {
    /// The source holds it, as of an instant of the source's own.
    Found { value: T, as_of: Timestamp },
    /// The source was asked, understood the question and does not hold it.
    NotFound { as_of: Timestamp },
    /// Nobody could ask, and why (an error code of [`crate::SourceError`]).
    CouldNotAsk { code: String },
}

impl<T> Answer<T> {
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Answer<U> {
        match self {
            Self::Found { value, as_of } => Answer::Found { value: f(value), as_of },
            Self::NotFound { as_of } => Answer::NotFound { as_of },
            Self::CouldNotAsk { code } => Answer::CouldNotAsk { code },
        }
    }
}
