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

/// Cuts one group after the other by class.
pub(super) struct Splitter {
    /// The last group in which a class was seen.
    group_of: Vec<u32>,
    /// Its place among the classes of that group.
    place: Vec<u32>,
    /// Of each place, how many rows there are on both sides.
    pub counts: Vec<[u32; 2]>,
    /// The place of each row of both sides.
    places: [Vec<u32>; 2],
    /// Where the next row of each place goes.
    next: Vec<u32>,
}

impl Splitter {
    pub fn new(classes: usize) -> Self {
        let (group_of, place) = (vec![NONE; classes], vec![0; classes]);
        Self { group_of, place, counts: Vec::new(), places: Default::default(), next: Vec::new() }
    }

    /// Finds the place of each row of a group: one for each class on the left.
    pub fn count(&mut self, group: u32, rows: [&[u32]; 2], class: &[Vec<u32>; 2]) {
        self.counts.clear();
        self.places.iter_mut().for_each(Vec::clear);
        for row in rows[0] {
            let class = class[0][*row as usize] as usize;
            if class != MISSING as usize && self.group_of[class] != group {
                self.group_of[class] = group;
                self.place[class] = self.counts.len() as u32;
                self.counts.push([0; 2]);
            }
            self.note(0, group, class);
        }
        for row in rows[1] {
            self.note(1, group, class[1][*row as usize] as usize);
        }
    }

    fn note(&mut self, side: usize, group: u32, class: usize) {
        if self.group_of[class] == group {
            let place = self.place[class];
            self.counts[place as usize][side] += 1;
            self.places[side].push(place);
        } else {
            self.places[side].push(NONE);
        }
    }

    /// Adds the rows of the group to `out`, a group for each place that has rows on both sides.
    pub fn put(&mut self, side: usize, rows: &[u32], out: &mut Groups) {
        self.next.clear();
        let mut end = out.rows.len() as u32;
        for [left, right] in &self.counts {
            if *left == 0 || *right == 0 {
                self.next.push(NONE);
                continue;
            }
            self.next.push(end);
            end += if side == 0 { *left } else { *right };
            out.starts.push(end);
        }
        out.rows.resize(end as usize, 0);
        for (row, place) in rows.iter().zip(&self.places[side]).filter(|(_, place)| **place != NONE) {
            let next = &mut self.next[*place as usize];
            if *next != NONE {
                out.rows[*next as usize] = *row;
                *next += 1;
            }
        }
    }
}
