//! What is looked at of every row that a row is paired with: little, so that whole tables lie near
//! at hand. Of a date all of it, of other values a byte.

use super::dictionary::MISSING;
use super::field::Eight;

/// A byte for each of eight values, the first one lowest: other bytes are of other values, equal
/// ones prove nothing. Of a value the highest bit is set; 0 is no value.
pub type Tags = u64;

const HIGHEST: u64 = 0x8080_8080_8080_8080;

#[inline]
pub fn tags(values: &Eight) -> Tags {
    u64::from_le_bytes(values.map(tag))
}

#[inline]
fn tag(value: u32) -> u8 {
    if value == MISSING { 0 } else { (value.wrapping_mul(0x9e37_79b1) >> 25) as u8 | 0x80 }
}

#[inline]
pub fn tag_at(tags: Tags, at: usize) -> u8 {
    (tags >> (8 * at)) as u8
}

/// For each of eight tags whether it is of a value, as a bit.
#[inline]
pub fn tags_of_values(tags: Tags) -> u8 {
    // Each highest bit comes to its place in the highest byte, and no two to one place.
    ((tags & HIGHEST).wrapping_mul(0x0002_0408_1020_4081) >> 56) as u8
}

/// For each of eight tags whether it is the same in both, as a bit.
#[inline]
pub fn equal_tags(a: Tags, b: Tags) -> u8 {
    let other = a ^ b;
    // The highest bit of each byte that is not 0: no sum goes beyond its byte.
    let other = ((other & !HIGHEST) + !HIGHEST) | other;
    tags_of_values(!other)
}

/// Tags of eight values and a date of a row, which are waited for once.
#[derive(Clone, Copy, Default)]
pub struct Glance {
    pub tags: Tags,
    pub date: u32,
}

/// The rows of a table at a glance, in columns: the first one has the tags of the first eight fields
/// and the first field of dates, and so on; where there are no more, no values.
pub type Glances = Vec<Vec<Glance>>;

/// The right rows of some left rows at a glance, brought near: each is waited for, but all of them
/// together.
#[derive(Default)]
pub struct NearGlances {
    columns: Glances,
    /// Where those of the next left row begin.
    ends: Vec<usize>,
}

impl NearGlances {
    pub fn bring<'r>(&mut self, glances: &Glances, rights: impl Iterator<Item = &'r [u32]> + Clone) {
        self.ends.clear();
        self.ends.extend(rights.clone().scan(0, |end, rights| {
            *end += rights.len();
            Some(*end)
        }));
        self.columns.resize_with(glances.len(), Vec::new);
        for (near, column) in self.columns.iter_mut().zip(glances) {
            near.clear();
            rights.clone().for_each(|rights| near.extend(rights.iter().map(|right| column[*right as usize])));
        }
    }

    /// A column of the right rows of the left row at `row`, of those whose right rows were brought.
    pub fn of(&self, row: usize, column: usize) -> &[Glance] {
        let begin = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.columns[column][begin..self.ends[row]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_tags_and_values_are_told_byte_by_byte() {
        let bytes = [0x00, 0x80, 0x81, 0xff, 0xfe, 0x00, 0x80, 0xff, 0x01, 0x7f];
        for from in 0..bytes.len() {
            for step in 0..bytes.len() {
                let a: [u8; 8] = std::array::from_fn(|at| bytes[(from + at) % bytes.len()]);
                let b: [u8; 8] = std::array::from_fn(|at| bytes[(from + at * step) % bytes.len()]);
                let (x, y) = (u64::from_le_bytes(a), u64::from_le_bytes(b));
                for at in 0..8 {
                    assert_eq!(equal_tags(x, y) >> at & 1 == 1, a[at] == b[at], "{a:?} {b:?}");
                    assert_eq!(tags_of_values(x) >> at & 1 == 1, a[at] >= 0x80, "{a:?}");
                }
            }
        }
    }
}
