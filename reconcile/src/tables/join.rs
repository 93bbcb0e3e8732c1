//! Which row meets which: both sides are cut into parts by key, each part is sorted and merged. A
//! part fits into the processor's cache, so no look-up waits for memory.

use super::keys::{MISSING, spread};
use std::sync::atomic::{AtomicUsize, Ordering};

/// No row.
pub const NONE: u32 = u32::MAX;
const PARTS: usize = 512;

/// A row whose key an earlier row of the same table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Repeat {
    pub row: u32,
    pub first: u32,
}

/// Rows are places from 0. Lists are in the order of the rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Joined {
    /// For each row of the left table the row of the right one, or [`NONE`]. Of rows with one key
    /// the first stands for all.
    pub partner: Vec<u32>,
    pub left_only: Vec<u32>,
    pub right_only: Vec<u32>,
    pub left_repeats: Vec<Repeat>,
    pub right_repeats: Vec<Repeat>,
    pub left_without_key: Vec<u32>,
    pub right_without_key: Vec<u32>,
    pub pairs: u64,
}

#[derive(Default)]
struct Part {
    pairs: Vec<(u32, u32)>,
    left_only: Vec<u32>,
    right_only: Vec<u32>,
    left_repeats: Vec<Repeat>,
    right_repeats: Vec<Repeat>,
}

/// Joins by the numbers of the keys. At most `u32::MAX - 1` rows a side.
pub fn join(left: &[u64], right: &[u64], threads: usize) -> Joined {
    let small = left.len() + right.len() < 20_000;
    let parts = if small { 1 } else { PARTS };
    let (mut lefts, mut rights) = if threads > 1 && !small {
        std::thread::scope(|scope| {
            let other = scope.spawn(|| cut(right, parts));
            (cut(left, parts), other.join().unwrap_or_default())
        })
    } else {
        (cut(left, parts), cut(right, parts))
    };
    let tasks: Vec<_> =
        lefts.parts().into_iter().zip(rights.parts()).map(|pair| std::sync::Mutex::new(Some(pair))).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(task) = tasks.get(at) else { return done };
            let Some((left, right)) = task.lock().ok().and_then(|mut task| task.take()) else { continue };
            left.sort_unstable();
            right.sort_unstable();
            done.push(merge(left, right));
        }
    };
    let done: Vec<Part> = if threads > 1 && !small {
        std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            let mut done = work();
            others.into_iter().for_each(|other| done.extend(other.join().unwrap_or_default()));
            done
        })
    } else {
        work()
    };
    drop(tasks);
    let mut joined = Joined { partner: vec![NONE; left.len()], ..Joined::default() };
    for part in done {
        joined.pairs += part.pairs.len() as u64;
        part.pairs.iter().for_each(|(left, right)| joined.partner[*left as usize] = *right);
        joined.left_only.extend(part.left_only);
        joined.right_only.extend(part.right_only);
        joined.left_repeats.extend(part.left_repeats);
        joined.right_repeats.extend(part.right_repeats);
    }
    let without = |keys: &[u64]| (0..keys.len()).filter(|at| keys[*at] == MISSING).map(|at| at as u32).collect();
    joined.left_without_key = without(left);
    joined.right_without_key = without(right);
    joined.left_only.sort_unstable();
    joined.right_only.sort_unstable();
    joined.left_repeats.sort_unstable();
    joined.right_repeats.sort_unstable();
    joined
}

#[derive(Default)]
struct Cut {
    rows: Vec<(u64, u32)>,
    ends: Vec<usize>,
}

impl Cut {
    fn parts(&mut self) -> Vec<&mut [(u64, u32)]> {
        let mut rest = self.rows.as_mut_slice();
        let mut parts = Vec::with_capacity(self.ends.len());
        let mut from = 0;
        for end in &self.ends {
            let (part, after) = std::mem::take(&mut rest).split_at_mut(end - from);
            parts.push(part);
            rest = after;
            from = *end;
        }
        parts
    }
}

/// The rows that have a key, those of one part beside each other.
fn cut(keys: &[u64], parts: usize) -> Cut {
    let part = |key: u64| (spread(key) >> 40) as usize % parts;
    let mut counts = vec![0usize; parts];
    keys.iter().filter(|key| **key != MISSING).for_each(|key| counts[part(*key)] += 1);
    let mut places = Vec::with_capacity(parts);
    let mut end = 0;
    for count in &counts {
        places.push(end);
        end += count;
    }
    let mut rows = vec![(0u64, 0u32); end];
    for (row, key) in keys.iter().enumerate().filter(|(_, key)| **key != MISSING) {
        let place = &mut places[part(*key)];
        rows[*place] = (*key, row as u32);
        *place += 1;
    }
    Cut { rows, ends: places }
}

fn merge(left: &[(u64, u32)], right: &[(u64, u32)]) -> Part {
    let mut part = Part::default();
    let (mut l, mut r) = (0, 0);
    while l < left.len() || r < right.len() {
        let key = match (left.get(l), right.get(r)) {
            (Some(a), Some(b)) => a.0.min(b.0),
            (Some(one), None) | (None, Some(one)) => one.0,
            (None, None) => break,
        };
        let a = group(left, &mut l, key, &mut part.left_repeats);
        let b = group(right, &mut r, key, &mut part.right_repeats);
        match (a, b) {
            (Some(a), Some(b)) => part.pairs.push((a, b)),
            (Some(a), None) => part.left_only.push(a),
            (None, Some(b)) => part.right_only.push(b),
            (None, None) => {}
        }
    }
    part
}

/// The first row with the key; the others are repeats.
fn group(rows: &[(u64, u32)], at: &mut usize, key: u64, repeats: &mut Vec<Repeat>) -> Option<u32> {
    let first = rows.get(*at).filter(|(other, _)| *other == key)?.1;
    *at += 1;
    while let Some((_, row)) = rows.get(*at).filter(|(other, _)| *other == key) {
        repeats.push(Repeat { row: *row, first });
        *at += 1;
    }
    Some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_meet_by_key_and_the_first_of_several_stands_for_them() {
        let joined = join(&[5, 7, MISSING, 5, 9], &[9, 5, 4, 4, 4], 2);
        assert_eq!(joined.partner, [1, NONE, NONE, NONE, 0]);
        assert_eq!((joined.left_only, joined.right_only), (vec![1], vec![2]));
        assert_eq!(joined.left_repeats, [Repeat { row: 3, first: 0 }]);
        assert_eq!(joined.right_repeats, [Repeat { row: 3, first: 2 }, Repeat { row: 4, first: 2 }]);
        assert_eq!((joined.left_without_key, joined.pairs), (vec![2], 2));
    }

    #[test]
    fn many_rows_are_joined_as_few_are_whatever_the_threads() {
        let left: Vec<u64> = (1..30_000u64).map(|n| n * 7).collect();
        let right: Vec<u64> = (1..30_000u64).rev().map(|n| n * 5).collect();
        let joined = join(&left, &right, 2);
        for (row, key) in left.iter().enumerate() {
            let partner = joined.partner[row];
            let expected = if key % 5 == 0 && key / 5 < 30_000 { 29_999 - key / 5 } else { u64::from(NONE) };
            assert_eq!(u64::from(partner), expected, "{key}");
        }
        assert_eq!(joined, join(&left, &right, 1));
    }
}
