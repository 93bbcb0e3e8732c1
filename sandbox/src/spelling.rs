//! How one Vietnamese name comes to be spelt in two ways, and when two spellings are one name.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Tone on the second vowel (new style) and on the first (old style).
const TONES: [(&str, &str); 15] = [
    ("oà", "òa"),
    ("oá", "óa"),
    ("oả", "ỏa"),
    ("oã", "õa"),
    ("oạ", "ọa"),
    ("oè", "òe"),
    ("oé", "óe"),
    ("oẻ", "ỏe"),
    ("oẽ", "õe"),
    ("oẹ", "ọe"),
    ("uỳ", "ùy"),
    ("uý", "úy"),
    ("uỷ", "ủy"),
    ("uỹ", "ũy"),
    ("uỵ", "ụy"),
];

const I_Y: [(&str, &str); 11] = [
    ("Lý", "Lí"),
    ("Kỳ", "Kì"),
    ("Mỹ", "Mĩ"),
    ("Quý", "Quí"),
    ("Sỹ", "Sĩ"),
    ("Tỵ", "Tị"),
    ("Vỹ", "Vĩ"),
    ("Ly", "Li"),
    ("My", "Mi"),
    ("Vy", "Vi"),
    ("Mỷ", "Mỉ"),
];

/// Without accents; đ is d.
pub fn without_accents(text: &str) -> String {
    text.nfd()
        .filter(|c| !is_combining_mark(*c))
        .map(|c| match c {
            'đ' => 'd',
            'Đ' => 'D',
            other => other,
        })
        .collect()
}

/// What is left of a name when spelling is set aside.
pub fn fold(text: &str) -> String {
    let plain = without_accents(text).to_lowercase().replace('y', "i").replace('-', " ");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A–Z and 0–9 only: how look-ups write a name.
pub fn key_of(text: &str) -> String {
    without_accents(text).to_uppercase().chars().filter(char::is_ascii_alphanumeric).collect()
}

fn each_word(name: &str, change: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut changed = false;
    let words: Vec<String> = name
        .split(' ')
        .map(|word| {
            let new = change(word);
            changed |= new.is_some();
            new.unwrap_or_else(|| word.to_owned())
        })
        .collect();
    changed.then(|| words.join(" "))
}

fn swapped_end(word: &str, pairs: &[(&str, &str)]) -> Option<String> {
    pairs.iter().find_map(|(a, b)| {
        let (stem, end) = word.strip_suffix(a).map(|s| (s, b)).or_else(|| word.strip_suffix(b).map(|s| (s, a)))?;
        // In "quý" the u belongs to the consonant: there is nothing to move.
        (!stem.to_lowercase().ends_with('q')).then(|| format!("{stem}{end}"))
    })
}

fn swapped_whole(word: &str) -> Option<String> {
    I_Y.iter().find_map(|(a, b)| if word == *a { Some((*b).to_owned()) } else { (word == *b).then(|| (*a).to_owned()) })
}

/// Other spellings of one name: each differs from it in more than letter case and folds to the same.
pub fn misspellings(name: &str) -> Vec<String> {
    let mut all = Vec::new();
    all.extend(each_word(name, |word| swapped_end(word, &TONES)));
    all.extend(each_word(name, swapped_whole));
    all.push(without_accents(name));
    all.push(name.replace('đ', "d").replace('Đ', "D"));
    if let Some((front, last)) = name.rsplit_once(' ').filter(|(front, _)| front.contains(' ')) {
        all.push(format!("{front}-{last}"));
    }
    all.retain(|other| other.to_lowercase() != name.to_lowercase() && fold(other) == fold(name));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tone_moves_but_not_in_quy() {
        assert!(misspellings("Lê Thị Hoà").contains(&"Lê Thị Hòa".to_owned()));
        let quy = misspellings("Lê Văn Quý");
        assert!(quy.contains(&"Lê Văn Quí".to_owned()) && !quy.contains(&"Lê Văn Qúy".to_owned()));
    }

    #[test]
    fn every_misspelling_is_another_text_of_the_same_name() {
        for name in ["Nguyễn Đức Thuỷ", "Giàng Thị Mỷ", "Sùng A Chu"] {
            let all = misspellings(name);
            assert!(!all.is_empty());
            assert!(all.iter().all(|other| other != name && fold(other) == fold(name)), "{name}");
        }
    }

    #[test]
    fn a_look_up_key_is_plain_capitals() {
        assert_eq!(key_of("Đỗ Thị  Mỹ-Hoà"), "DOTHIMYHOA");
    }
}
