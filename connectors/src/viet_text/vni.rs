//! VNI for Windows: a letter and a mark behind it, two bytes; some letters are one byte.

use super::tables::WINDOWS_1252_LOW;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Small letters, as the Latin-1 characters that a program without the font shows.
const LETTERS: &[(char, &str)] = &[
    ('á', "aù"),
    ('à', "aø"),
    ('ả', "aû"),
    ('ã', "aõ"),
    ('ạ', "aï"),
    ('â', "aâ"),
    ('ấ', "aá"),
    ('ầ', "aà"),
    ('ẩ', "aå"),
    ('ẫ', "aã"),
    ('ậ', "aä"),
    ('ă', "aê"),
    ('ắ', "aé"),
    ('ằ', "aè"),
    ('ẳ', "aú"),
    ('ẵ', "aü"),
    ('ặ', "aë"),
    ('é', "eù"),
    ('è', "eø"),
    ('ẻ', "eû"),
    ('ẽ', "eõ"),
    ('ẹ', "eï"),
    ('ê', "eâ"),
    ('ế', "eá"),
    ('ề', "eà"),
    ('ể', "eå"),
    ('ễ', "eã"),
    ('ệ', "eä"),
    ('í', "í"),
    ('ì', "ì"),
    ('ỉ', "æ"),
    ('ĩ', "ó"),
    ('ị', "ò"),
    ('ó', "où"),
    ('ò', "oø"),
    ('ỏ', "oû"),
    ('õ', "oõ"),
    ('ọ', "oï"),
    ('ô', "oâ"),
    ('ố', "oá"),
    ('ồ', "oà"),
    ('ổ', "oå"),
    ('ỗ', "oã"),
    ('ộ', "oä"),
    ('ơ', "ô"),
    ('ớ', "ôù"),
    ('ờ', "ôø"),
    ('ở', "ôû"),
    ('ỡ', "ôõ"),
    ('ợ', "ôï"),
    ('ú', "uù"),
    ('ù', "uø"),
    ('ủ', "uû"),
    ('ũ', "uõ"),
    ('ụ', "uï"),
    ('ư', "ö"),
    ('ứ', "öù"),
    ('ừ', "öø"),
    ('ử', "öû"),
    ('ữ', "öõ"),
    ('ự', "öï"),
    ('ý', "yù"),
    ('ỳ', "yø"),
    ('ỷ', "yû"),
    ('ỹ', "yõ"),
    ('ỵ', "î"),
    ('đ', "ñ"),
];

struct Tables {
    one: HashMap<u8, char>,
    two: HashMap<(u8, u8), char>,
    bytes: HashMap<char, Vec<u8>>,
    western: Vec<char>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let western = WINDOWS_1252_LOW.chars().collect();
    let mut tables = Tables { one: HashMap::new(), two: HashMap::new(), bytes: HashMap::new(), western };
    for (letter, shown) in LETTERS {
        let small: Vec<u8> = shown.chars().map(|c| c as u8).collect();
        let large: Vec<u8> = shown.chars().filter_map(|c| c.to_uppercase().next()).map(|c| c as u8).collect();
        let capital = letter.to_uppercase().next().unwrap_or(*letter);
        for (bytes, c) in [(&small, *letter), (&large, capital)] {
            match bytes[..] {
                [one] => tables.one.insert(one, c),
                [base, mark] => {
                    // The case of the letter counts, whatever the case of its mark.
                    let other = if mark >= 0xe0 { mark - 0x20 } else { mark + 0x20 };
                    tables.two.insert((base, other), c);
                    tables.two.insert((base, mark), c)
                }
                _ => None,
            };
        }
        tables.bytes.insert(*letter, small);
        tables.bytes.insert(capital, large);
    }
    tables
});

/// Every byte is something: a mark without its letter stays the Western letter that it is.
pub fn decode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let pair = bytes.get(at + 1).and_then(|mark| TABLES.two.get(&(*byte, *mark)));
        if let Some(letter) = pair {
            text.push(*letter);
            at += 2;
            continue;
        }
        text.push(match byte {
            0x80..=0x9f => TABLES.western[usize::from(byte - 0x80)],
            _ => TABLES.one.get(byte).copied().unwrap_or(char::from(*byte)),
        });
        at += 1;
    }
    text
}

/// `None`: a letter that VNI has not, or one whose byte means another letter there.
pub fn encode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        if let Some(letter) = TABLES.bytes.get(&c) {
            bytes.extend(letter);
        } else if c.is_ascii() || c == '\u{a0}' {
            bytes.push(c as u8);
        } else {
            let at = TABLES.western.iter().position(|western| *western == c)?;
            bytes.push(at as u8 + 0x80);
        }
    }
    Some(bytes)
}
