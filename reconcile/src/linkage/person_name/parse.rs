//! A name taken apart, once for each distinct text.

use super::Reason;
use super::syllable::Syllable;
use crate::linkage::text::{is_lower, lowered};
use crate::normal::fold::{fold, lower};
use config::rules::Spelling;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// A name as its syllables, in the order in which they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonName {
    /// Lower case, composed, one space between words: what was written.
    pub(super) text: String,
    /// The same without spaces.
    pub(super) letters: String,
    pub(super) syllables: Vec<Syllable>,
    /// Letters of `text`, its spaces too.
    pub(super) length: usize,
    /// No letter has an accent.
    pub(super) is_bare: bool,
    /// Everything folded away that two ways of writing one name may differ in: names that differ
    /// here are not one name.
    loosest: String,
}

/// Marks between syllables, and behind initials.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '.' | ',' | '\u{2010}'..='\u{2013}' | '_')
}

/// Marks inside a syllable: `H'Hen`.
fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2018}' | '`' | '\u{2bc}')
}

/// Letters whose lower case is one composed letter: those of Vietnamese names, composed.
pub(in crate::linkage) fn is_common(c: char) -> bool {
    c.is_ascii()
        || matches!(c, '\u{c0}'..='\u{ff}' | '\u{1ea0}'..='\u{1ef9}' | 'Đ' | 'đ' | 'Ă' | 'ă' | 'Ơ' | 'ơ' | 'Ư' | 'ư' | 'Ĩ' | 'ĩ' | 'Ũ' | 'ũ')
}

/// Lower case, composed, one space between words.
pub(super) fn written(text: &str) -> Cow<'_, str> {
    if is_written(text) { Cow::Borrowed(text) } else { Cow::Owned(rewritten(text)) }
}

/// Whether a text is surely [`written`]: names of a dictionary mostly are.
fn is_written(text: &str) -> bool {
    let mut before = ' ';
    let all = text.chars().all(|c| {
        let fits = is_lower(c) || (c == ' ' && before != ' ');
        before = c;
        fits
    });
    all && before != ' '
}

fn rewritten(text: &str) -> String {
    if text.chars().all(is_common) {
        return lowered(text.chars());
    }
    let composed: String = text.nfc().flat_map(char::to_lowercase).map(lower).nfc().collect();
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The syllables of what is [`written`].
pub(super) fn parts(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let without_marks = |part: &str| part.chars().filter(|c| !is_apostrophe(*c)).collect::<String>();
    text.split(is_separator)
        .map(move |part| if part.contains(is_apostrophe) { without_marks(part).into() } else { part.into() })
        .filter(|part: &Cow<'_, str>| !part.is_empty())
}

impl PersonName {
    pub fn new(text: &str) -> Self {
        let text = written(text).into_owned();
        let letters = text.chars().filter(|c| *c != ' ').collect();
        let syllables: Vec<Syllable> = parts(&text).map(|part| Syllable::new(&part)).collect();
        let is_bare = syllables.iter().all(|syllable| syllable.is_bare);
        let plain = syllables.iter().flat_map(|syllable| syllable.plain.chars());
        let loosest = plain.map(|c| if c == 'y' { 'i' } else { c }).collect();
        Self { length: text.chars().count(), text, letters, syllables, is_bare, loosest }
    }

    /// A fixed order, so that comparing is symmetric: the shorter first.
    pub(super) fn order(&self) -> (usize, usize, &str) {
        (self.syllables.len(), self.length, &self.text)
    }

    /// Letters without accents and marks, in one.
    pub(super) fn plain(&self) -> String {
        self.syllables.iter().map(|syllable| syllable.plain.as_str()).collect()
    }

    /// Whether both may be one name in two ways of writing: cheap, and never wrongly false.
    pub(super) fn may_be_written(&self, other: &Self) -> bool {
        self.loosest == other.loosest
    }

    /// The first of the mild differences that, folded away, makes both one.
    pub(super) fn mildly(&self, other: &Self) -> Option<Reason> {
        let without_marks =
            |name: &Self| -> String { name.text.chars().filter(|c| !is_separator(*c) && !is_apostrophe(*c)).collect() };
        let joined = |name: &Self, away: &[Spelling]| -> String {
            let words: String = name
                .text
                .chars()
                .map(|c| if is_separator(c) { ' ' } else { c })
                .filter(|c| !is_apostrophe(*c))
                .collect();
            fold(&words, away)
        };
        if without_marks(self) == without_marks(other) {
            return Some(Reason::Punctuation);
        }
        let steps = [
            (Reason::TonePlacement, &[Spelling::TonePlacement][..]),
            (Reason::IOrY, &[Spelling::TonePlacement, Spelling::IOrY]),
            (Reason::DStroke, &[Spelling::TonePlacement, Spelling::IOrY, Spelling::DStroke]),
        ];
        steps.into_iter().find(|(_, away)| joined(self, away) == joined(other, away)).map(|(reason, _)| reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_already_is_left_as_it_is() {
        for text in ["nguyễn thị hà", "đỗ ỷ", "a", "h hen niê"] {
            assert!(is_written(text), "{text}");
            assert_eq!(rewritten(text), text);
        }
        for text in ["", " a", "a ", "a  b", "Hà", "h\u{e0}\u{300}", "a\u{a0}b", "Ỷ", "a\tb"] {
            assert!(!is_written(text), "{text}");
        }
    }
}
