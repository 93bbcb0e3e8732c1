//! Rows in groups by class, and groups cut further.

use super::dictionary::MISSING;

/// No group.
pub(super) const NONE: u32 = u32::MAX;

/// Rows in groups, those of a group in order.
#[derive(Clone)]
pub(super) struct Groups {
    pub rows: Vec<u32>,
    /// Where each group begins, and at last where it ends.
    pub starts: Vec<u32>,
}

impl Groups {
    pub fn none() -> Self {
        Self { rows: Vec::new(), starts: vec![0] }
    }

    #[inline]
    pub fn of(&self, group: usize) -> &[u32] {
        &self.rows[self.starts[group] as usize..self.starts[group + 1] as usize]
    }

    pub fn count(&self) -> usize {
        self.starts.len() - 1
    }

    /// A group for each class; class 0 is nothing, and its group is empty.
    pub fn by_class(classes: &[u32], count: usize) -> Self {
        let mut starts = vec![0u32; count + 1];
        classes.iter().filter(|class| **class != MISSING).for_each(|class| starts[*class as usize + 1] += 1);
        (0..count).for_each(|at| starts[at + 1] += starts[at]);
        let mut next = starts.clone();
        let mut rows = vec![0; starts[count] as usize];
        for (row, class) in classes.iter().enumerate().filter(|(_, class)| **class != MISSING) {
            let at = &mut next[*class as usize];
            rows[*at as usize] = row as u32;
            *at += 1;
        }
        Self { rows, starts }
    }
}

/// Cuts one group of both sides after the other by class.
pub(super) struct Cutter<'a> {
    /// The class of each row of both sides.
    class: [&'a [u32]; 2],
    /// Of each class, how many rows of the group it has on each side.
    counts: Vec<[u32; 2]>,
    /// The classes of the group on the left, each with its first row.
    seen: Vec<(u32, u32)>,
    /// Where the next row of each class goes on each side.
    next: Vec<[u32; 2]>,
}

impl<'a> Cutter<'a> {
    pub fn new(classes: usize, class: [&'a [u32]; 2]) -> Self {
        Self { class, counts: vec![[0; 2]; classes], seen: Vec::new(), next: vec![[NONE; 2]; classes] }
    }

    /// How many rows each class has on both sides; those on the right only of a class that is on the
    /// left, too.
    fn count(&mut self, rows: [&[u32]; 2]) {
        self.seen.clear();
        self.seen.resize(rows[0].len(), (MISSING, 0));
        let mut classes = 0;
        for row in rows[0] {
            // Whether a class is new cannot be foreseen: it is written, and counts if it is.
            let class = self.class[0][*row as usize];
            let count = &mut self.counts[class as usize][0];
            self.seen[classes] = (class, *row);
            classes += usize::from(*count == 0);
            *count += 1;
        }
        self.seen.truncate(classes);
        for row in rows[1] {
            let [left, right] = &mut self.counts[self.class[1][*row as usize] as usize];
            *right += u32::from(*left != 0);
        }
    }

    /// Tells of each class of a group how many rows it has on both sides.
    pub fn sizes(&mut self, rows: [&[u32]; 2], mut tell: impl FnMut([u32; 2])) {
        self.count(rows);
        for (class, _) in &self.seen {
            let counts = std::mem::take(&mut self.counts[*class as usize]);
            if *class != MISSING {
                tell(counts);
            }
        }
    }

    /// Adds the classes of a group that are wanted to `out`, each as a group. What is wanted is told
    /// by how many rows the class has, and the first one on the left.
    pub fn cut(&mut self, rows: [&[u32]; 2], out: &mut [Groups; 2], wanted: impl Fn([u32; 2], u32) -> bool) {
        self.count(rows);
        let begin = out[0].starts.len();
        let mut ends = [out[0].rows.len() as u32, out[1].rows.len() as u32];
        for (class, first) in &self.seen {
            let counts = std::mem::take(&mut self.counts[*class as usize]);
            if *class != MISSING && wanted(counts, *first) {
                self.next[*class as usize] = ends;
                for side in 0..2 {
                    ends[side] += counts[side];
                    out[side].starts.push(ends[side]);
                }
            }
        }
        if out[0].starts.len() == begin {
            return;
        }
        for side in 0..2 {
            out[side].rows.resize(ends[side] as usize, 0);
            for row in rows[side] {
                let next = &mut self.next[self.class[side][*row as usize] as usize][side];
                if *next != NONE {
                    out[side].rows[*next as usize] = *row;
                    *next += 1;
                }
            }
        }
        self.seen.iter().for_each(|(class, _)| self.next[*class as usize] = [NONE; 2]);
    }
}
