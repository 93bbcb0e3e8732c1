//! windows-1258: letters of their own for ă â ê ô ơ ư đ, and combining tone marks behind them.

use super::tables::{Page, WINDOWS_1258};
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

static PAGE: LazyLock<Page> = LazyLock::new(|| Page::new(WINDOWS_1258, &[]));

const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];

pub fn decode(bytes: &[u8]) -> Option<String> {
    let text: String = bytes.iter().map(|byte| PAGE.char_of(*byte)).collect::<Option<_>>()?;
    Some(text.nfc().collect())
}

/// As Windows writes it: the letter with its shape, then the tone.
pub fn encode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        if let Some(byte) = PAGE.byte_of(c) {
            bytes.push(byte);
            continue;
        }
        let parts: Vec<char> = std::iter::once(c).nfd().collect();
        let tone = parts.iter().copied().find(|part| TONES.contains(part))?;
        let letter: String = parts.into_iter().filter(|part| *part != tone).nfc().collect();
        let mut letters = letter.chars();
        bytes.push(PAGE.byte_of(letters.next()?)?);
        if letters.next().is_some() {
            return None;
        }
        bytes.push(PAGE.byte_of(tone)?);
    }
    Some(bytes)
}
