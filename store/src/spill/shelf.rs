//! A file without a name, in which bytes are put aside: whatever ends the program, nothing is left of
//! it.

use crate::error::{Result, StoreError};
use rustix::fs::{FallocateFlags, fallocate};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One for all threads.
#[derive(Clone)]
pub struct Shelf {
    folder: PathBuf,
    file: Arc<Mutex<File>>,
}

/// A place on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    start: u64,
    length: usize,
}

impl Stretch {
    /// In bytes.
    pub fn length(self) -> usize {
        self.length
    }
}

impl Shelf {
    /// `folder`: on whose disk it is.
    pub fn new(folder: &Path) -> Result<Self> {
        let file = tempfile::tempfile_in(folder).map_err(StoreError::file("putting bytes aside", folder))?;
        Ok(Self { folder: folder.to_owned(), file: Arc::new(Mutex::new(file)) })
    }

    fn file(&self) -> MutexGuard<'_, File> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn put(&self, bytes: &[u8]) -> Result<Stretch> {
        let mut file = self.file();
        let start = file
            .seek(SeekFrom::End(0))
            .and_then(|start| file.write_all(bytes).map(|()| start))
            .map_err(StoreError::file("putting bytes aside", &self.folder))?;
        Ok(Stretch { start, length: bytes.len() })
    }

    /// Appends what was put there to `bytes`.
    pub fn get(&self, Stretch { start, length }: Stretch, bytes: &mut Vec<u8>) -> Result<()> {
        let mut file = self.file();
        let from = bytes.len();
        bytes.resize(from + length, 0);
        file.seek(SeekFrom::Start(start))
            .and_then(|_| file.read_exact(&mut bytes[from..]))
            .map_err(StoreError::file("reading bytes that were put aside", &self.folder))
    }

    /// Nobody will ask for it any more: the disk has its room again, where the file system can do that.
    /// Where it cannot the room is free when the shelf is.
    pub fn forget(&self, Stretch { start, length }: Stretch) {
        let flags = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
        let _ = fallocate(&*self.file(), flags, start, length as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_is_there_in_whatever_order_it_is_asked_for_and_beyond_it_is_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let shelf = Shelf::new(folder.path()).expect("a shelf");
        let pieces = [&b"ab"[..], b"", b"cdefg", b"h"];
        let places: Vec<Stretch> = pieces.iter().map(|piece| shelf.put(piece).expect("puts it")).collect();
        for at in [2, 0, 3, 1, 2] {
            let mut bytes = b"-".to_vec();
            shelf.get(places[at], &mut bytes).expect("there");
            assert_eq!(bytes, [b"-", pieces[at]].concat());
            assert_eq!(places[at].length(), pieces[at].len());
        }
        assert_eq!(shelf.put(b"i").expect("puts it").start, 8, "reading moves nothing");
        assert!(shelf.get(Stretch { start: 7, length: 3 }, &mut Vec::new()).is_err());
        assert_eq!(std::fs::read_dir(folder.path()).expect("lists").count(), 0, "no file has a name");
        assert!(Shelf::new(&folder.path().join("gone")).is_err());
    }

    #[test]
    fn forgetting_one_stretch_leaves_the_others_as_they_are() {
        let folder = tempfile::tempdir().expect("a folder");
        let shelf = Shelf::new(folder.path()).expect("a shelf");
        let pieces: Vec<Vec<u8>> = (1..=3).map(|n| vec![n; 10_000]).collect();
        let places: Vec<Stretch> = pieces.iter().map(|piece| shelf.put(piece).expect("puts it")).collect();
        shelf.forget(places[1]);
        for at in [0, 2] {
            let mut bytes = Vec::new();
            shelf.get(places[at], &mut bytes).expect("there");
            assert_eq!(bytes, pieces[at]);
        }
    }
}
