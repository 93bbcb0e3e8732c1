//! Identity numbers as sources write them: well formed, repairable, or neither.

use schemas::PersonalId;

/// What a text is, as an identity number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdForm {
    /// 12 digits with an assigned prefix.
    Number(PersonalId),
    /// 12 digits, but no province was ever given this prefix.
    UnknownPrefix(PersonalId),
    /// A 9-digit CMND.
    OldNumber(u32),
    /// Malformed, with the one number it can have been.
    Repaired(PersonalId),
    RepairedOld(u32),
    Bad,
}

impl IdForm {
    pub fn is_malformed(self) -> bool {
        matches!(self, Self::UnknownPrefix(_) | Self::Repaired(_) | Self::RepairedOld(_) | Self::Bad)
    }
}

/// Reads a number. Repairs: separators, letters typed for digits, lost leading zeros. A repair
/// must end in an assigned prefix: otherwise it would be a guess.
pub fn classify(text: &str) -> IdForm {
    if let Ok(id) = PersonalId::parse(text) {
        return if id.prefix_is_known() { IdForm::Number(id) } else { IdForm::UnknownPrefix(id) };
    }
    if let Some(old) = nine_digits(text) {
        return IdForm::OldNumber(old);
    }
    let Some(digits) = digits_of(text) else { return IdForm::Bad };
    match digits.len() {
        10..=12 => {
            let repaired = PersonalId::parse(&format!("{digits:0>12}")).ok().filter(PersonalId::prefix_is_known);
            repaired.map_or(IdForm::Bad, IdForm::Repaired)
        }
        8 | 9 => nine_digits(&format!("{digits:0>9}")).map_or(IdForm::Bad, IdForm::RepairedOld),
        _ => IdForm::Bad,
    }
}

fn nine_digits(text: &str) -> Option<u32> {
    let good = text.len() == 9 && text.bytes().all(|b| b.is_ascii_digit());
    if good { text.parse().ok() } else { None }
}

/// The digits of a text that is nothing but digits, separators and letters mistaken for digits.
fn digits_of(text: &str) -> Option<String> {
    let mut digits = String::with_capacity(12);
    for c in text.chars() {
        match c {
            '0'..='9' => digits.push(c),
            'O' | 'o' => digits.push('0'),
            'I' | 'l' => digits.push('1'),
            '.' | '-' | '\'' | '_' | '\u{2013}' | '\u{feff}' | '\u{200b}' => {}
            c if c.is_whitespace() => {}
            _ => return None,
        }
    }
    Some(digits)
}

/// A number of 12 digits as an integer: a compact key.
pub fn pack(id: &PersonalId) -> u64 {
    id.as_str().bytes().fold(0, |value, b| value * 10 + u64::from(b - b'0'))
}

/// The number behind a compact key.
pub fn unpack(key: u64) -> String {
    format!("{key:012}")
}

/// The same as a number, unless the key is too large to be one of 12 digits.
pub fn unpacked(key: u64) -> Option<PersonalId> {
    let mut digits = [b'0'; 12];
    let mut rest = key;
    for digit in digits.iter_mut().rev() {
        *digit += (rest % 10) as u8;
        rest /= 10;
    }
    std::str::from_utf8(&digits).ok().filter(|_| rest == 0).and_then(|text| PersonalId::parse(text).ok())
}
