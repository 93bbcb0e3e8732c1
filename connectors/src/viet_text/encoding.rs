//! The encodings, and text in and out of each.

use super::tables::{Page, VISCII, VISCII_LOW};
use super::{tcvn3, vni, windows_1258};
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Windows1258,
    Tcvn3,
    Vni,
    Viscii,
}

impl Encoding {
    pub const ALL: [Self; 7] =
        [Self::Utf8, Self::Utf16Le, Self::Utf16Be, Self::Windows1258, Self::Tcvn3, Self::Vni, Self::Viscii];

    /// As people in Vietnam call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Windows1258 => "windows-1258",
            Self::Tcvn3 => "TCVN3 (ABC)",
            Self::Vni => "VNI",
            Self::Viscii => "VISCII",
        }
    }
}

static VISCII_PAGE: LazyLock<Page> = LazyLock::new(|| Page::new(VISCII, VISCII_LOW));

/// The text in normal form C, without a byte-order mark. `None`: the bytes are not of this
/// encoding, and no part of them was dropped or replaced.
pub fn decode(bytes: &[u8], encoding: Encoding) -> Option<String> {
    let text: String = match encoding {
        Encoding::Utf8 => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            std::str::from_utf8(bytes).ok()?.nfc().collect()
        }
        Encoding::Utf16Le => utf16(bytes.strip_prefix(b"\xff\xfe").unwrap_or(bytes), u16::from_le_bytes)?,
        Encoding::Utf16Be => utf16(bytes.strip_prefix(b"\xfe\xff").unwrap_or(bytes), u16::from_be_bytes)?,
        Encoding::Windows1258 => windows_1258::decode(bytes)?,
        Encoding::Tcvn3 => tcvn3::decode(bytes)?,
        Encoding::Vni => vni::decode(bytes),
        Encoding::Viscii => {
            bytes.iter().map(|byte| VISCII_PAGE.char_of(*byte)).collect::<Option<String>>()?.nfc().collect()
        }
    };
    Some(text)
}

/// The bytes of a text, without a byte-order mark. `None`: it has a letter that the encoding has
/// not. TCVN3 writes capitals with tone marks as small letters, as its fonts of capitals want them.
pub fn encode(text: &str, encoding: Encoding) -> Option<Vec<u8>> {
    let text: String = text.nfc().collect();
    match encoding {
        Encoding::Utf8 => Some(text.into_bytes()),
        Encoding::Utf16Le => Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        Encoding::Utf16Be => Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        Encoding::Windows1258 => windows_1258::encode(&text),
        Encoding::Tcvn3 => tcvn3::encode(&text),
        Encoding::Vni => vni::encode(&text),
        Encoding::Viscii => text.chars().map(|c| VISCII_PAGE.byte_of(c)).collect(),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (units, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let text = char::decode_utf16(units.iter().map(|pair| unit(*pair))).collect::<Result<String, _>>().ok()?;
    Some(text.nfc().collect())
}
