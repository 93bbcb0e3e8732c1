//! Byte lines sorted into buckets, in memory while they are few and on disk when they are many.

use crate::error::{Result, StoreError};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

pub(super) struct Spill {
    folder: PathBuf,
    name: &'static str,
    buffers: Vec<Vec<u8>>,
    held: usize,
    limit: usize,
    on_disk: Vec<bool>,
}

impl Spill {
    pub(super) fn new(folder: &Path, name: &'static str, buckets: u32, limit: usize) -> Self {
        let buckets = buckets as usize;
        Self {
            folder: folder.to_owned(),
            name,
            buffers: vec![Vec::new(); buckets],
            held: 0,
            limit,
            on_disk: vec![false; buckets],
        }
    }

    /// Appends one line to a bucket; `write` fills in the bytes.
    pub(super) fn push(&mut self, bucket: u32, write: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<()> {
        let buffer = &mut self.buffers[bucket as usize];
        let before = buffer.len();
        write(buffer)?;
        buffer.push(b'\n');
        self.held += buffer.len() - before;
        if self.held > self.limit { self.flush() } else { Ok(()) }
    }

    /// Appends whole lines to a bucket, each with its end.
    pub(super) fn append(&mut self, bucket: u32, lines: &[u8]) -> Result<()> {
        self.buffers[bucket as usize].extend_from_slice(lines);
        self.held += lines.len();
        if self.held > self.limit { self.flush() } else { Ok(()) }
    }

    fn file(&self, bucket: usize) -> PathBuf {
        self.folder.join(format!("{}-{bucket:04}.spill", self.name))
    }

    fn flush(&mut self) -> Result<()> {
        for bucket in 0..self.buffers.len() {
            if self.buffers[bucket].is_empty() {
                continue;
            }
            let path = self.file(bucket);
            OpenOptions::new()
                .create(true)
                .append(true)
                .open(&path)
                .and_then(|mut file| file.write_all(&self.buffers[bucket]))
                .map_err(StoreError::file("spilling records", &path))?;
            self.buffers[bucket] = Vec::new();
            self.on_disk[bucket] = true;
        }
        self.held = 0;
        Ok(())
    }

    /// Takes all lines of a bucket out.
    pub(super) fn take(&mut self, bucket: u32) -> Result<Vec<u8>> {
        let at = bucket as usize;
        let mut bytes = Vec::new();
        if self.on_disk[at] {
            let path = self.file(at);
            File::open(&path)
                .and_then(|mut file| file.read_to_end(&mut bytes))
                .and_then(|_| std::fs::remove_file(&path))
                .map_err(StoreError::file("reading spilled records", &path))?;
            self.on_disk[at] = false;
        }
        let held = std::mem::take(&mut self.buffers[at]);
        self.held -= held.len();
        bytes.extend_from_slice(&held);
        Ok(bytes)
    }
}
