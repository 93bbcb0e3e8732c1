//! The findings of one part of the province, in compressed blocks.

use super::entry::write;
use super::failed;
use crate::problem::Problem;
use schemas::Finding;

/// Bytes of a block before it is compressed.
pub(super) const BLOCK: usize = 1 << 17;
/// The fastest: lines repeat each other so much that more effort brings little.
const EFFORT: i32 = 1;

/// Sorted findings of one part of the province.
#[derive(Default)]
pub(in crate::nightly) struct Part {
    pub(super) blocks: Vec<Block>,
}

pub(super) struct Block {
    pub(super) compressed: Vec<u8>,
    /// Bytes before it was compressed.
    pub(super) size: usize,
}

impl Part {
    /// `findings`: in the order of every export.
    pub fn of(findings: &[Finding]) -> Result<Self, Problem> {
        let mut part = Self::default();
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
            let mut compressed = zstd::bulk::compress(open, EFFORT).map_err(|e| failed(&e.to_string()))?;
            compressed.shrink_to_fit();
            self.blocks.push(Block { compressed, size: open.len() });
            open.clear();
        }
        Ok(())
    }
}
