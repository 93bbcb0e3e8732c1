//! A text as tokens: one per syllable or number, folded so that spellings of one name meet.
//!
//! Nothing is allocated once the buffers have grown. Composed and decomposed letters, tone
//! placement, a lone final y, zero-padded and Roman ordinals, apostrophes and the spellings of Đắk
//! fold to one; accents are kept beside as a hash, because they tell Văn Lang from Văn Lăng.

use crate::normal::fold::{letter, lower};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Break {
    None,
    /// A dash or a slash: may stand inside a name.
    Soft,
    /// A comma, a bracket, a line end.
    Hard,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    /// Hash of the plain letters.
    pub plain: u64,
    /// Hash of the letters with their marks and tone.
    pub accents: u64,
    /// Where the plain letters are in [`Tokens::letters`].
    pub from: u32,
    pub to: u32,
    /// What stands before it.
    pub before: Break,
    /// It carries an accent.
    pub marked: bool,
    pub digits: bool,
}

/// Longest text that is read, in tokens; of a longer one the end is read.
pub(crate) const LIMIT: usize = 48;
/// Longest text that is looked at, in bytes.
const BYTES: usize = 2_000;

#[derive(Default)]
pub(crate) struct Tokens {
    pub list: Vec<Token>,
    pub letters: Vec<u8>,
    shapes: Vec<u8>,
}

const START: u64 = 0xcbf2_9ce4_8422_2325;

pub(crate) fn step(hash: u64, value: u64) -> u64 {
    (hash ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23)
}

pub(crate) fn hash(letters: &[u8]) -> u64 {
    letters.iter().fold(START, |hash, b| step(hash, u64::from(*b)))
}

/// Hash of a run of tokens by one of their hashes.
pub(crate) fn run(tokens: &[Token], of: impl Fn(&Token) -> u64) -> u64 {
    tokens.iter().fold(START, |hash, token| step(hash, of(token)))
}

/// Plain letter, mark (0 none, 1 breve, 2 circumflex, 3 horn, 4 stroke) and tone of a letter.
pub(crate) struct Letters(Vec<[u8; 3]>);

impl Letters {
    const SIZE: u32 = 0x1f00;

    pub fn new() -> Self {
        Self((0..Self::SIZE).map(|code| char::from_u32(code).map_or([0; 3], Self::take_apart)).collect())
    }

    fn take_apart(c: char) -> [u8; 3] {
        let c = lower(c);
        if c == 'đ' || c == 'ð' {
            return [b'd', 4, 0];
        }
        let found = letter(c);
        let mark = match (found.base, found.shape) {
            (_, 'ă') => 1,
            (_, 'â' | 'ê' | 'ô') => 2,
            (_, 'ơ' | 'ư') => 3,
            _ => 0,
        };
        let base = if found.base.is_ascii_alphanumeric() { found.base as u8 } else { 0 };
        [base, mark, found.tone]
    }

    fn of(&self, c: char) -> [u8; 3] {
        self.0.get(c as usize).copied().unwrap_or_default()
    }
}

/// A token in the making.
#[derive(Default)]
struct Open {
    from: usize,
    tone: u8,
    marked: bool,
    digits: bool,
    before: Option<Break>,
}

impl Tokens {
    pub fn read(&mut self, text: &str, table: &Letters) {
        self.list.clear();
        self.letters.clear();
        self.shapes.clear();
        let mut from = text.len().saturating_sub(BYTES);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        let mut open = Open::default();
        let mut pending = Break::Hard;
        for c in text[from..].chars() {
            if self.combine(c, &mut open) || is_apostrophe(c) {
                continue;
            }
            let [base, mark, tone] = table.of(c);
            if base == 0 {
                self.close(&mut open, &mut pending);
                pending = pending.max(break_of(c));
                continue;
            }
            let digit = base.is_ascii_digit();
            if open.before.is_some() && open.digits != digit {
                self.close(&mut open, &mut pending);
            }
            if open.before.is_none() {
                open = Open { from: self.letters.len(), tone: 0, marked: false, digits: digit, before: Some(pending) };
                pending = Break::None;
            }
            self.letters.push(base);
            self.shapes.push((base & 31) | (mark << 5));
            open.tone = open.tone.max(tone);
            open.marked |= mark != 0 || tone != 0;
        }
        self.close(&mut open, &mut pending);
        if self.list.len() > LIMIT {
            self.list.drain(..self.list.len() - LIMIT);
        }
    }

    /// A combining mark changes the letter before it.
    fn combine(&mut self, c: char, open: &mut Open) -> bool {
        if !('\u{300}'..='\u{36f}').contains(&c) {
            return false;
        }
        if open.before.is_some() {
            let tone = match c {
                '\u{300}' => 1,
                '\u{301}' => 2,
                '\u{309}' => 3,
                '\u{303}' => 4,
                '\u{323}' => 5,
                _ => 0,
            };
            let mark = match c {
                '\u{306}' => 1,
                '\u{302}' => 2,
                '\u{31b}' => 3,
                _ => 0,
            };
            open.tone = open.tone.max(tone);
            open.marked |= tone != 0 || mark != 0;
            if let Some(shape) = self.shapes.last_mut().filter(|_| mark != 0) {
                *shape = (*shape & 31) | (mark << 5);
            }
        }
        true
    }

    fn close(&mut self, open: &mut Open, pending: &mut Break) {
        let Some(before) = open.before.take() else { return };
        if open.digits {
            let zeros = self.letters[open.from..].iter().take_while(|b| **b == b'0').count();
            let zeros = zeros.min(self.letters.len() - open.from - 1);
            self.letters.drain(open.from..open.from + zeros);
            self.shapes.drain(open.from..open.from + zeros);
        } else if let Some(number) = roman(&self.letters[open.from..]) {
            // `Vì` is no number, but without its accent it looks like one: both get its letters.
            self.letters.truncate(open.from);
            self.letters.extend_from_slice(number);
            if !open.marked {
                self.shapes.truncate(open.from);
                self.shapes.extend(number.iter().map(|b| b & 31));
                open.digits = true;
            }
        } else if lone_y(&self.letters[open.from..]) {
            let last = self.letters.len() - 1;
            self.letters[last] = b'i';
            self.shapes[last] = b'i' & 31;
        }
        if let b"dac" | b"dak" = &self.letters[open.from..] {
            self.letters.truncate(open.from);
            self.letters.extend_from_slice(b"dak");
        }
        let letters = &self.letters[open.from..];
        let plain = hash(letters);
        // Names of the highlands whose official spelling never settled.
        let accents = match letters {
            b"dak" | b"krong" | b"ngok" => plain,
            _ => step(hash(&self.shapes[open.from..]), u64::from(open.tone)),
        };
        self.shapes.resize(self.letters.len(), 0);
        let (from, to) = (open.from as u32, self.letters.len() as u32);
        let (marked, digits) = (open.marked, open.digits);
        self.list.push(Token { plain, accents, from, to, before, marked, digits });
        *pending = Break::None;
    }

    pub fn letters_of(&self, token: &Token) -> &[u8] {
        &self.letters[token.from as usize..token.to as usize]
    }

    /// The plain letters of a run of tokens, joined; every y an i.
    pub fn joined(&self, from: usize, to: usize, out: &mut Vec<u8>) {
        out.clear();
        for token in &self.list[from..to] {
            out.extend(self.letters_of(token).iter().map(|b| if *b == b'y' { b'i' } else { *b }));
        }
    }

    /// The same with y and i apart: the hash of a name that is written as one word.
    pub fn as_one_word(&self, from: usize, to: usize, out: &mut Vec<u8>) {
        out.clear();
        for token in &self.list[from..to] {
            out.extend_from_slice(self.letters_of(token));
        }
    }
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2018}' | '`' | '\u{b4}' | '\u{2bc}' | '"' | '\u{feff}' | '\u{200b}' | '\u{ad}')
}

fn break_of(c: char) -> Break {
    match c {
        ',' | ';' | '\n' | '\r' | '\t' | '|' | '(' | ')' | '[' | ']' | ':' | '{' | '}' | '>' | '<' | '\u{ff0c}' => {
            Break::Hard
        }
        '-' | '/' | '\\' | '+' | '\u{2010}'..='\u{2015}' | '&' | '\u{2022}' | '\u{b7}' => Break::Soft,
        _ => Break::None,
    }
}

/// Roman ordinals of wards and communes. `x` is left alone: it abbreviates xã.
fn roman(letters: &[u8]) -> Option<&'static [u8]> {
    Some(match letters {
        b"i" => b"1",
        b"ii" => b"2",
        b"iii" => b"3",
        b"iv" => b"4",
        b"v" => b"5",
        b"vi" => b"6",
        b"vii" => b"7",
        b"viii" => b"8",
        b"ix" => b"9",
        _ => return None,
    })
}

/// A syllable whose only vowel is a final y: `ky`, `my`, `quy`, but not `thuy` or `tay`.
fn lone_y(letters: &[u8]) -> bool {
    let Some((b'y', before)) = letters.split_last() else { return false };
    let vowels = before.iter().filter(|b| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')).count();
    !before.is_empty() && (vowels == 0 || before == b"qu")
}
