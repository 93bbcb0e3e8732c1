//! Bytes sorted into buckets, in memory while they are few and on disk when they are many.

use crate::error::{Result, StoreError};
use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

/// Its files have no name: whatever ends the program, nothing is left of them.
pub struct Spill {
    folder: PathBuf,
    buffers: Vec<Vec<u8>>,
    held: usize,
    limit: usize,
    files: Vec<Option<File>>,
}

impl Spill {
    /// `folder`: where its files are, once `limit` bytes are held.
    pub fn new(folder: &Path, buckets: u32, limit: usize) -> Self {
        let buckets = buckets as usize;
        let buffers = vec![Vec::new(); buckets];
        Self { folder: folder.to_owned(), buffers, held: 0, limit, files: (0..buckets).map(|_| None).collect() }
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
        for (buffer, file) in self.buffers.iter_mut().zip(&mut self.files).filter(|(buffer, _)| !buffer.is_empty()) {
            let failed = || StoreError::file("spilling records", &self.folder);
            let file = match file {
                Some(file) => file,
                None => file.insert(tempfile::tempfile_in(&self.folder).map_err(failed())?),
            };
            file.write_all(buffer).map_err(failed())?;
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
        let Some(mut file) = self.files[at].take() else { return Ok(held) };
        let mut bytes = Vec::new();
        file.rewind()
            .and_then(|()| file.read_to_end(&mut bytes))
            .map_err(StoreError::file("reading spilled records", &self.folder))?;
        bytes.extend_from_slice(&held);
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
