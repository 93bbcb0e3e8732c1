//! Text as old fonts want it: TCVN3 (`.VnTime`) and VNI (`VNI-Times`).

/// Small letters of TCVN3 and their bytes, in the order of the alphabet below.
const LETTERS: &str = "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđ";
const TCVN3: [u8; 67] = [
    0xb5, 0xb6, 0xb7, 0xb8, 0xb9, 0xa8, 0xbb, 0xbc, 0xbd, 0xbe, 0xc6, 0xa9, 0xc7, 0xc8, 0xc9, 0xca, 0xcb, 0xcc, 0xce,
    0xcf, 0xd0, 0xd1, 0xaa, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xdc, 0xdd, 0xde, 0xdf, 0xe1, 0xe2, 0xe3, 0xe4,
    0xab, 0xe5, 0xe6, 0xe7, 0xe8, 0xe9, 0xac, 0xea, 0xeb, 0xec, 0xed, 0xee, 0xef, 0xf1, 0xf2, 0xf3, 0xf4, 0xad, 0xf5,
    0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xae,
];
/// Capitals of TCVN3: only these have a byte.
const TCVN3_CAPITALS: [(char, u8); 7] =
    [('Ă', 0xa1), ('Â', 0xa2), ('Ê', 0xa3), ('Ô', 0xa4), ('Ơ', 0xa5), ('Ư', 0xa6), ('Đ', 0xa7)];

/// A capital with a tone mark is written small: the font has no other.
pub fn tcvn3(text: &str) -> Vec<u8> {
    let byte = |c: char| {
        if let Some((_, byte)) = TCVN3_CAPITALS.iter().find(|(capital, _)| *capital == c) {
            return *byte;
        }
        let small = c.to_lowercase().next().unwrap_or(c);
        LETTERS.chars().position(|letter| letter == small).map_or(ascii(c), |at| TCVN3[at])
    };
    text.chars().map(byte).collect()
}

pub fn from_tcvn3(bytes: &[u8]) -> String {
    let letter = |byte: &u8| {
        let capital = TCVN3_CAPITALS.iter().find(|(_, known)| known == byte).map(|(capital, _)| *capital);
        let small = || TCVN3.iter().position(|known| known == byte).and_then(|at| LETTERS.chars().nth(at));
        capital.or_else(small).unwrap_or(char::from(*byte))
    };
    bytes.iter().map(letter).collect()
}

/// Marks of VNI behind a letter: none, huyền, hỏi, ngã, sắc, nặng; for a plain letter, one with a
/// hat and one with a breve.
const MARKS: [[&str; 6]; 3] =
    [["", "ø", "û", "õ", "ù", "ï"], ["â", "à", "å", "ã", "á", "ä"], ["ê", "è", "ú", "ü", "é", "ë"]];
/// Letter, its base as VNI writes it, and which row of the marks it takes.
const VNI: [(&str, &str, usize); 11] = [
    ("aàảãáạ", "a", 0),
    ("âầẩẫấậ", "a", 1),
    ("ăằẳẵắặ", "a", 2),
    ("eèẻẽéẹ", "e", 0),
    ("êềểễếệ", "e", 1),
    ("oòỏõóọ", "o", 0),
    ("ôồổỗốộ", "o", 1),
    ("ơờởỡớợ", "ô", 0),
    ("uùủũúụ", "u", 0),
    ("ưừửữứự", "ö", 0),
    ("yỳỷỹý", "y", 0),
];
const VNI_ALONE: [(char, char); 7] =
    [('ì', 'ì'), ('ỉ', 'æ'), ('ĩ', 'ó'), ('í', 'í'), ('ị', 'ò'), ('ỵ', 'î'), ('đ', 'ñ')];

pub fn vni(text: &str) -> Vec<u8> {
    let mut shown = String::new();
    for c in text.chars() {
        let small = c.to_lowercase().next().unwrap_or(c);
        let two = VNI.iter().find_map(|(letters, base, row)| {
            let tone = letters.chars().position(|letter| letter == small)?;
            Some(format!("{base}{}", MARKS[*row][tone]))
        });
        let alone = || VNI_ALONE.iter().find(|(letter, _)| *letter == small).map(|(_, sign)| sign.to_string());
        let written = two.or_else(alone).unwrap_or_else(|| small.to_string());
        if small == c { shown += &written } else { shown += &written.to_uppercase() }
    }
    shown.chars().map(ascii).collect()
}

/// Latin-1; the lists hold no other sign.
fn ascii(c: char) -> u8 {
    u8::try_from(u32::from(c)).unwrap_or(b'?')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_the_fonts_want_them() {
        assert_eq!(tcvn3("Nguyễn Đức Ánh"), b"Nguy\xd4n \xa7\xf8c \xb8nh");
        assert_eq!(from_tcvn3(b"Nguy\xd4n \xa7\xf8c \xb8nh"), "Nguyễn Đức ánh");
        let shown: String = vni("Nguyễn Đức Ánh Hiền, Thị Mỹ Lộc").into_iter().map(char::from).collect();
        assert_eq!(shown, "Nguyeãn Ñöùc AÙnh Hieàn, Thò Myõ Loäc");
    }
}
