//! Which tokens are type words, and which announce a street, a hamlet or an office.

use super::super::word::Word;
use super::fuzzy::distance;
use super::token::{Break, Letters, Token, Tokens, hash};
use std::collections::HashMap;

/// Spellings of one word: plain letters with accents, its meaning.
const SINGLE: [(&str, Word); 27] = [
    ("xã", Word::Commune),
    ("x", Word::Commune),
    ("commune", Word::Commune),
    ("phường", Word::Ward),
    ("p", Word::Ward),
    ("f", Word::Ward),
    ("ph", Word::Ward),
    ("phg", Word::Ward),
    ("ward", Word::Ward),
    ("tt", Word::Township),
    ("ttr", Word::Township),
    ("townlet", Word::Township),
    ("township", Word::Township),
    ("đk", Word::SpecialZone),
    ("huyện", Word::RuralDistrict),
    ("h", Word::RuralDistrict),
    ("quận", Word::UrbanDistrict),
    ("q", Word::UrbanDistrict),
    ("tx", Word::Town),
    ("town", Word::Town),
    ("district", Word::AnyDistrict),
    ("dist", Word::AnyDistrict),
    ("tp", Word::City),
    ("city", Word::City),
    ("tỉnh", Word::Province),
    ("t", Word::Province),
    ("province", Word::Province),
];

const DOUBLE: [(&str, &str, Word); 11] = [
    ("huyện", "đảo", Word::RuralDistrict),
    ("thị", "trấn", Word::Township),
    ("t", "t", Word::Township),
    ("đặc", "khu", Word::SpecialZone),
    ("special", "zone", Word::SpecialZone),
    ("thị", "xã", Word::Town),
    ("t", "x", Word::Town),
    ("thành", "phố", Word::City),
    ("thanh", "phó", Word::City),
    ("t", "p", Word::City),
    ("t", "phố", Word::City),
];

const ENGLISH: [&str; 11] =
    ["commune", "ward", "townlet", "township", "town", "district", "dist", "city", "province", "zone", "prov"];

/// What stands before a name that is no unit's, or before a number.
const NOISE: [&str; 57] = [
    "đường",
    "phố",
    "ngõ",
    "ngách",
    "hẻm",
    "kiệt",
    "số",
    "tổ",
    "thôn",
    "xóm",
    "ấp",
    "bản",
    "khu",
    "kp",
    "tdp",
    "khóm",
    "đội",
    "buôn",
    "làng",
    "sóc",
    "lô",
    "tòa",
    "tầng",
    "nhà",
    "km",
    "ql",
    "tl",
    "đt",
    "kđt",
    "kcn",
    "chợ",
    "trường",
    "cầu",
    "ngã",
    "đại",
    "quốc",
    "tỉnhlộ",
    "street",
    "st",
    "road",
    "rd",
    "hamlet",
    "village",
    "no",
    "group",
    "khối",
    "cụm",
    "plei",
    "phum",
    "lộ",
    "alley",
    "lane",
    "building",
    "floor",
    "ccn",
    "hđnd",
    "căn",
];

#[derive(Clone, Copy, Default)]
struct Entry {
    single: Option<(Word, u64)>,
    english: bool,
    noise: Option<u64>,
}

pub(crate) struct Words {
    table: HashMap<u64, Entry>,
    doubles: Vec<([Token; 2], Word)>,
    gone: u64,
}

/// What is known of a text at each token.
#[derive(Clone, Copy, Default)]
pub(crate) struct Place {
    /// The type word that ends right before this token, and where it begins.
    pub typed: Option<(Word, u8)>,
    /// A type word begins here.
    pub word_begins: bool,
    /// An English type word, which may stand behind the name.
    pub suffix: Option<Word>,
    /// A word for streets, hamlets or offices stands right before.
    pub after_noise: bool,
    pub is_noise: bool,
    /// `cũ`
    pub is_former: bool,
}

impl Words {
    pub fn new(letters: &Letters) -> Self {
        let mut tokens = Tokens::default();
        let mut read = |text: &str| {
            tokens.read(text, letters);
            tokens.list.first().copied()
        };
        let mut table: HashMap<u64, Entry> = HashMap::new();
        for (text, word) in SINGLE {
            if let Some(token) = read(text) {
                table.entry(token.plain).or_default().single = Some((word, token.accents));
            }
        }
        for text in ENGLISH {
            table.entry(hash(text.as_bytes())).or_default().english = true;
        }
        for text in NOISE {
            if let Some(token) = read(text) {
                table.entry(token.plain).or_default().noise = Some(token.accents);
            }
        }
        let mut doubles = Vec::new();
        for (first, second, word) in DOUBLE {
            if let (Some(a), Some(b)) = (read(first), read(second)) {
                doubles.push(([a, b], word));
            }
        }
        Self { table, doubles, gone: read("cũ").map_or(0, |t| t.accents) }
    }

    /// Fills one place per token, and one behind the last.
    pub fn mark(&self, tokens: &Tokens, out: &mut Vec<Place>) {
        let list = &tokens.list;
        out.clear();
        out.resize(list.len() + 1, Place::default());
        for at in 0..list.len() {
            let token = &list[at];
            if token.plain == hash(b"cu") {
                out[at].is_former = !token.marked || token.accents == self.gone;
            }
            let Some(entry) = self.table.get(&token.plain).copied() else {
                self.double(list, at, out);
                // `Phườg 5`: only before a number, where no name can be meant.
                let number = list.get(at + 1).is_some_and(|next| next.digits && next.before == Break::None);
                if number && distance(tokens.letters_of(token), b"phuong", 1) == 1 {
                    out[at].word_begins = true;
                    out[at + 1].typed = Some((Word::Ward, at as u8));
                }
                continue;
            };
            let fits = |accents: u64| !token.marked || token.accents == accents;
            if entry.noise.is_some_and(fits) {
                out[at].is_noise = true;
                out[at + 1].after_noise = true;
            }
            if let Some((word, _)) = entry.single.filter(|(_, accents)| fits(*accents)) {
                if entry.english {
                    out[at].suffix = Some(word);
                }
                out[at].word_begins = true;
                if list.get(at + 1).is_none_or(|next| next.before != Break::Hard) && out[at + 1].typed.is_none() {
                    out[at + 1].typed = Some((word, at as u8));
                }
            }
            self.double(list, at, out);
        }
    }

    fn double(&self, list: &[Token], at: usize, out: &mut [Place]) {
        let Some(next) = list.get(at + 1).filter(|next| next.before == Break::None) else { return };
        let fits =
            |token: &Token, own: &Token| token.plain == own.plain && (!token.marked || token.accents == own.accents);
        let found = self.doubles.iter().find(|([a, b], _)| fits(&list[at], a) && fits(next, b));
        if let Some((_, word)) = found {
            out[at].word_begins = true;
            out[at].is_noise = false;
            out[at + 1].is_noise = false;
            out[at + 1].typed = None;
            out[at + 1].after_noise = false;
            out[at + 2].typed = Some((*word, at as u8));
            if *word == Word::SpecialZone {
                out[at].suffix = Some(*word);
            }
        }
    }
}
