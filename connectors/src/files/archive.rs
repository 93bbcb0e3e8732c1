//! ZIP archives, unpacked no further than allowed: what an archive says of its sizes is not
//! believed.

use super::grid::refused;
use schemas::SourceError;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// How much more than the limit of a body a workbook may unpack to.
const UNPACKED_FACTOR: u64 = 8;
/// A workbook has some dozen parts.
const MOST_PARTS: usize = 2_000;

fn bad() -> SourceError {
    refused("bad_workbook", "the file is not a workbook, or was cut")
}

/// Unpacks everything once into nothing and counts, so that whoever unpacks it next can trust it.
pub fn check_size(bytes: &[u8], max_bytes: u64) -> Result<(), SourceError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| bad())?;
    if archive.len() > MOST_PARTS {
        return Err(refused("body_too_large", "the workbook has too many parts"));
    }
    let mut left = max_bytes.saturating_mul(UNPACKED_FACTOR);
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|_| bad())?;
        let count = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(|_| bad())?;
        let too_large = || refused("body_too_large", "the workbook unpacks to more than is allowed");
        left = left.checked_sub(count).ok_or_else(too_large)?;
    }
    Ok(())
}

/// One part of an archive whose size was checked.
pub fn part(bytes: &[u8], name: &str) -> Option<Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut content = Vec::new();
    archive.by_name(name).ok()?.read_to_end(&mut content).ok()?;
    Some(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(parts: &[(&str, usize)]) -> Vec<u8> {
        use std::io::Write;
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        for (name, size) in parts {
            zip.start_file(*name, options).expect("begun");
            zip.write_all(&vec![b' '; *size]).expect("written");
        }
        zip.finish().expect("finished").into_inner()
    }

    #[test]
    fn a_bomb_is_refused_though_it_is_small_and_lies_about_its_size() {
        let mut bomb = archive(&[("a", 4 << 20), ("b", 4 << 20)]);
        assert!(bomb.len() < 20_000, "{}", bomb.len());
        assert_eq!(check_size(&bomb, 1 << 20).map_err(|e| e.code), Ok(()));
        assert_eq!(check_size(&bomb, 900_000).expect_err("too large").code, "body_too_large");
        // The sizes in both headers of each part.
        let size = (4u32 << 20).to_le_bytes();
        while let Some(at) = bomb.windows(4).position(|window| window == size) {
            bomb[at..at + 4].copy_from_slice(&10u32.to_le_bytes());
        }
        let code = check_size(&bomb, 900_000).expect_err("a lie").code;
        assert!(["body_too_large", "bad_workbook"].contains(&code.as_str()), "{code}");
    }

    #[test]
    fn what_is_no_archive_is_refused() {
        assert_eq!(check_size(b"PK\x03\x04", 1_000).expect_err("no archive").code, "bad_workbook");
        assert_eq!(part(b"", "x"), None);
    }
}
