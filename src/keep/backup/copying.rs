//! Files copied with their hash, on disk before anybody relies on them, their owner's alone.

use super::FileEntry;
use crate::problem::Problem;
use sha2::{Digest, Sha256};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

const AT_A_TIME: usize = 1 << 20;

/// Makes a folder and those above it, for its owner alone.
pub(super) fn make_folder(folder: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Size and SHA-256 of a file.
pub(super) fn measure(file: &Path) -> std::io::Result<(u64, String)> {
    pour(&mut File::open(file)?, &mut std::io::sink())
}

/// Copies `from` to `folder/path`, which must not be there yet, and syncs it.
pub(super) fn copy(from: &Path, folder: &Path, path: &str) -> std::io::Result<FileEntry> {
    write(&mut File::open(from)?, folder, path)
}

/// Writes `content` to `folder/path`, which must not be there yet, and syncs it.
pub(super) fn write(content: &mut impl Read, folder: &Path, path: &str) -> std::io::Result<FileEntry> {
    let to = folder.join(path);
    if let Some(above) = to.parent() {
        make_folder(above)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&to)?;
    let (bytes, sha256) = pour(content, &mut file)?;
    file.sync_all()?;
    Ok(FileEntry { path: path.to_owned(), bytes, sha256 })
}

fn pour(from: &mut impl Read, to: &mut impl Write) -> std::io::Result<(u64, String)> {
    let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; AT_A_TIME]);
    loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => return Ok((bytes, hex::encode(hash.finalize()))),
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hash.update(&buffer[..read]);
        to.write_all(&buffer[..read])?;
        bytes += read as u64;
    }
}

/// Copies every file below `from` to `folder/path/…`, in the order of their names.
pub(super) fn copy_tree(from: &Path, folder: &Path, path: &str) -> std::io::Result<Vec<FileEntry>> {
    let mut names: Vec<_> = std::fs::read_dir(from)?.collect::<Result<_, _>>()?;
    names.sort_by_key(std::fs::DirEntry::file_name);
    let mut copied = Vec::new();
    for entry in names {
        let path = format!("{path}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            copied.extend(copy_tree(&entry.path(), folder, &path)?);
        } else {
            copied.push(copy(&entry.path(), folder, &path)?);
        }
    }
    Ok(copied)
}

/// Names in a folder are on disk only when the folder is: all folders below this one, and itself.
pub(super) fn sync_folders(folder: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    File::open(folder)?.sync_all()
}

/// An error of a file, with its name.
pub(super) fn at(path: &Path) -> impl FnOnce(std::io::Error) -> Problem {
    let path = path.display().to_string();
    move |error| {
        let problem = Problem::from(error);
        Problem { cause: format!("{path}: {}", problem.cause), ..problem }
    }
}
