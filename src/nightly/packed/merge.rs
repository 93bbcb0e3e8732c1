//! All parts in one order, with a block of each open.

use super::entry::{Entry, read, write};
use super::failed;
use super::part::{Block, Part};
use crate::problem::Problem;
use reconcile::engine::merged;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use store::spill::Shelf;

/// One part while it is read: a block is open, and the place in it.
struct Cursor<'p> {
    shelf: &'p Shelf,
    blocks: std::slice::Iter<'p, Block>,
    open: Vec<u8>,
    at: usize,
}

impl<'p> Cursor<'p> {
    fn entry(&self) -> Option<(Entry<'_>, usize)> {
        let mut rest = &self.open[self.at..];
        let before = rest.len();
        let entry = read(&mut rest)?;
        Some((entry, before - rest.len()))
    }

    /// Opens the next block where this one is at its end. Answers the place of the next finding.
    fn order(&mut self) -> Result<Option<Vec<u8>>, Problem> {
        if self.at == self.open.len() {
            let Some(block) = self.blocks.next() else { return Ok(None) };
            let mut compressed = Vec::new();
            self.shelf.get(block.compressed, &mut compressed)?;
            self.open = zstd::bulk::decompress(&compressed, block.size).map_err(|e| failed(&e.to_string()))?;
            self.at = 0;
        }
        self.entry().map(|(entry, _)| Some(entry.order.to_vec())).ok_or_else(|| failed("a block"))
    }
}

/// The parts in one order.
#[derive(Default)]
pub(super) struct Merge<'p> {
    cursors: Vec<Cursor<'p>>,
    /// The next of each part, the first in order on top; of equal ones the part that comes first.
    next: BinaryHeap<Reverse<(Vec<u8>, usize)>>,
}

impl<'p> Merge<'p> {
    pub fn new(parts: &'p [Part]) -> Result<Self, Problem> {
        let mut merge = Self::default();
        for part in parts {
            merge.cursors.push(Cursor { shelf: &part.shelf, blocks: part.blocks.iter(), open: Vec::new(), at: 0 });
            merge.advance(merge.cursors.len() - 1, 0)?;
        }
        Ok(merge)
    }

    fn advance(&mut self, at: usize, by: usize) -> Result<(), Problem> {
        let cursor = &mut self.cursors[at];
        cursor.at += by;
        if let Some(order) = cursor.order()? {
            self.next.push(Reverse((order, at)));
        }
        Ok(())
    }

    /// Gives the next finding to `take`; `None`: there is no more.
    pub fn next(&mut self, take: &mut impl FnMut(Entry<'_>) -> Result<(), Problem>) -> Result<Option<()>, Problem> {
        let Some(Reverse((order, at))) = self.next.pop() else { return Ok(None) };
        let is_twice = self.next.peek().is_some_and(|Reverse((other, _))| *other == order);
        let (entry, length) = self.cursors[at].entry().ok_or_else(|| failed("a block"))?;
        if !is_twice {
            take(entry)?;
            return self.advance(at, length).map(Some);
        }
        // One identity that was found in two buckets is one finding with the values of both.
        let mut found = vec![vec![entry.finding()?]];
        self.advance(at, length)?;
        while let Some(at) = self.next.peek().filter(|next| next.0.0 == order).map(|next| next.0.1) {
            self.next.pop();
            let (entry, length) = self.cursors[at].entry().ok_or_else(|| failed("a block"))?;
            found.push(vec![entry.finding()?]);
            self.advance(at, length)?;
        }
        let mut whole = Vec::new();
        merged(found).iter().for_each(|finding| write(finding, &mut whole));
        take(read(&mut whole.as_slice()).ok_or_else(|| failed("a finding"))?).map(Some)
    }
}
