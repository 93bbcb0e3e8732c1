//! Rows in one piece each: two equal rows are told by one comparison of memory.

use super::emit::Part;
use super::plan::Plan;
use super::rows::{Differences, Side};
use super::sink::Sink;
use super::source::{Row, Source};
use super::{CompareError, Work, in_file};
use crate::tables::TableError;
use reconcile::tables::keys::Keys;
use reconcile::tables::{Judge, Memory, NONE, Repeat, join};
use std::ops::Range;

/// Rows that are compared before their findings are written.
const ROWS_AT_A_TIME: u32 = 200_000;

/// The fields of each row, a length (7 bits a byte, the last with its high bit clear) before each.
#[derive(Default)]
pub struct Packed {
    pub side: Side,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Packed {
    pub fn in_a_part() -> Self {
        Self { side: Side::with_numbers(), ..Self::default() }
    }

    /// A row that was packed before, with its number in the file.
    pub fn push_packed(&mut self, key: &str, number: u64, row: &[u8], keys: &Keys) -> Result<(), CompareError> {
        self.bytes.extend_from_slice(row);
        self.ends.push(self.bytes.len());
        self.side.push_numbered(key, number, keys)
    }

    fn row(&self, row: u32) -> &[u8] {
        let row = row as usize;
        let from = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[from..self.ends[row]]
    }
}

/// Packs the fields of a row, which stand behind its key.
pub fn pack(row: &dyn Row, fields: usize, bytes: &mut Vec<u8>) {
    for at in 1..=fields {
        let text = row.cell(at).as_bytes();
        let mut length = text.len();
        while length >= 0x80 {
            bytes.push(length as u8 | 0x80);
            length >>= 7;
        }
        bytes.push(length as u8);
        bytes.extend_from_slice(text);
    }
}

/// The fields of a packed row.
fn unpack(mut bytes: &[u8]) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let (mut length, mut shift) = (0usize, 0);
        loop {
            let (first, rest) = bytes.split_first()?;
            bytes = rest;
            length |= usize::from(first & 0x7f) << shift;
            shift += 7;
            if first & 0x80 == 0 {
                break;
            }
        }
        let (text, rest) = bytes.split_at_checked(length)?;
        bytes = rest;
        // It was text when it was packed.
        Some(std::str::from_utf8(text).unwrap_or_default())
    })
}

pub fn compare(work: &Work<'_>, sink: &mut Sink) -> Result<(), CompareError> {
    let keys = Keys::new(work.plan.is_of_people());
    let fields = work.plan.fields.len();
    let (left, right) = std::thread::scope(|scope| {
        let other = scope.spawn(|| load(work.right, &work.plan.right_columns(), fields, &keys));
        let left = load(work.left, &work.plan.left_columns(), fields, &keys);
        (left, other.join().unwrap_or(Err(CompareError::TooManyRows)))
    });
    let ((left, left_ragged), (right, right_ragged)) = (left?, right?);
    sink.summary().left.ragged = left_ragged;
    sink.summary().right.ragged = right_ragged;
    compare_part(&left, &right, &keys, work.plan, work.judge, work.threads, sink)
}

fn load(source: &Source, columns: &[usize], fields: usize, keys: &Keys) -> Result<(Packed, u64), CompareError> {
    let mut packed = Packed::default();
    let mut failed = None;
    let visited = source.visit(columns, |row| {
        pack(row, fields, &mut packed.bytes);
        packed.ends.push(packed.bytes.len());
        packed.side.push(row.cell(0), keys).map_err(|error| {
            failed = Some(error);
            TableError::Empty
        })
    });
    match (visited, failed) {
        (_, Some(error)) => Err(error),
        (Err(error), None) => Err(in_file(&source.path, error)),
        (Ok(ragged), None) => Ok((packed, ragged)),
    }
}

/// Joins and compares rows that are in memory, and tells the sink.
pub fn compare_part(
    left: &Packed,
    right: &Packed,
    keys: &Keys,
    plan: &Plan,
    judge: &Judge,
    threads: usize,
    sink: &mut Sink,
) -> Result<(), CompareError> {
    let joined = join(&left.side.keys, &right.side.keys, threads);
    let conflicts = |packed: &Packed, repeats: &[Repeat]| {
        repeats.iter().map(|repeat| packed.row(repeat.row) != packed.row(repeat.first)).collect::<Vec<_>>()
    };
    let conflicts = [conflicts(left, &joined.left_repeats), conflicts(right, &joined.right_repeats)];
    let part = Part::new(&joined, keys, [&left.side, &right.side], conflicts);
    part.count(sink);
    let rows = left.side.keys.len() as u32;
    let differ = |range: Range<u32>| {
        let (mut found, mut memory) = (Differences::default(), Memory::default());
        for row in range {
            let partner = joined.partner[row as usize];
            if partner == NONE {
                continue;
            }
            let (a, b) = (left.row(row), right.row(partner));
            if a == b {
                continue;
            }
            for (at, (a, b)) in unpack(a).zip(unpack(b)).enumerate() {
                if let Some(code) = judge.judge(plan.fields[at].kind, a, b, &mut memory) {
                    found.push(row, at, code, a, b);
                }
            }
        }
        found
    };
    let mut from = 0;
    while from < rows {
        let to = rows.min(from + ROWS_AT_A_TIME);
        let share = (to - from).div_ceil(threads as u32).max(1);
        let lists: Vec<Differences> = std::thread::scope(|scope| {
            let begins = (from..to).step_by(share as usize);
            let parts: Vec<_> = begins.map(|begin| scope.spawn(move || differ(begin..to.min(begin + share)))).collect();
            parts.into_iter().map(|part| part.join()).collect::<Result<_, _>>()
        })
        .map_err(|_| CompareError::TooManyRows)?;
        part.left(from..to, &lists, sink)?;
        from = to;
    }
    part.right(sink)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Texts(Vec<String>);

    impl Row for Texts {
        fn cell(&self, at: usize) -> &str {
            &self.0[at]
        }
    }

    #[test]
    fn a_packed_row_gives_its_fields_back_whatever_their_length() {
        let texts =
            ["key".to_owned(), String::new(), "Nguyễn".into(), "x".repeat(127), "y".repeat(128), "z".repeat(70_000)];
        let mut bytes = Vec::new();
        pack(&Texts(texts.to_vec()), 5, &mut bytes);
        assert_eq!(unpack(&bytes).collect::<Vec<_>>(), texts[1..].iter().map(String::as_str).collect::<Vec<_>>());
    }
}
