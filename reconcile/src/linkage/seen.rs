//! Rows that several lists name, each once and in order.

/// A bit for each row that is there, so that even of large tables all lie near at hand.
pub(super) struct Seen {
    bits: Vec<u64>,
}

impl Seen {
    pub fn new(rows: usize) -> Self {
        Self { bits: vec![0; rows.div_ceil(64)] }
    }

    /// Adds each row of `lists` once, in order.
    pub fn add_each_once(&mut self, lists: &[&[u32]], found: &mut Vec<u32>) {
        let begin = found.len();
        found.resize(begin + lists.iter().map(|rows| rows.len()).sum::<usize>(), 0);
        let mut end = begin;
        for row in lists.iter().copied().flatten() {
            // Whether it is new cannot be foreseen: it is written, and counts if it is.
            let (word, bit) = (&mut self.bits[*row as usize / 64], 1 << (row % 64));
            found[end] = *row;
            end += usize::from(*word & bit == 0);
            *word |= bit;
        }
        found.truncate(end);
        let found = &mut found[begin..];
        found.iter().for_each(|row| self.bits[*row as usize / 64] = 0);
        found.sort_unstable();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_several_lists_comes_once_and_in_order_and_is_forgotten_then() {
        let mut seen = Seen::new(200);
        let mut found = vec![7];
        for _ in 0..2 {
            seen.add_each_once(&[&[3, 64, 199], &[0, 3, 65], &[64]], &mut found);
        }
        assert_eq!(found, [7, 0, 3, 64, 65, 199, 0, 3, 64, 65, 199]);
    }
}
