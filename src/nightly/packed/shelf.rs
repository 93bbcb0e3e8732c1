//! Where compressed blocks are until they are read: a file without a name, of which nothing is left
//! whatever ends the program.

use crate::problem::Problem;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use store::StoreError;

/// One shelf for all threads.
#[derive(Clone)]
pub(in crate::nightly) struct Shelf {
    folder: PathBuf,
    file: Arc<Mutex<File>>,
}

/// A place on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub start: u64,
    pub length: usize,
}

impl Shelf {
    pub fn new(folder: &Path) -> Result<Self, Problem> {
        let file = tempfile::tempfile_in(folder).map_err(StoreError::file("putting findings aside", folder))?;
        Ok(Self { folder: folder.to_owned(), file: Arc::new(Mutex::new(file)) })
    }

    pub(super) fn put(&self, bytes: &[u8]) -> Result<Stretch, Problem> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let start = file
            .seek(SeekFrom::End(0))
            .and_then(|start| file.write_all(bytes).map(|()| start))
            .map_err(StoreError::file("putting findings aside", &self.folder))?;
        Ok(Stretch { start, length: bytes.len() })
    }

    pub(super) fn get(&self, Stretch { start, length }: Stretch) -> Result<Vec<u8>, Problem> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = vec![0; length];
        file.seek(SeekFrom::Start(start))
            .and_then(|_| file.read_exact(&mut bytes))
            .map_err(StoreError::file("reading findings that were put aside", &self.folder))?;
        Ok(bytes)
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
            assert_eq!(shelf.get(places[at]).expect("there"), pieces[at]);
        }
        assert_eq!(shelf.put(b"i").expect("puts it").start, 8, "reading moves nothing");
        assert!(shelf.get(Stretch { start: 7, length: 3 }).is_err());
        assert_eq!(std::fs::read_dir(folder.path()).expect("lists").count(), 0, "no file has a name");
        assert!(Shelf::new(&folder.path().join("gone")).is_err());
    }
}
