//! A column of a table: its distinct texts, and for each row which it is.

/// Distinct texts, numbered as they first come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    letters: String,
    /// Where each text ends in `letters`.
    ends: Vec<usize>,
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
        self.ends.len() as u32 - 1
    }

    /// The number of a text, a new one where it is new.
    pub fn number(&mut self, text: &str) -> u32 {
        if (self.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let hash = hash(text.as_bytes());
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
            if other == tag && self.get(number - 1) == text {
                return number - 1;
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(64);
        self.slots = vec![(0, 0); size];
        for number in 0..self.len() as u32 {
            let hash = hash(self.get(number).as_bytes());
            let mut at = hash as usize & (size - 1);
            while self.slots[at].1 != 0 {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = ((hash >> 32) as u32, number + 1);
        }
    }
}

/// Eight letters at a time: texts are short, and there are millions.
fn hash(text: &[u8]) -> u64 {
    let fold = |state: u64, word: u64| {
        let product = u128::from(state ^ word) * 0x9e37_79b9_7f4a_7c15_u128;
        (product >> 64) as u64 ^ product as u64
    };
    let (words, rest) = text.as_chunks::<8>();
    let state = words
        .iter()
        .fold(text.len() as u64 ^ 0x2d35_8dcc_aa6c_78a5, |state, word| fold(state, u64::from_le_bytes(*word)));
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    fold(state, u64::from_le_bytes(last))
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
        let keys: Vec<String> = (0..10_000).map(|n| format!("K{}", n % 9_000)).collect();
        let column: Column = keys.iter().map(String::as_str).collect();
        assert!((0..keys.len()).all(|row| column.get(row) == keys[row]));
    }
}
