//! Reading what sources write, leniently in form and strictly in meaning.
//!
//! A value that is missing is `None`; a value that is there and cannot be what it claims to be is
//! a [`Problem`], never a guess. No problem quotes a value.

pub mod area;
pub mod date;
pub mod drift;
pub mod envelope;
pub mod fields;
pub mod instant;
pub mod json;
pub mod key;
pub mod name;
pub mod text;
pub mod xml;

pub use drift::Drift;
pub use fields::Fields;
pub use json::Json;

/// Why a record cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A stable word: `bad_date`, `no_key`, `wrong_commune`.
    pub reason: &'static str,
    /// What was expected of which field, without the value.
    pub detail: String,
    pub record_key: Option<String>,
}

impl Problem {
    pub fn new(reason: &'static str, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into(), record_key: None }
    }

    /// The same problem, of a record whose key is known.
    pub fn of(mut self, record_key: &str) -> Self {
        self.record_key.get_or_insert_with(|| record_key.to_owned());
        self
    }
}
