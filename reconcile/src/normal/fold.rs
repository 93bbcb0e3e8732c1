//! Vietnamese letters taken apart, and texts folded as far as a comparison wants.
//!
//! The cheap folds ([`same_letters`], [`hash_exact`], [`hash_loose`]) allocate nothing unless a
//! text is decomposed (NFD): they run on every name of a province.

use super::letters::{self, each_exact, each_plain, plain};
use config::rules::Spelling;
use unicode_normalization::UnicodeNormalization;

/// Lower case of one letter; the Vietnamese blocks without a table look-up.
pub fn lower(c: char) -> char {
    match c {
        'A'..='Z' => c.to_ascii_lowercase(),
        '\0'..='\u{7f}' => c,
        '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{de}' => char::from_u32(c as u32 + 0x20).unwrap_or(c),
        '\u{1ea0}'..='\u{1ef9}' => char::from_u32(c as u32 | 1).unwrap_or(c),
        'Đ' => 'đ',
        'Ă' => 'ă',
        'Ơ' => 'ơ',
        'Ư' => 'ư',
        _ => c.to_lowercase().next().unwrap_or(c),
    }
}

/// A lower-case letter as its plain letter (`đ` stays apart), its shape and its tone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letter {
    pub base: char,
    /// `â`, `ă`, `ơ` … without tone; the base itself where it has no mark.
    pub shape: char,
    /// 0 none, 1 huyền, 2 sắc, 3 hỏi, 4 ngã, 5 nặng.
    pub tone: u8,
}

macro_rules! letters {
    ($c:expr; $( $base:literal $shape:literal : $t1:literal $t2:literal $t3:literal $t4:literal $t5:literal ),+ $(,)?) => {
        match $c {
            $( $shape => Some(($base, $shape, 0)), $t1 => Some(($base, $shape, 1)), $t2 => Some(($base, $shape, 2)),
               $t3 => Some(($base, $shape, 3)), $t4 => Some(($base, $shape, 4)), $t5 => Some(($base, $shape, 5)), )+
            _ => None,
        }
    };
}

/// Takes a lower-case, composed letter apart.
pub fn letter(c: char) -> Letter {
    let found = letters!(c;
        'a' 'a': 'à' 'á' 'ả' 'ã' 'ạ', 'a' 'ă': 'ằ' 'ắ' 'ẳ' 'ẵ' 'ặ', 'a' 'â': 'ầ' 'ấ' 'ẩ' 'ẫ' 'ậ',
        'e' 'e': 'è' 'é' 'ẻ' 'ẽ' 'ẹ', 'e' 'ê': 'ề' 'ế' 'ể' 'ễ' 'ệ', 'i' 'i': 'ì' 'í' 'ỉ' 'ĩ' 'ị',
        'o' 'o': 'ò' 'ó' 'ỏ' 'õ' 'ọ', 'o' 'ô': 'ồ' 'ố' 'ổ' 'ỗ' 'ộ', 'o' 'ơ': 'ờ' 'ớ' 'ở' 'ỡ' 'ợ',
        'u' 'u': 'ù' 'ú' 'ủ' 'ũ' 'ụ', 'u' 'ư': 'ừ' 'ứ' 'ử' 'ữ' 'ự', 'y' 'y': 'ỳ' 'ý' 'ỷ' 'ỹ' 'ỵ',
    );
    match found {
        Some((base, shape, tone)) => Letter { base, shape, tone },
        None if c.is_ascii() || c == 'đ' => Letter { base: c, shape: c, tone: 0 },
        None => {
            let base = std::iter::once(c).nfd().next().unwrap_or(c);
            Letter { base, shape: c, tone: 0 }
        }
    }
}

fn is_decomposed(text: &str) -> bool {
    text.chars().any(|c| ('\u{300}'..='\u{36f}').contains(&c))
}

pub(super) fn is_mark(c: char) -> bool {
    matches!(c, '-' | '\'' | '\u{2019}' | '\u{2018}' | '`' | '\u{2010}'..='\u{2013}' | '.')
}

/// Calls `each` with every letter of a decomposed text, composed and in lower case, without white
/// space.
fn each_composed(text: &str, mut each: impl FnMut(char)) {
    text.nfc().filter(|c| !c.is_whitespace()).for_each(|c| each(lower(c)));
}

/// Equal but for letter case, white space and composition.
pub fn same_letters(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    letters::same(a, b).unwrap_or_else(|| {
        let letters = |text: &str| text.nfc().filter(|c| !c.is_whitespace()).map(lower).collect::<Vec<char>>();
        letters(a) == letters(b)
    })
}

const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;

fn fnv(hash: u64, value: u32) -> u64 {
    (hash ^ u64::from(value)).wrapping_mul(0x0000_0100_0000_01b3)
}

fn mix(mut hash: u64) -> u64 {
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ (hash >> 32)
}

/// Equal for texts that are [`same_letters`].
pub fn hash_exact(text: &str) -> u64 {
    let mut hash = FNV_START;
    if !each_exact(text, |c| hash = fnv(hash, c)) {
        hash = FNV_START;
        each_composed(text, |c| hash = fnv(hash, c as u32));
    }
    mix(hash)
}

/// Equal for texts that differ in spelling only; some others collide (every `y` is an `i` here).
pub fn hash_loose(text: &str) -> u64 {
    let mut hash = FNV_START;
    if !each_plain(text, |c| hash = fnv(hash, c)) {
        hash = FNV_START;
        each_composed(text, |c| plain(c).into_iter().for_each(|c| hash = fnv(hash, c as u32)));
    }
    mix(hash)
}

/// The text that [`hash_loose`] hashes: for look-up tables.
pub fn loose(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    if !each_plain(text, |c| out.extend(char::from_u32(c))) {
        out.clear();
        each_composed(text, |c| out.extend(plain(c)));
    }
    out
}

/// Folds away the named differences, and always case, white space and composition.
pub fn fold(text: &str, away: &[Spelling]) -> String {
    let has = |spelling| away.contains(&spelling);
    let composed: String =
        if is_decomposed(text) { text.nfc().map(lower).collect() } else { text.chars().map(lower).collect() };
    let mut out = String::with_capacity(composed.len());
    for syllable in composed.split(|c: char| c.is_whitespace() || (is_mark(c) && has(Spelling::Hyphen))) {
        let letters: Vec<Letter> = syllable.chars().map(letter).collect();
        let y_is_i = has(Spelling::IOrY) && lone_y(&letters);
        let mut tone = 0;
        for (at, l) in letters.iter().enumerate() {
            let last = at + 1 == letters.len();
            let c = match (has(Spelling::Accents), l.base) {
                (_, 'đ') if has(Spelling::DStroke) => 'd',
                (true, base) => base,
                (false, _) => l.shape,
            };
            out.push(if last && y_is_i && c == 'y' { 'i' } else { c });
            tone = tone.max(l.tone);
            if !has(Spelling::Accents) && !has(Spelling::TonePlacement) && l.tone > 0 {
                out.push(char::from(b'0' + l.tone));
            }
        }
        if !has(Spelling::Accents) && has(Spelling::TonePlacement) && tone > 0 {
            out.push(char::from(b'0' + tone));
        }
    }
    out
}

/// A syllable whose only vowel is a final `y`: `Lý`, `Mỹ`, `Quý`, but not `Thúy` or `Tây`.
fn lone_y(letters: &[Letter]) -> bool {
    let Some((last, before)) = letters.split_last() else { return false };
    let vowels = before.iter().filter(|l| matches!(l.base, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')).count();
    let after_q = before.len() == 2 && before[0].base == 'q' && before[1].base == 'u';
    last.base == 'y' && !before.is_empty() && (vowels == 0 || after_q)
}
