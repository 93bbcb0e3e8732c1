//! Official codes of administrative units (QĐ 19/2025/QĐ-TTg and its predecessors).

use crate::ParseError;
use serde::{Deserialize, Serialize};

macro_rules! code {
    ($(#[$doc:meta])* $name:ident, $digits:literal, $error:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; $digits]);

        impl $name {
            /// Exactly the right number of ASCII digits.
            pub fn parse(text: &str) -> Result<Self, ParseError> {
                let bytes: [u8; $digits] = text.as_bytes().try_into().map_err(|_| ParseError::$error)?;
                if bytes.iter().all(u8::is_ascii_digit) { Ok(Self(bytes)) } else { Err(ParseError::$error) }
            }

            /// Like [`Self::parse`], giving back the zeros that a spreadsheet or a JSON number lost.
            pub fn parse_lenient(text: &str) -> Result<Self, ParseError> {
                let text = text.trim();
                if text.is_empty() || text.len() > $digits || !text.bytes().all(|b| b.is_ascii_digit()) {
                    return Err(ParseError::$error);
                }
                let mut bytes = [b'0'; $digits];
                bytes[$digits - text.len()..].copy_from_slice(text.as_bytes());
                Ok(Self(bytes))
            }

            pub fn as_str(&self) -> &str {
                // Only ASCII digits are ever stored, so this cannot fail.
                std::str::from_utf8(&self.0).unwrap_or_default()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = ParseError;
            fn from_str(text: &str) -> Result<Self, ParseError> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = ParseError;
            fn try_from(text: String) -> Result<Self, ParseError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> String {
                code.as_str().to_owned()
            }
        }
    };
}

code!(
    /// A province-level code: 2 digits. Names a unit only together with a date.
    ProvinceCode, 2, ProvinceCode
);
code!(
    /// A commune-level code: 5 digits. Names a unit only together with a date: 1,825 of today's
    /// codes meant a unit of another name before 1 July 2025.
    CommuneCode, 5, CommuneCode
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commune_code_keeps_its_leading_zeros_and_gets_lost_ones_back() {
        assert_eq!(CommuneCode::parse("00004").map(|c| c.to_string()), Ok("00004".into()));
        assert_eq!(CommuneCode::parse("4"), Err(ParseError::CommuneCode));
        assert_eq!(CommuneCode::parse_lenient("4").map(|c| c.to_string()), Ok("00004".into()));
        assert_eq!(CommuneCode::parse_lenient("123456"), Err(ParseError::CommuneCode));
    }
}
