//! A column of a table: its distinct texts, and for each row which it is.

/// Distinct texts, numbered as they first come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    letters: String,
    /// Where each text ends in `letters`.
    ends: Vec<usize>,
    /// Short texts as numbers: those of others are others.
    shorts: Vec<u128>,
    /// Open addressing: 32 bits of the hash, and the number of a text plus one.
    slots: Vec<(u32, u32)>,
}

impl Texts {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    #[inline]
    pub fn get(&self, number: u32) -> &str {
        let at = number as usize;
        let begin = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.letters[begin..self.ends[at]]
    }

    /// A new number for a text, whether it is known or not.
    fn append(&mut self, text: &str) -> u32 {
        self.letters.push_str(text);
        self.ends.push(self.letters.len());
        self.shorts.push(short(text.as_bytes()));
        self.ends.len() as u32 - 1
    }

    /// The number of a text, a new one where it is new.
    pub fn number(&mut self, text: &str) -> u32 {
        if (self.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let short = short(text.as_bytes());
        let hash = hash(short);
        let tag = (hash >> 32) as u32;
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let (other, number) = self.slots[at];
            if number == 0 {
                let number = self.append(text);
                self.slots[at] = (tag, number + 1);
                return number;
            }
            let is_same =
                || self.shorts[number as usize - 1] == short && (text.len() <= SHORT || self.get(number - 1) == text);
            if other == tag && is_same() {
                return number - 1;
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(64);
        self.slots = vec![(0, 0); size];
        for number in 0..self.len() as u32 {
            let hash = hash(self.shorts[number as usize]);
            let mut at = hash as usize & (size - 1);
            while self.slots[at].1 != 0 {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = ((hash >> 32) as u32, number + 1);
        }
    }
}

/// So many letters are a number of their own.
const SHORT: usize = 15;

/// Up to 15 letters and how many they are; of more a hash, and 255.
fn short(text: &[u8]) -> u128 {
    let eight = |at: usize| text[at..].first_chunk::<8>().map_or(0, |word| u64::from_le_bytes(*word));
    let four = |at: usize| text[at..].first_chunk::<4>().map_or(0, |word| u64::from(u32::from_le_bytes(*word)));
    // Words may overlap: which letters they share is told by the length.
    let length = text.len();
    let (low, high) = match length {
        0 => (0, 0),
        1..=3 => (u64::from(text[0]) | u64::from(text[length / 2]) << 8 | u64::from(text[length - 1]) << 16, 0),
        4..=7 => (four(0) | four(length - 4) << 32, 0),
        8 => (eight(0), 0),
        9..=15 => (eight(0), eight(length - 8) >> (8 * (16 - length))),
        _ => {
            let (words, _) = text.as_chunks::<8>();
            let hash = words.iter().fold(eight(length - 8), |hash, word| fold(hash, u64::from_le_bytes(*word)));
            (hash, length as u64 & 0xffff_ffff)
        }
    };
    u128::from(low) | u128::from(high) << 64 | (length.min(255) as u128) << 120
}

fn fold(state: u64, word: u64) -> u64 {
    let product = u128::from(state ^ word ^ 0x2d35_8dcc_aa6c_78a5) * 0x9e37_79b9_7f4a_7c15_u128;
    (product >> 64) as u64 ^ product as u64
}

fn hash(short: u128) -> u64 {
    fold(fold(0, short as u64), (short >> 64) as u64)
}

/// The text of each row; an empty one is no value. Each distinct text is held once, unless hardly
/// any comes again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Column {
    pub texts: Texts,
    /// For each row the number of its text.
    pub cells: Vec<u32>,
    never_again: bool,
}

/// After so many rows it is seen whether texts come again.
const SEEN: usize = 4_096;

impl Column {
    pub fn push(&mut self, text: &str) {
        if self.cells.len() == SEEN {
            // Looking up what never comes again, such as keys, is in vain.
            self.never_again = self.texts.len() > SEEN / 16 * 15;
        }
        let number = if self.never_again { self.texts.append(text) } else { self.texts.number(text) };
        self.cells.push(number);
    }

    pub fn get(&self, row: usize) -> &str {
        self.texts.get(self.cells[row])
    }

    pub fn rows(&self) -> usize {
        self.cells.len()
    }
}

impl<'a> FromIterator<&'a str> for Column {
    fn from_iter<I: IntoIterator<Item = &'a str>>(texts: I) -> Self {
        let mut column = Self::default();
        texts.into_iter().for_each(|text| column.push(text));
        column
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_answers_each_row_and_keeps_each_text_once() {
        let texts: Vec<String> = (0..5_000).map(|n| "a".repeat(n % 40) + &(n % 700).to_string()).collect();
        let column: Column = texts.iter().map(String::as_str).collect();
        assert!((0..texts.len()).all(|row| column.get(row) == texts[row]));
        let distinct: std::collections::BTreeSet<&String> = texts.iter().collect();
        assert_eq!((column.texts.len(), column.rows()), (distinct.len(), texts.len()));
        assert_eq!(column.texts.get(0), texts[0], "numbered as they come");
        // Of every length, differing in one letter only.
        let near: Vec<String> =
            (1..40).flat_map(|n| (0..n).map(move |at| "x".repeat(at) + "y" + &"x".repeat(n - at - 1))).collect();
        let column: Column = near.iter().chain(&near).map(String::as_str).collect();
        assert_eq!(column.texts.len(), near.len());
        assert!((0..near.len() * 2).all(|row| column.get(row) == near[row % near.len()]));
        let keys: Vec<String> = (0..10_000).map(|n| format!("K{}", n % 9_000)).collect();
        let column: Column = keys.iter().map(String::as_str).collect();
        assert!((0..keys.len()).all(|row| column.get(row) == keys[row]));
    }
}
