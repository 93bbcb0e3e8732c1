//! Tables that do not fit: the rows of both go by key into as many buckets on the disk as it takes,
//! and the buckets are compared one by one.

use super::packed::{Packed, compare_part, pack};
use super::sink::Sink;
use super::source::Source;
use super::{CompareError, Work, in_file};
use crate::tables::TableError;
use reconcile::tables::keys::Keys;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// A bucket takes about twice its bytes while it is compared.
const ROOM: u64 = 3;
/// Open files on each side.
const MOST_BUCKETS: usize = 256;

pub fn compare(work: &Work<'_>, sink: &mut Sink, memory_bytes: u64) -> Result<(), CompareError> {
    let plan = work.plan;
    let (lefts, rights) = (plan.left_columns(), plan.right_columns());
    let size = work.left.estimate(&lefts) + work.right.estimate(&rights);
    let buckets = (size * ROOM).div_ceil(memory_bytes.max(1)).clamp(2, MOST_BUCKETS as u64) as usize;
    let folder = Folder::make(sink.partial())?;
    let cut = |source: &Source, columns: &[usize], side: &str| {
        Buckets::make(&folder.0, side, buckets)
            .and_then(|made| made.fill(source, columns, plan.fields.len(), &Keys::new(plan.is_of_people())))
    };
    let (left, right) = std::thread::scope(|scope| {
        let other = scope.spawn(|| cut(work.right, &rights, "right"));
        let left = cut(work.left, &lefts, "left");
        (left, other.join().unwrap_or(Err(CompareError::TooManyRows)))
    });
    let ((left, left_ragged), (right, right_ragged)) = (left?, right?);
    sink.summary().left.ragged = left_ragged;
    sink.summary().right.ragged = right_ragged;
    for (left, right) in left.iter().zip(&right) {
        let keys = Keys::new(plan.is_of_people());
        let (left, right) = (load(left, &keys)?, load(right, &keys)?);
        compare_part(&left, &right, &keys, plan, work.judge, work.threads, sink)?;
    }
    Ok(())
}

/// Beside the findings, where there is room for them too. Gone when the work is done or has failed.
struct Folder(PathBuf);

impl Folder {
    fn make(beside: &Path) -> Result<Self, CompareError> {
        let folder = PathBuf::from(format!("{}.buckets", beside.display()));
        std::fs::create_dir_all(&folder).map_err(|error| failed(&folder, &error))?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is named like the findings' file and does no harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn failed(file: &Path, error: &std::io::Error) -> CompareError {
    CompareError::Write { file: file.display().to_string(), cause: error.to_string() }
}

struct Buckets {
    paths: Vec<PathBuf>,
    files: Vec<BufWriter<File>>,
}

impl Buckets {
    fn make(folder: &Path, side: &str, count: usize) -> Result<Self, CompareError> {
        let paths: Vec<PathBuf> = (0..count).map(|at| folder.join(format!("{side}-{at}"))).collect();
        let create = |path: &PathBuf| File::create(path).map(|file| BufWriter::with_capacity(1 << 16, file));
        let files =
            paths.iter().map(|path| create(path).map_err(|error| failed(path, &error))).collect::<Result<_, _>>()?;
        Ok(Self { paths, files })
    }

    /// Each row: its number, the length of its key, the length of its fields, both. Rows without a
    /// key go into the first bucket.
    fn fill(
        mut self,
        source: &Source,
        columns: &[usize],
        fields: usize,
        keys: &Keys,
    ) -> Result<(Vec<PathBuf>, u64), CompareError> {
        let (mut number, mut packed, mut broken) = (0u64, Vec::new(), None);
        let visited = source.visit(columns, |row| {
            number += 1;
            packed.clear();
            pack(row, fields, &mut packed);
            let key = row.cell(0);
            let at = if key.is_empty() { 0 } else { keys.bucket(key, self.files.len()) };
            let file = &mut self.files[at];
            let head = [number.to_le_bytes(), (key.len() as u64).to_le_bytes(), (packed.len() as u64).to_le_bytes()];
            let mut parts = [head.as_flattened(), key.as_bytes(), &packed].into_iter();
            parts.try_for_each(|part| file.write_all(part)).map_err(|error| {
                broken = Some(failed(&self.paths[at], &error));
                TableError::from(error)
            })
        });
        if let Some(error) = broken {
            return Err(error);
        }
        let ragged = visited.map_err(|error| in_file(&source.path, error))?;
        for (file, path) in self.files.iter_mut().zip(&self.paths) {
            file.flush().map_err(|error| failed(path, &error))?;
        }
        Ok((self.paths, ragged))
    }
}

fn load(path: &Path, keys: &Keys) -> Result<Packed, CompareError> {
    let broken = |error: std::io::Error| failed(path, &error);
    let mut left = std::fs::metadata(path).map_err(broken)?.len();
    let mut file = BufReader::with_capacity(1 << 18, File::open(path).map_err(broken)?);
    let mut packed = Packed::in_a_part();
    let (mut key, mut row) = (Vec::new(), Vec::new());
    while left > 0 {
        let mut next = || -> Result<u64, CompareError> {
            let mut eight = [0u8; 8];
            file.read_exact(&mut eight).map_err(broken)?;
            Ok(u64::from_le_bytes(eight))
        };
        let (number, key_length, row_length) = (next()?, next()?, next()?);
        key.resize(key_length as usize, 0);
        row.resize(row_length as usize, 0);
        file.read_exact(&mut key).map_err(broken)?;
        file.read_exact(&mut row).map_err(broken)?;
        // It was text when it was written.
        packed.push_packed(std::str::from_utf8(&key).unwrap_or_default(), number, &row, keys)?;
        left = left.saturating_sub(24 + key_length + row_length);
    }
    Ok(packed)
}
