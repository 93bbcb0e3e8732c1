//! The compound file that an XLS workbook is wrapped in: only as much as it takes to read one
//! stream, and never more bytes than the file has.

const HEADER: usize = 512;
/// Marks in the table of sectors above this are no sectors.
const LAST_SECTOR: u32 = 0xffff_fffa;
const DIRECTORY_ENTRY: usize = 128;
/// Streams shorter than this live in small sectors of the root's own stream.
const SMALL: usize = 4096;

struct File<'a> {
    bytes: &'a [u8],
    sector: usize,
    next: Vec<u32>,
}

/// The stream of that name, whole. `None`: the file is none, was cut, or its chains run in circles.
pub fn stream(bytes: &[u8], names: &[&str]) -> Option<Vec<u8>> {
    let sector = 1usize.checked_shl(u32::from(u16_at(bytes, 30)?)).filter(|size| [512, 4096].contains(size))?;
    let mut file = File { bytes, sector, next: Vec::new() };
    file.next = file.table()?;
    let directory = file.chain(u32_at(bytes, 48)?, usize::MAX)?;
    let entries: Vec<&[u8]> = directory.chunks_exact(DIRECTORY_ENTRY).collect();
    let entry = entries.iter().find(|entry| names.iter().any(|name| is_named(entry, name)))?;
    let (start, size) = (u32_at(entry, 116)?, u32_at(entry, 120)? as usize);
    if size >= SMALL {
        return file.chain(start, size);
    }
    let root = entries.first()?;
    let small = file.chain(u32_at(root, 116)?, u32_at(root, 120)? as usize)?;
    let table = file.chain(u32_at(bytes, 60)?, usize::MAX)?;
    let inner = File { bytes: &small, sector: 64, next: numbers(&table) };
    inner.chain_at(start, size, 0)
}

impl File<'_> {
    /// The table of which sector follows which.
    fn table(&self) -> Option<Vec<u32>> {
        let mut places: Vec<u32> = numbers(self.bytes.get(76..HEADER)?);
        let (mut further, mut steps) = (u32_at(self.bytes, 68)?, 0);
        while further < LAST_SECTOR {
            let more = numbers(self.sector(further, self.sector)?);
            let (last, places_here) = more.split_last()?;
            places.extend(places_here);
            further = *last;
            steps += 1;
            if steps > self.bytes.len() / self.sector {
                return None;
            }
        }
        let mut next = Vec::new();
        for place in places.into_iter().filter(|place| *place < LAST_SECTOR) {
            next.extend(numbers(self.sector(place, self.sector)?));
            if next.len() > self.bytes.len() {
                return None;
            }
        }
        Some(next)
    }

    fn sector(&self, number: u32, offset: usize) -> Option<&[u8]> {
        let at = (number as usize).checked_mul(self.sector)?.checked_add(offset)?;
        // The last sector of a file may be short.
        self.bytes.get(at..self.bytes.len().min(at.checked_add(self.sector)?))
    }

    fn chain(&self, start: u32, size: usize) -> Option<Vec<u8>> {
        self.chain_at(start, size, self.sector)
    }

    fn chain_at(&self, start: u32, size: usize, offset: usize) -> Option<Vec<u8>> {
        let (mut content, mut at) = (Vec::new(), start);
        while at < LAST_SECTOR && content.len() < size {
            content.extend_from_slice(self.sector(at, offset)?);
            // More than the file has: a circle.
            if content.len() > self.bytes.len() + self.sector {
                return None;
            }
            at = *self.next.get(at as usize)?;
        }
        if size != usize::MAX {
            if content.len() < size {
                return None;
            }
            content.truncate(size);
        }
        Some(content)
    }
}

fn is_named(entry: &[u8], name: &str) -> bool {
    let expected: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    entry.starts_with(&expected) && u16_at(entry, 64) == Some(expected.len() as u16 + 2)
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks::<4>().0.iter().map(|four| u32::from_le_bytes(*four)).collect()
}

pub fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
}

pub fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}
