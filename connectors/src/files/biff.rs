//! The records of an XLS workbook, walked to see how large its sheets are before anybody believes
//! what they say.

use super::grid::refused;
use super::ole::{self, u16_at, u32_at};
use schemas::SourceError;

/// Cells of the rectangle around a sheet's cells, summed over the sheets.
const LARGEST_AREA: u64 = 6_000_000;

const BEGIN: u16 = 0x0809;
const DIMENSIONS: u16 = 0x0200;
const DATE_MODE: u16 = 0x0022;
const FILE_PASS: u16 = 0x002f;
/// Number, label, label of the shared table, RK, several RK, formula, boolean, rich string.
const CELLS: [u16; 8] = [0x0203, 0x0204, 0x00fd, 0x027e, 0x00bd, 0x0006, 0x0205, 0x00d6];

pub struct Facts {
    pub from_1904: bool,
}

#[derive(Default)]
struct Extent {
    rows: Option<(u32, u32)>,
    columns: Option<(u32, u32)>,
}

impl Extent {
    fn see(&mut self, row: u32, column: u32) {
        let wider = |range: Option<(u32, u32)>, at: u32| Some(range.map_or((at, at), |(a, b)| (a.min(at), b.max(at))));
        self.rows = wider(self.rows, row);
        self.columns = wider(self.columns, column);
    }

    fn area(&self) -> u64 {
        let length = |range: Option<(u32, u32)>| range.map_or(0, |(from, to)| u64::from(to - from) + 1);
        length(self.rows) * length(self.columns)
    }
}

pub fn look(bytes: &[u8]) -> Result<Facts, SourceError> {
    let bad = || refused("bad_workbook", "the file is not a workbook, or was cut");
    let stream = ole::stream(bytes, &["Workbook", "Book"]).ok_or_else(bad)?;
    let too_large = || refused("too_many_cells", "a sheet of the workbook spans too many cells");
    let (mut facts, mut area, mut sheet) = (Facts { from_1904: false }, 0u64, Extent::default());
    let mut at = 0;
    while at + 4 <= stream.len() {
        let (kind, length) = (u16_at(&stream, at).ok_or_else(bad)?, u16_at(&stream, at + 2).ok_or_else(bad)?);
        let body = stream.get(at + 4..at + 4 + usize::from(length)).ok_or_else(bad)?;
        match kind {
            BEGIN => area += std::mem::take(&mut sheet).area(),
            DATE_MODE => facts.from_1904 |= u16_at(body, 0) == Some(1),
            FILE_PASS => return Err(refused("workbook_locked", "the workbook is locked with a password")),
            DIMENSIONS if dimensions(body).is_none_or(|stated| stated > LARGEST_AREA) => return Err(too_large()),
            _ if CELLS.contains(&kind) => {
                if let (Some(row), Some(column)) = (u16_at(body, 0), u16_at(body, 2)) {
                    sheet.see(u32::from(row), u32::from(column));
                    if kind == 0x00bd {
                        let last = u16_at(body, body.len().saturating_sub(2)).unwrap_or(column);
                        sheet.see(u32::from(row), u32::from(last));
                    }
                }
            }
            _ => {}
        }
        at += 4 + usize::from(length);
    }
    area += sheet.area();
    if area > LARGEST_AREA { Err(too_large()) } else { Ok(facts) }
}

/// The area that a sheet claims: from, to (one behind the last) for rows and columns.
fn dimensions(body: &[u8]) -> Option<u64> {
    let (rows, columns) = match body.len() {
        10 => (
            (u32::from(u16_at(body, 0)?), u32::from(u16_at(body, 2)?)),
            (u32::from(u16_at(body, 4)?), u32::from(u16_at(body, 6)?)),
        ),
        14 => ((u32_at(body, 0)?, u32_at(body, 4)?), (u32::from(u16_at(body, 8)?), u32::from(u16_at(body, 10)?))),
        _ => return None,
    };
    // A span that ends before it begins is a lie as well.
    let length = |(from, to): (u32, u32)| to.checked_sub(from).map(|length| u64::from(length) + 1);
    Some(length(rows)? * length(columns)?)
}
