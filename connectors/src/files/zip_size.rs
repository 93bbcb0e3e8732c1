//! How much a ZIP archive says it will unpack to, before anything unpacks it.

/// Marks of the format: the end record and an entry of the directory.
const END: &[u8] = b"PK\x05\x06";
const ENTRY: &[u8] = b"PK\x01\x02";
/// The end record is the last 22 bytes, before a comment of at most 65,535.
const END_LENGTH: usize = 22;
const LONGEST_COMMENT: usize = 65_535;
const ENTRY_LENGTH: usize = 46;

/// The declared sizes of all entries, summed; `None` if this is no archive that a spreadsheet
/// program writes (ZIP64 included: such lists are far from 4 GiB).
pub fn unpacked_bytes(archive: &[u8]) -> Option<u64> {
    let from = archive.len().saturating_sub(END_LENGTH + LONGEST_COMMENT);
    let end = from + archive.get(from..)?.windows(END.len()).rposition(|window| window == END)?;
    let entries = u16_at(archive, end + 10)?;
    let mut at = u32_at(archive, end + 16)? as usize;
    let mut sum = 0u64;
    for _ in 0..entries {
        if archive.get(at..at + ENTRY.len())? != ENTRY {
            return None;
        }
        let size = u32_at(archive, at + 24)?;
        if size == u32::MAX {
            return None;
        }
        sum += u64::from(size);
        let variable = [28, 30, 32].map(|offset| u16_at(archive, at + offset).map(usize::from));
        at += ENTRY_LENGTH + variable.into_iter().sum::<Option<usize>>()?;
    }
    Some(sum)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workbook_tells_its_size_and_a_cut_one_does_not() {
        let mut workbook = rust_xlsxwriter::Workbook::new();
        workbook.add_worksheet().write_string(0, 0, "x".repeat(10_000)).expect("written");
        let archive = workbook.save_to_buffer().expect("saved");
        let bytes = unpacked_bytes(&archive).expect("an archive");
        assert!(bytes > 10_000 && bytes > archive.len() as u64, "{bytes}");
        assert_eq!(unpacked_bytes(&archive[..archive.len() / 2]), None);
        assert_eq!(unpacked_bytes(b""), None);
    }
}
