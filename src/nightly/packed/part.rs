//! The findings of one part of the province, in compressed blocks.

use super::entry::write;
use super::failed;
use crate::problem::Problem;
use schemas::Finding;
use store::spill::{Shelf, Stretch};

/// Bytes of a block before it is compressed. One of each part is open when parts are merged, and a large
/// province has some hundred.
pub(super) const BLOCK: usize = 1 << 15;
/// The fastest: lines repeat each other so much that more effort brings little.
const EFFORT: i32 = 1;

/// Sorted findings of one part of the province.
pub(in crate::nightly) struct Part {
    pub(super) shelf: Shelf,
    pub(super) blocks: Vec<Block>,
}

pub(super) struct Block {
    pub(super) compressed: Stretch,
    /// Bytes before it was compressed.
    pub(super) size: usize,
}

impl Part {
    /// `findings`: in the order of every export.
    pub fn of(findings: &[Finding], shelf: &Shelf) -> Result<Self, Problem> {
        let mut part = Self { shelf: shelf.clone(), blocks: Vec::new() };
        let mut open = Vec::with_capacity(BLOCK + BLOCK / 8);
        for finding in findings {
            write(finding, &mut open);
            if open.len() >= BLOCK {
                part.close(&mut open)?;
            }
        }
        part.close(&mut open)?;
        part.blocks.shrink_to_fit();
        Ok(part)
    }

    fn close(&mut self, open: &mut Vec<u8>) -> Result<(), Problem> {
        if !open.is_empty() {
            let compressed = zstd::bulk::compress(open, EFFORT).map_err(|e| failed(&e.to_string()))?;
            self.blocks.push(Block { compressed: self.shelf.put(&compressed)?, size: open.len() });
            open.clear();
        }
        Ok(())
    }
}
