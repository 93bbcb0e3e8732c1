//! What a Telex input method makes of keys that a scanner types: "aa" becomes "â", "w" becomes "ư",
//! a final "r" becomes a hook.
//!
//! Undoing it would be guessing; doing it is not. So a scanned text is held against what the input
//! method would have made of the text that it should be.

use unicode_normalization::UnicodeNormalization;

const VOWELS: &str = "aăâeêioôơuưy";

/// The text as it comes out when its letters are typed with Telex on. Marks that are there already
/// stay. Composed.
pub fn typed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word: Vec<char> = Vec::new();
    for key in text.nfc() {
        if key.is_alphabetic() {
            press(&mut word, key);
        } else {
            out.extend(word.drain(..));
            out.push(key);
        }
    }
    out.extend(word);
    out.nfc().collect()
}

fn press(word: &mut Vec<char>, key: char) {
    let done = match key.to_ascii_lowercase() {
        'a' | 'e' | 'o' => double(word, key),
        'd' => replace_last(word, 'd', 'đ'),
        'w' => horn(word, key),
        's' => tone(word, '\u{301}'),
        'f' => tone(word, '\u{300}'),
        'r' => tone(word, '\u{309}'),
        'x' => tone(word, '\u{303}'),
        'j' => tone(word, '\u{323}'),
        _ => false,
    };
    if !done {
        word.push(key);
    }
}

/// `aa`, `ee`, `oo`: the second one puts a circumflex on the first, also over other letters.
fn double(word: &mut [char], key: char) -> bool {
    let key = key.to_ascii_lowercase();
    let circumflex = match key {
        'a' => 'â',
        'e' => 'ê',
        _ => 'ô',
    };
    replace_last(word, key, circumflex)
}

fn horn(word: &mut Vec<char>, key: char) -> bool {
    if replace_last(word, 'a', 'ă') {
        return true;
    }
    if let Some(at) = last(word, 'o') {
        word[at] = like('ơ', word[at]);
        // "uow" is "ươ".
        if at > 0 && lower(word[at - 1]) == 'u' {
            word[at - 1] = like('ư', word[at - 1]);
        }
        return true;
    }
    if !replace_last(word, 'u', 'ư') {
        word.push(like('ư', key));
    }
    true
}

/// Puts a tone on the vowel that carries it; nothing where the word has no vowel or has a tone.
fn tone(word: &mut Vec<char>, tone: char) -> bool {
    let vowels: Vec<usize> = (0..word.len()).filter(|at| VOWELS.contains(lower(word[*at]))).collect();
    let toned = word.iter().any(|c| c.nfd().any(|part| "\u{300}\u{301}\u{303}\u{309}\u{323}".contains(part)));
    let Some(first) = vowels.first().filter(|_| !toned) else { return false };
    // The one with a mark; of two the first at the end of the word, else the last. Where exactly a
    // tone stands is spelling, and spelling makes no difference here.
    let marked = vowels.iter().rfind(|at| "ăâêôơư".contains(lower(word[**at])));
    let open = vowels.last() == Some(&(word.len() - 1));
    let at = *marked.unwrap_or(if open { first } else { vowels.last().unwrap_or(first) });
    let composed: Vec<char> = [word[at], tone].into_iter().nfc().collect();
    word.splice(at..=at, composed);
    true
}

fn replace_last(word: &mut [char], plain: char, with: char) -> bool {
    let Some(at) = last(word, plain) else { return false };
    word[at] = like(with, word[at]);
    true
}

fn last(word: &[char], plain: char) -> Option<usize> {
    word.iter().rposition(|c| lower(*c) == plain)
}

fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

/// In the case of the other.
fn like(c: char, other: char) -> char {
    if other.is_uppercase() { c.to_uppercase().next().unwrap_or(c) } else { c }
}

#[cfg(test)]
mod tests {
    use super::typed;

    #[test]
    fn keys_become_what_telex_makes_of_them() {
        for (keys, text) in [
            ("Khoar", "Khỏa"),
            ("Xoong", "Xông"),
            ("dduwowngf", "đường"),
            ("Siu Hơr", "Siu Hở"),
            ("Nguyễn Văn Mẫu", "Nguyễn Văn Mẫu"),
            ("Thôn 1|05031985", "Thôn 1|05031985"),
        ] {
            assert_eq!(typed(keys), text, "{keys}");
        }
    }
}
