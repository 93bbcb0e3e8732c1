//! The 54 ethnic groups under the 2-digit codes of QĐ 121-TCTK/PPCĐ (1979), and their usual names.

use super::fold::hash_loose;
use crate::hashed::Table;
use std::sync::LazyLock;

const NAMES: [&str; 55] = [
    "Kinh",
    "Tày",
    "Thái",
    "Hoa",
    "Khơ-me",
    "Mường",
    "Nùng",
    "Hmông",
    "Dao",
    "Gia-rai",
    "Ngái",
    "Ê-đê",
    "Ba-na",
    "Xơ-đăng",
    "Sán Chay",
    "Cơ-ho",
    "Chăm",
    "Sán Dìu",
    "Hrê",
    "Mnông",
    "Ra-glai",
    "Xtiêng",
    "Bru-Vân Kiều",
    "Thổ",
    "Giáy",
    "Cơ-tu",
    "Gié-Triêng",
    "Mạ",
    "Khơ-mú",
    "Co",
    "Tà-ôi",
    "Chơ-ro",
    "Kháng",
    "Xinh-mun",
    "Hà Nhì",
    "Chu-ru",
    "Lào",
    "La Chí",
    "La Ha",
    "Phù Lá",
    "La Hủ",
    "Lự",
    "Lô Lô",
    "Chứt",
    "Mảng",
    "Pà Thẻn",
    "Cơ Lao",
    "Cống",
    "Bố Y",
    "Si La",
    "Pu Péo",
    "Brâu",
    "Ơ-đu",
    "Rơ-măm",
    "Người nước ngoài",
];

/// Other usual names of some groups.
const ALSO: [(&str, u8); 12] = [
    ("Việt", 1),
    ("Khmer", 5),
    ("H'Mông", 8),
    ("Mông", 8),
    ("Mèo", 8),
    ("Jrai", 10),
    ("Cao Lan", 15),
    ("Sán Chí", 15),
    ("Chàm", 17),
    ("Vân Kiều", 23),
    ("Khmú", 29),
    ("Nước ngoài", 55),
];

/// The code that a text means: a code as it is, a name through the list.
pub fn code(text: &str) -> Option<u8> {
    let text = text.trim();
    if (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok().filter(|code| (1..=55).contains(code));
    }
    CODES.get(&hash_loose(text)).copied().flatten()
}

/// Codes by the hash of the loosely folded name. A name typed without accents may fit two groups: then it says
/// nothing.
static CODES: LazyLock<Table<Option<u8>>> = LazyLock::new(|| {
    let known = NAMES.iter().zip(1u8..).map(|(name, code)| (*name, code)).chain(ALSO);
    let mut codes: Table<Option<u8>> = Table::default();
    for (name, code) in known {
        codes
            .entry(hash_loose(name))
            .and_modify(|known| *known = known.filter(|one| *one == code))
            .or_insert(Some(code));
    }
    codes
});

/// The name of a code, for texts.
pub fn name(code: u8) -> Option<&'static str> {
    NAMES.get(usize::from(code).checked_sub(1)?).copied()
}
