//! Which letters make a Vietnamese syllable.
//!
//! A syllable is an initial, a rime and at most one tone. The lists hold what Vietnamese spelling
//! allows, names of the northern mountains included; a syllable that is not in them may still be a
//! word of another language.

use std::collections::HashSet;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

const INITIALS: &[&str] = &[
    "ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", "b", "c", "d", "đ", "g", "h", "k", "l", "m",
    "n", "p", "q", "r", "s", "t", "v", "x", "",
];

const RIMES: &str = "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây \
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu \
    o oc oi om on ong op ot oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oem oen oeo \
    oet oong ooc ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt ơc ơng u ua uc ui um un ung up ut uân uâng uât uây uê \
    uêch uênh uôc uôi uôm uôn uông uôp uôt uơ uy uya uych uyên uyêt uynh uyp uyt uyu ư ưa ưc ưi ưm ưn ưng ưt ưu \
    ươc ươi ươm ươn ương ươp ươt ươu y yêm yên yêng yêt yêu";

static RIME_SET: LazyLock<HashSet<&'static str>> = LazyLock::new(|| RIMES.split_whitespace().collect());

const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];
/// Rimes that end in these carry only the acute or the dot below.
const STOPS: [&str; 4] = ["c", "ch", "p", "t"];

/// Whether a word can be one Vietnamese syllable, in any case and normal form.
pub fn is_syllable(word: &str) -> bool {
    let mut tone = None;
    let mut bare = String::new();
    let mut before = ' ';
    for c in word.chars().flat_map(char::to_lowercase).nfd() {
        if TONES.contains(&c) {
            // One tone, on a vowel; the marks of shape may stand between.
            if tone.is_some() || !"aeiouy\u{302}\u{306}\u{31b}".contains(before) {
                return false;
            }
            tone = Some(c);
        } else {
            bare.push(c);
            before = c;
        }
    }
    let bare: String = bare.nfc().collect();
    INITIALS.iter().any(|initial| bare.strip_prefix(initial).is_some_and(|rime| fits(rime, tone)))
}

fn fits(rime: &str, tone: Option<char>) -> bool {
    if !RIME_SET.contains(rime) {
        return false;
    }
    let stopped = STOPS.iter().any(|stop| rime.ends_with(stop));
    !stopped || matches!(tone, Some('\u{301}' | '\u{323}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_of_names_and_places_are_valid() {
        for word in
            "Nguyễn Thị Hoà Hòa Quốc Tuyên Quang Giàng Sùng Vừ Mẩy Phượng Khuyên Quỳnh Nghiêm Yên Ỷ La Đỗ Giếng \
                     Xoài Ngoằng Gì Uyên Lỳ NGHĨA Thuở quỵt khuỷu hoạch"
                .split_whitespace()
        {
            assert!(is_syllable(word), "{word}");
            let apart: String = word.nfd().collect();
            assert!(is_syllable(&apart), "{word} taken apart");
        }
    }

    #[test]
    fn what_wrong_decoding_makes_is_not() {
        for word in ["Nguyôn", "vµn", "Hµ", "Ngýôiì", "tàt", "ñb", "thấấ", "Müller", "bfa", ""] {
            assert!(!is_syllable(word), "{word}");
        }
    }
}
