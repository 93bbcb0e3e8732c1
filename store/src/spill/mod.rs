//! Bytes sorted into buckets, in memory while they are few and on disk when they are many.

mod shelf;

pub use shelf::{Shelf, Stretch};

use crate::error::Result;
use std::path::{Path, PathBuf};

/// All that is on disk is in one file: buckets are many, and so are spills side by side, but a process
/// may open a thousand files.
pub struct Spill {
    folder: PathBuf,
    buffers: Vec<Vec<u8>>,
    held: usize,
    limit: usize,
    /// From the first time that there was too much.
    shelf: Option<Shelf>,
    /// Of each bucket, what is on the shelf.
    stretches: Vec<Vec<Stretch>>,
}

impl Spill {
    /// `folder`: where its file is, once `limit` bytes are held.
    pub fn new(folder: &Path, buckets: u32, limit: usize) -> Self {
        let buckets = buckets as usize;
        let (buffers, stretches) = (vec![Vec::new(); buckets], vec![Vec::new(); buckets]);
        Self { folder: folder.to_owned(), buffers, held: 0, limit, shelf: None, stretches }
    }

    /// Appends one line to a bucket; `write` fills in the bytes.
    pub fn push(&mut self, bucket: u32, write: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<()> {
        let buffer = &mut self.buffers[bucket as usize];
        let before = buffer.len();
        write(buffer)?;
        buffer.push(b'\n');
        self.held += buffer.len() - before;
        if self.held > self.limit { self.flush() } else { Ok(()) }
    }

    /// Appends bytes to a bucket as they are.
    pub fn append(&mut self, bucket: u32, bytes: &[u8]) -> Result<()> {
        self.buffers[bucket as usize].extend_from_slice(bytes);
        self.held += bytes.len();
        if self.held > self.limit { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        let shelf = match &self.shelf {
            Some(shelf) => shelf,
            None => self.shelf.insert(Shelf::new(&self.folder)?),
        };
        let full = self.buffers.iter_mut().zip(&mut self.stretches).filter(|(buffer, _)| !buffer.is_empty());
        for (buffer, stretches) in full {
            stretches.push(shelf.put(buffer)?);
            *buffer = Vec::new();
        }
        self.held = 0;
        Ok(())
    }

    /// Takes all bytes of a bucket out.
    pub fn take(&mut self, bucket: u32) -> Result<Vec<u8>> {
        let at = bucket as usize;
        let held = std::mem::take(&mut self.buffers[at]);
        self.held -= held.len();
        let stretches = std::mem::take(&mut self.stretches[at]);
        let Some(shelf) = self.shelf.as_ref().filter(|_| !stretches.is_empty()) else { return Ok(held) };
        let bytes = self.whole(&stretches, &held)?;
        stretches.into_iter().for_each(|stretch| shelf.forget(stretch));
        Ok(bytes)
    }

    /// All bytes of a bucket; they stay there.
    pub fn copy(&self, bucket: u32) -> Result<Vec<u8>> {
        self.whole(&self.stretches[bucket as usize], &self.buffers[bucket as usize])
    }

    fn whole(&self, stretches: &[Stretch], held: &[u8]) -> Result<Vec<u8>> {
        let on_disk: usize = stretches.iter().map(|stretch| stretch.length()).sum();
        let mut bytes = Vec::with_capacity(on_disk + held.len());
        if let Some(shelf) = &self.shelf {
            stretches.iter().try_for_each(|stretch| shelf.get(*stretch, &mut bytes))?;
        }
        bytes.extend_from_slice(held);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_into_a_bucket_comes_out_in_order_wherever_it_was_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        for limit in [0, 7, 40, 1 << 20] {
            let mut spill = Spill::new(folder.path(), 3, limit);
            let mut expected = vec![Vec::new(); 3];
            for n in 0..50u8 {
                let bucket = u32::from(n) * 7 % 3;
                spill.append(bucket, &[n, n + 1]).expect("takes it");
                expected[bucket as usize].extend([n, n + 1]);
                if n % 7 == 0 {
                    assert_eq!(spill.copy(bucket).expect("gives it"), expected[bucket as usize], "{limit}");
                }
                if n == 30 {
                    assert_eq!(spill.take(1).expect("gives it"), std::mem::take(&mut expected[1]), "{limit}");
                }
            }
            for bucket in 0..3 {
                assert_eq!(spill.take(bucket).expect("gives it"), expected[bucket as usize], "{limit}");
                assert!(spill.take(bucket).expect("gives it").is_empty(), "only once");
            }
            assert_eq!(std::fs::read_dir(folder.path()).expect("lists").count(), 0, "no file has a name");
        }
    }

    #[test]
    fn without_its_folder_it_says_so_and_loses_nothing_silently() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut spill = Spill::new(&folder.path().join("gone"), 1, 3);
        spill.append(0, b"abc").expect("held");
        assert!(spill.append(0, b"d").is_err());
    }
}
