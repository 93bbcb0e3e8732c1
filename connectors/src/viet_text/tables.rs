//! The upper halves of the one-byte encodings, from 0x80 on; `\u{fffd}` is not assigned.

/// TCVN 5712-1:1993 (VN1). Its small letters are TCVN3's; the capitals with tone marks are not in
/// TCVN3, whose fonts draw the small letters' codes as capitals.
pub const TCVN: &str = concat!(
    "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ",
    "\u{a0}ĂÂÊÔƠƯĐăâêôơưđẰ\u{300}\u{309}\u{303}\u{301}\u{323}àảãáạẲằẳẵắẴ",
    "ẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịò",
    "ỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ",
);
/// Capitals that VN1 puts among the control codes.
pub const TCVN_LOW: &[(u8, char)] = &[
    (0x01, 'Ú'),
    (0x02, 'Ụ'),
    (0x04, 'Ừ'),
    (0x05, 'Ử'),
    (0x06, 'Ữ'),
    (0x11, 'Ứ'),
    (0x12, 'Ự'),
    (0x13, 'Ỳ'),
    (0x14, 'Ỷ'),
    (0x15, 'Ỹ'),
    (0x16, 'Ý'),
    (0x17, 'Ỵ'),
];

/// VISCII 1.1 (RFC 1456).
pub const VISCII: &str = concat!(
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ",
    "ÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ",
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡư",
    "àáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ",
);
pub const VISCII_LOW: &[(u8, char)] = &[(0x02, 'Ẳ'), (0x05, 'Ẵ'), (0x06, 'Ẫ'), (0x14, 'Ỷ'), (0x19, 'Ỹ'), (0x1e, 'Ỵ')];

/// windows-1258, whose tone marks are combining characters.
pub const WINDOWS_1258: &str = concat!(
    "€\u{fffd}‚ƒ„…†‡ˆ‰\u{fffd}‹Œ\u{fffd}\u{fffd}\u{fffd}\u{fffd}‘’“”•–—˜™\u{fffd}›œ\u{fffd}\u{fffd}Ÿ",
    "\u{a0}¡¢£¤¥¦§¨©ª«¬\u{ad}®¯°±²³´µ¶·¸¹º»¼½¾¿",
    "ÀÁÂĂÄÅÆÇÈÉÊË\u{300}ÍÎÏĐÑ\u{309}ÓÔƠÖ×ØÙÚÛÜƯ\u{303}ß",
    "àáâăäåæçèéêë\u{301}íîïđñ\u{323}óôơö÷øùúûüư₫ÿ",
);

/// windows-1252 from 0x80 to 0x9F: what a Western program made of those bytes. The rest is Latin-1.
pub const WINDOWS_1252_LOW: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

/// A one-byte encoding, ready for both directions.
pub struct Page {
    high: Vec<char>,
    low: &'static [(u8, char)],
}

impl Page {
    pub fn new(high: &str, low: &'static [(u8, char)]) -> Self {
        Self { high: high.chars().collect(), low }
    }

    pub fn char_of(&self, byte: u8) -> Option<char> {
        if byte < 0x80 {
            return Some(self.low.iter().find(|(low, _)| *low == byte).map_or(char::from(byte), |(_, c)| *c));
        }
        self.high.get(usize::from(byte - 0x80)).copied().filter(|c| *c != '\u{fffd}')
    }

    pub fn byte_of(&self, c: char) -> Option<u8> {
        if let Some((byte, _)) = self.low.iter().find(|(_, low)| *low == c) {
            return Some(*byte);
        }
        if c.is_ascii() {
            let taken = self.low.iter().any(|(byte, _)| u32::from(*byte) == u32::from(c));
            return (!taken).then_some(c as u8);
        }
        self.high.iter().position(|high| *high == c).map(|at| at as u8 + 0x80)
    }
}
