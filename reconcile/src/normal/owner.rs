//! Names of land holders: `Hộ ông Nguyễn Văn A`, `Ông A và vợ là bà B`.
//!
//! The first person is taken out, so that a title is never mistaken for another name. Only where
//! a title is certain: `Hồ` and `Ông` are also family names, so the plain name is compared first.

use super::fold::{is_mark, lower, same_letters};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holders {
    One,
    Household,
    Couple,
}

/// Whom a holder's name speaks of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct OwnerName<'a> {
    pub first: &'a str,
    pub holders: Holders,
}

pub fn owner_name(text: &str) -> OwnerName<'_> {
    let words: Vec<(usize, &str)> = words(text).collect();
    let mut holders = Holders::One;
    let mut at = 0;
    let word = |at: usize| words.get(at).map_or("", |(_, word)| *word);
    if is(word(0), "hộ") {
        holders = Holders::Household;
        at = if is(word(1), "gia") && is(word(2), "đình") { 3 } else { 1 };
    } else if is_plain(word(0), "ho") && (is_plain(word(1), "ong") || is_plain(word(1), "ba")) {
        holders = Holders::Household;
        at = 1;
    }
    let title = |word: &str| {
        is(word, "ông")
            || is(word, "bà")
            || (holders == Holders::Household && (is_plain(word, "ong") || is_plain(word, "ba")))
    };
    if title(word(at)) {
        at += 1;
    }
    let mut end = words.len();
    for next in at + 1..words.len().saturating_sub(1) {
        let joined = is(word(next), "và") || is_plain(word(next), "va") || word(next) == "&";
        let other = ["vợ", "chồng", "ông", "bà"].iter().any(|w| is(word(next + 1), w))
            || ["vo", "chong", "ong", "ba"].iter().any(|w| is_plain(word(next + 1), w));
        if joined && other {
            holders = Holders::Couple;
            end = next;
            break;
        }
    }
    let (Some((from, _)), Some((last, word))) = (words.get(at), words.get(end.wrapping_sub(1))) else {
        return OwnerName { first: text, holders };
    };
    if last < from {
        return OwnerName { first: text, holders };
    }
    let first = text[*from..last + word.len()].trim_matches([',', ';', ':', '-', ' ']);
    OwnerName { first, holders }
}

fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let start = text.as_ptr() as usize;
    text.split_whitespace().map(move |word| (word.as_ptr() as usize - start, word))
}

/// The word itself, whatever its case and composition.
fn is(word: &str, wanted: &str) -> bool {
    let word = word.trim_end_matches([':', '.', ',']);
    same_letters(word, wanted)
}

/// The word typed without any accent.
fn is_plain(word: &str, wanted: &str) -> bool {
    let letters = || word.trim_end_matches([':', '.', ',']).chars().filter(|c| !is_mark(*c)).map(lower);
    word.is_ascii() && letters().eq(wanted.chars())
}
