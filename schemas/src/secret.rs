//! A text that may be used but not printed.

use serde::{Deserialize, Serialize};

/// Personal or secret text. `Debug` hides it and there is no `Display`; whoever needs the value
/// says so with [`Sensitive::expose`].
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sensitive(String);

impl Sensitive {
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself: for a wire, a store or a screen that is allowed to carry it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("<hidden>")
    }
}

impl From<String> for Sensitive {
    fn from(value: String) -> Self {
        Self(value)
    }
}

/// `099085000123` as `0990***0123`: enough to recognise a number one holds, not to use it.
pub fn mask(value: &str) -> String {
    let chars: Vec<char> = value.chars().collect();
    if chars.len() < 9 {
        return "*".repeat(chars.len());
    }
    let head: String = chars[..4].iter().collect();
    let tail: String = chars[chars.len() - 4..].iter().collect();
    format!("{head}***{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sensitive_value_is_not_shown_by_debug() {
        assert_eq!(format!("{:?}", Sensitive::new("099085000123")), "<hidden>");
    }

    #[test]
    fn a_masked_number_keeps_four_digits_at_each_end_and_a_short_text_keeps_none() {
        assert_eq!(mask("099085000123"), "0990***0123");
        assert_eq!(mask("Lý"), "**");
    }
}
