//! The name of a unit taken apart: its type word, and the rest.

use crate::normal::fold::{fold, lower, same_letters};
use config::rules::Spelling;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Commune,
    Ward,
    Township,
    SpecialZone,
    /// huyện, quận, thị xã
    District,
    /// thành phố: of a province or of the centre
    City,
    Province,
}

/// Longest first, so that `thị xã` is not read as `xã`. Without accents too.
const WORDS: [(&str, Kind); 29] = [
    ("thị trấn ", Kind::Township),
    ("thi tran ", Kind::Township),
    ("thành phố ", Kind::City),
    ("thanh pho ", Kind::City),
    ("đặc khu ", Kind::SpecialZone),
    ("dac khu ", Kind::SpecialZone),
    ("thị xã ", Kind::District),
    ("thi xa ", Kind::District),
    ("phường ", Kind::Ward),
    ("phuong ", Kind::Ward),
    ("huyện ", Kind::District),
    ("huyen ", Kind::District),
    ("quận ", Kind::District),
    ("quan ", Kind::District),
    ("tỉnh ", Kind::Province),
    ("tinh ", Kind::Province),
    ("xã ", Kind::Commune),
    ("xa ", Kind::Commune),
    ("tt.", Kind::Township),
    ("tt ", Kind::Township),
    ("tx.", Kind::District),
    ("tx ", Kind::District),
    ("tp.", Kind::City),
    ("tp ", Kind::City),
    ("x.", Kind::Commune),
    ("p.", Kind::Ward),
    ("h.", Kind::District),
    ("q.", Kind::District),
    ("t.", Kind::Province),
];

/// A written name: type word (if any) and bare name.
#[derive(Clone, Copy)]
pub(super) struct Written<'a> {
    pub kind: Option<Kind>,
    pub bare: &'a str,
}

/// Takes the type word off. A word that leaves nothing behind is part of the name.
pub(super) fn written(text: &str) -> Written<'_> {
    let text = text.trim();
    for (word, kind) in WORDS {
        if let Some(rest) = strip(text, word)
            && !rest.is_empty()
        {
            return Written { kind: Some(kind), bare: rest };
        }
    }
    // `P5`, `Q1`: only before a number.
    if let Some(rest) = text.strip_prefix(['P', 'p']).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
        return Written { kind: Some(Kind::Ward), bare: rest };
    }
    if let Some(rest) = text.strip_prefix(['Q', 'q']).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
        return Written { kind: Some(Kind::District), bare: rest };
    }
    Written { kind: None, bare: text }
}

/// The rest of `text` after `prefix`, comparing composed lower-case letters.
fn strip<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let mut at = 0;
    let mut chars = text.char_indices().peekable();
    for want in prefix.chars() {
        let (from, c) = chars.next()?;
        let mut end = from + c.len_utf8();
        // A decomposed letter: take its marks along.
        while let Some((next, mark)) = chars.peek().copied().filter(|(_, m)| ('\u{300}'..='\u{36f}').contains(m)) {
            end = next + mark.len_utf8();
            chars.next();
        }
        let mut composed = text[from..end].nfc().map(|c| if c.is_whitespace() { ' ' } else { lower(c) });
        if composed.next() != Some(want) || composed.next().is_some() {
            return None;
        }
        at = end;
    }
    Some(text[at..].trim_start())
}

/// How well a written name fits a unit's own: 4 type and name, 3 the name without a type, 2 but
/// for spelling, 1 the name under another type, 0 not at all.
pub(super) fn grade(given: Written<'_>, kind: Option<Kind>, bare: &str) -> u8 {
    let (given_bare, bare) = (ordinal(given.bare), ordinal(bare));
    let same_kind = given.kind.is_none() || given.kind == kind;
    if same_letters(&given_bare, &bare) {
        return match (given.kind, same_kind) {
            (None, _) => 3,
            (Some(_), true) => 4,
            (Some(_), false) => 1,
        };
    }
    let mild = [Spelling::TonePlacement, Spelling::IOrY, Spelling::Hyphen];
    if fold(&given_bare, &mild) == fold(&bare, &mild) {
        return if same_kind { if given.kind.is_some() { 4 } else { 3 } } else { 1 };
    }
    let accents = fold(&given_bare, &Spelling::ALL) == fold(&bare, &Spelling::ALL);
    if accents && same_kind { 2 } else { 0 }
}

/// `01` as `1`: ordinals of wards were padded in some lists.
fn ordinal(bare: &str) -> Cow<'_, str> {
    let trimmed = bare.trim();
    if trimmed.len() > 1 && trimmed.starts_with('0') && trimmed.bytes().all(|b| b.is_ascii_digit()) {
        return Cow::Owned(trimmed.trim_start_matches('0').to_owned());
    }
    Cow::Borrowed(trimmed)
}
