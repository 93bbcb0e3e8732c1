//! A row as bytes: as far as it was read, each text with its length before it.

use reconcile::engine::{Columns, Row, View};
use schemas::Dataset;
use schemas::record::{
    CivilEventRecord, CivilEventView, DossierRecord, DossierView, LandRightRecord, LandRightView, PersonRecord,
    PersonView,
};

/// The length of no text; that of a text is one more.
const NOTHING: u32 = 0;

/// How many columns a record has.
fn columns(dataset: Dataset) -> usize {
    match dataset {
        Dataset::Person => PersonRecord::COLUMNS.len(),
        Dataset::CivilEvent => CivilEventRecord::COLUMNS.len(),
        Dataset::LandRight => LandRightRecord::COLUMNS.len(),
        Dataset::Dossier => DossierRecord::COLUMNS.len(),
    }
}

pub(super) fn write(row: &Row<'_>, out: &mut Vec<u8>) {
    write_head(row, out);
    for value in [Some(row.record_key), row.commune, row.updated_at] {
        text(value, out);
    }
    (0..columns(row.dataset())).for_each(|at| text(row.text(at, 0), out));
}

/// Source, part and dataset.
pub(super) fn write_head(row: &Row<'_>, out: &mut Vec<u8>) {
    number(row.source as u32, out);
    number(u32::from(row.part), out);
    out.push(row.dataset() as u8);
}

pub(super) fn number(value: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(&value.to_le_bytes());
}

pub(super) fn text(value: Option<&str>, out: &mut Vec<u8>) {
    // A record is a few hundred bytes.
    number(value.map_or(NOTHING, |value| value.len() as u32 + 1), out);
    out.extend_from_slice(value.unwrap_or_default().as_bytes());
}

/// The next row, with `bytes` moved behind it; `None` where they are not what [`write`] wrote.
pub(super) fn read<'a>(bytes: &mut &'a [u8]) -> Option<Row<'a>> {
    let (source, part, dataset) = read_head(bytes)?;
    let (record_key, commune, updated_at) = (read_text(bytes)??, read_text(bytes)?, read_text(bytes)?);
    let mut is_whole = true;
    let column = |_| {
        let text = read_text(bytes);
        is_whole &= text.is_some();
        text.flatten()
    };
    let view = match dataset {
        Dataset::Person => View::Person(PersonView::from_columns(column)),
        Dataset::CivilEvent => View::CivilEvent(CivilEventView::from_columns(column)),
        Dataset::LandRight => View::LandRight(LandRightView::from_columns(column)),
        Dataset::Dossier => View::Dossier(DossierView::from_columns(column)),
    };
    is_whole.then_some(Row { source, record_key, part, commune, updated_at, view })
}

pub(super) fn read_head(bytes: &mut &[u8]) -> Option<(usize, u16, Dataset)> {
    let source = read_number(bytes)? as usize;
    let part = u16::try_from(read_number(bytes)?).ok()?;
    let (dataset, rest) = bytes.split_first()?;
    *bytes = rest;
    let dataset = Dataset::ALL.into_iter().find(|known| *known as u8 == *dataset)?;
    Some((source, part, dataset))
}

pub(super) fn read_number(bytes: &mut &[u8]) -> Option<u32> {
    let (number, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u32::from_le_bytes(*number))
}

/// `None` where there is no more of it; `Some(None)`: no text was written.
pub(super) fn read_text<'a>(bytes: &mut &'a [u8]) -> Option<Option<&'a str>> {
    let Some(length) = read_number(bytes)?.checked_sub(1) else { return Some(None) };
    let (text, rest) = bytes.split_at_checked(length as usize)?;
    *bytes = rest;
    std::str::from_utf8(text).ok().map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> [Row<'static>; 4] {
        let person = PersonView { name: Some("Lò Thị Ánh"), mother_name: Some(""), ..PersonView::default() };
        let views = [
            View::Person(person),
            View::CivilEvent(CivilEventView { event: Some("birth"), ..CivilEventView::default() }),
            View::LandRight(LandRightView { serial: Some("BA 123456"), ..LandRightView::default() }),
            View::Dossier(DossierView { status: Some("done"), ..DossierView::default() }),
        ];
        let row = |(n, view)| Row {
            source: n,
            record_key: ["khoá", "", "k\n2", "k3"][n],
            part: [0, 1, u16::MAX, 7][n],
            commune: [None, Some("00691"), Some(""), None][n],
            updated_at: [Some("2026-11-03T09:00:00+07:00"), None, None, Some("")][n],
            view,
        };
        views.into_iter().enumerate().map(row).collect::<Vec<_>>().try_into().ok().expect("four")
    }

    fn told(row: &Row<'_>) -> Vec<Option<String>> {
        let view = (0..columns(row.dataset())).map(|at| row.text(at, 0));
        let head = [Some(row.record_key), row.commune, row.updated_at];
        let numbers = [Some(format!("{} {} {:?}", row.source, row.part, row.dataset()))];
        numbers.into_iter().chain(head.into_iter().chain(view).map(|text| text.map(str::to_owned))).collect()
    }

    #[test]
    fn rows_come_back_as_they_were_one_behind_the_other() {
        let mut bytes = Vec::new();
        rows().iter().for_each(|row| write(row, &mut bytes));
        let mut rest = bytes.as_slice();
        for row in rows() {
            assert_eq!(told(&read(&mut rest).expect("a row")), told(&row));
        }
        assert!(rest.is_empty() && read(&mut rest).is_none());
    }

    #[test]
    fn bytes_that_end_too_early_are_no_row() {
        for row in rows() {
            let mut bytes = Vec::new();
            write(&row, &mut bytes);
            for length in 0..bytes.len() {
                assert!(read(&mut &bytes[..length]).is_none(), "{length} of {}", bytes.len());
            }
        }
    }
}
