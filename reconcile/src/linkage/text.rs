//! Values made ready for comparing, once for each distinct value.

use super::spec::Kind;
use crate::normal::fold::{letter, lower};
use unicode_normalization::UnicodeNormalization;

/// The normal form under which values count as equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Form(pub String);

impl Form {
    /// `None`: the text says nothing.
    pub fn of(kind: Kind, text: &str) -> Option<Self> {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let form = match kind {
            Kind::Exact | Kind::Name | Kind::Text => words(&text.nfc().map(lower).collect::<String>()),
            Kind::Digits => text.chars().filter(|c| c.is_alphanumeric()).map(lower).collect(),
            Kind::Date => text.chars().filter(|c| c.is_ascii_digit()).collect(),
        };
        (!form.is_empty()).then_some(Self(form))
    }
}

/// A distinct value with what its comparator needs.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// Letters without diacritics.
    pub plain: Vec<char>,
    /// Year, month, day, where the value is a date of eight digits.
    pub date: Option<(u16, u8, u8)>,
}

impl Prepared {
    pub fn missing() -> Self {
        Self { plain: Vec::new(), date: None }
    }

    pub fn new(kind: Kind, form: &Form) -> Self {
        let plain: Vec<char> = form.0.chars().map(|c| if c == 'đ' { 'd' } else { letter(c).base }).collect();
        Self { date: (kind == Kind::Date).then(|| date(&plain)).flatten(), plain }
    }
}

/// `yyyymmdd`.
fn date(digits: &[char]) -> Option<(u16, u8, u8)> {
    if digits.len() != 8 {
        return None;
    }
    let number = |range: &[char]| range.iter().try_fold(0u16, |n, c| Some(n * 10 + c.to_digit(10)? as u16));
    Some((number(&digits[..4])?, number(&digits[4..6])? as u8, number(&digits[6..])? as u8))
}
