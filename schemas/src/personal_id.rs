//! The 12-digit personal identification number (số định danh cá nhân).

use crate::{ParseError, record::Sex};
use serde::{Deserialize, Serialize};

/// Province-of-birth prefixes that NĐ 137/2015 and TT 07/2016/TT-BCA assign: 63 of them.
const ASSIGNED_PREFIXES: [u16; 63] = [
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40, 42, 44, 45,
    46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92,
    93, 94, 95, 96,
];

/// The unassigned prefix under which every made-up person of this project lives.
pub const MADE_UP_PREFIX: u16 = 99;

/// `PPP G YY RRRRRR`: birth-registration province, century and sex, year, six random digits.
/// There is no check digit, and a number whose digits disagree with the person's sex or birth
/// year is not by itself wrong (NĐ 58/2026 Art. 12).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonalId([u8; 12]);

impl PersonalId {
    /// Exactly 12 ASCII digits. Whether the prefix is assigned is a separate question.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let bytes: [u8; 12] = text.as_bytes().try_into().map_err(|_| ParseError::PersonalId)?;
        if bytes.iter().all(u8::is_ascii_digit) { Ok(Self(bytes)) } else { Err(ParseError::PersonalId) }
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    fn digit(&self, at: usize) -> u8 {
        self.0[at] - b'0'
    }

    /// The first three digits as a number: `099...` is 99.
    pub fn prefix(&self) -> u16 {
        u16::from(self.digit(0)) * 100 + u16::from(self.digit(1)) * 10 + u16::from(self.digit(2))
    }

    /// An assigned prefix, or the made-up one.
    pub fn prefix_is_known(&self) -> bool {
        self.prefix() == MADE_UP_PREFIX || ASSIGNED_PREFIXES.binary_search(&self.prefix()).is_ok()
    }

    /// The sex that the fourth digit says.
    pub fn sex(&self) -> Sex {
        if self.digit(3).is_multiple_of(2) { Sex::Male } else { Sex::Female }
    }

    /// The birth year that digits four to six say.
    pub fn birth_year(&self) -> i16 {
        let century = 1900 + i16::from(self.digit(3) / 2) * 100;
        century + i16::from(self.digit(4)) * 10 + i16::from(self.digit(5))
    }
}

impl std::fmt::Debug for PersonalId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("<personal id>")
    }
}

impl TryFrom<String> for PersonalId {
    type Error = ParseError;
    fn try_from(text: String) -> Result<Self, ParseError> {
        Self::parse(&text)
    }
}

impl From<PersonalId> for String {
    fn from(id: PersonalId) -> String {
        id.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digits_tell_prefix_sex_and_birth_year() {
        let id = PersonalId::parse("099385000123").expect("12 digits");
        assert_eq!((id.prefix(), id.sex(), id.birth_year()), (99, Sex::Female, 2085));
        assert!(id.prefix_is_known());
    }

    #[test]
    fn an_unassigned_prefix_is_a_number_all_the_same() {
        let id = PersonalId::parse("097085000123").expect("12 digits");
        assert!(!id.prefix_is_known());
    }

    #[test]
    fn eleven_digits_or_other_characters_are_refused() {
        for text in ["99085000123", "09908500012a", "099 85000123", ""] {
            assert!(PersonalId::parse(text).is_err());
        }
    }
}
