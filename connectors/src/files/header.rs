//! Which column is which: by the folded words of one to three header rows.
//!
//! Offices merge cells: a group (`Chủ sử dụng`) over several columns, a header over two rows. Of a
//! column the lowest text counts; where that alone says nothing, the group and it together do.

use super::grid::Rows;
use super::shape::Shape;
use crate::read::text::{clean, fold};
use std::collections::BTreeSet;

/// Title rows above the header.
const FARTHEST: usize = 50;
/// Header rows under each other.
const HIGHEST: usize = 3;

/// Where each known column stands.
#[derive(Debug, Clone, Default)]
pub struct Header {
    places: Vec<(String, usize)>,
    /// Rows of the header, with a row of column numbers below it.
    pub height: usize,
    /// The header rows as they are, trimmed, to know them again.
    rows: Rows,
}

impl Header {
    /// The place behind the header rows that show the most columns of the shape.
    pub fn find(rows: &Rows, shape: &Shape, file: &str, sheet: &str) -> Option<(usize, Self)> {
        let folded: Vec<Vec<String>> =
            rows.iter().take(FARTHEST + HIGHEST).map(|row| row.iter().map(|cell| fold(cell)).collect()).collect();
        if let Some(found) = by_form(rows, &folded, shape, file, sheet) {
            return Some(found);
        }
        let starts = match shape.header_row {
            Some(row) => row..row.saturating_add(1),
            None => 0..FARTHEST,
        };
        let mut best: Option<(usize, Self)> = None;
        for start in starts {
            for height in 1..=HIGHEST {
                let Some(window) = folded.get(start..start + height) else { continue };
                let header = Self { places: places(window, shape), height, rows: Rows::new() };
                let good = header.known() >= shape.least && shape.needs.iter().all(|need| header.place(need).is_some());
                // Of equal ones the lowest: what it has more would be titles.
                let better = |other: &Self| {
                    (header.known(), std::cmp::Reverse(header.height))
                        > (other.known(), std::cmp::Reverse(other.height))
                };
                if good && best.as_ref().is_none_or(|(_, other)| better(other)) {
                    best = Some((start + height, header));
                }
            }
        }
        let (end, mut header) = best?;
        let begin = end - header.height;
        header.rows = rows.get(begin..end)?.iter().map(trimmed).collect();
        let numbers = rows.get(end).is_some_and(|row| is_numbering(row));
        header.height += usize::from(numbers);
        Some((end + usize::from(numbers), header))
    }

    /// Columns that are known.
    pub fn known(&self) -> usize {
        self.places.iter().map(|(_, at)| at).collect::<BTreeSet<_>>().len()
    }

    pub fn place(&self, target: &str) -> Option<usize> {
        self.places.iter().find(|(known, _)| known == target).map(|(_, at)| *at)
    }

    pub fn targets(&self) -> impl Iterator<Item = &str> {
        self.places.iter().map(|(target, _)| target.as_str())
    }

    /// The trimmed text of a column in a row.
    pub fn cell(&self, row: &[String], target: &str) -> Option<String> {
        clean(row.get(self.place(target)?)?)
    }

    /// A header row that stands again in the middle of the table, as on each printed page.
    pub fn is_repeated(&self, row: &[String]) -> bool {
        let begins_alike = |header: &Vec<String>| {
            let first = header.iter().position(|cell| !cell.is_empty());
            first.is_some_and(|at| row.get(at).is_some_and(|cell| cell.trim() == header[at]))
        };
        self.rows.iter().any(|header| begins_alike(header) && trimmed(row) == *header) || is_numbering(row)
    }
}

/// A form with fixed places, known by its mark in a title or a name.
fn by_form(rows: &Rows, folded: &[Vec<String>], shape: &Shape, file: &str, sheet: &str) -> Option<(usize, Header)> {
    let form = shape.form.as_ref()?;
    let titled = folded.iter().take(form.head).flatten().any(|cell| cell.contains(form.mark));
    if !(titled || fold(file).contains(form.mark) || fold(sheet).contains(form.mark)) {
        return None;
    }
    let places = form.places.iter().map(|(target, at)| ((*target).to_owned(), *at)).collect();
    let rows = rows.iter().take(form.head).map(trimmed).filter(|row| row.len() > 1).collect();
    Some((form.head, Header { places, height: form.head, rows }))
}

fn places(window: &[Vec<String>], shape: &Shape) -> Vec<(String, usize)> {
    let width = window.iter().map(Vec::len).max().unwrap_or(0);
    let mut groups = vec![String::new(); window.len()];
    let mut places: Vec<(String, usize)> = Vec::new();
    for at in 0..width {
        let text = |row: usize| window[row].get(at).map_or("", String::as_str);
        let lowest = (0..window.len()).rev().find(|row| !text(*row).is_empty());
        for (row, group) in groups.iter_mut().enumerate() {
            // A merged cell has its text in its first column only; a header of its own ends it.
            if !text(row).is_empty() {
                text(row).clone_into(group);
            }
        }
        let Some(lowest) = lowest else { continue };
        let with_group: String = groups[..lowest].concat() + text(lowest);
        let targets = |word: &str| -> Vec<&String> {
            let has = |words: &[String]| words.iter().any(|known| known == word);
            shape.columns.iter().filter(|column| has(&column.words)).map(|column| &column.target).collect()
        };
        // The group is the more exact one: "Giấy chứng nhận, số tờ" is not the map's sheet.
        let mut found = targets(&with_group);
        if found.is_empty() {
            found = targets(text(lowest));
        }
        for target in found {
            // A header that stands twice: the first column counts.
            if !places.iter().any(|(known, _)| known == target) {
                places.push((target.clone(), at));
            }
        }
    }
    places
}

/// `(1) (2) (3)` or `1 2 3` below the headers.
fn is_numbering(row: &[String]) -> bool {
    let number = |cell: &String| cell.trim().trim_matches(['(', ')', '[', ']']).parse::<u16>().ok();
    let mut last = 0;
    let mut count = 0;
    for cell in row.iter().filter(|cell| !cell.trim().is_empty()) {
        match number(cell) {
            Some(next) if next > last && next <= last + 3 => last = next,
            _ => return false,
        }
        count += 1;
    }
    count >= 3
}

fn trimmed(row: impl AsRef<[String]>) -> Vec<String> {
    let row = row.as_ref();
    let end = row.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |at| at + 1);
    row[..end].iter().map(|cell| cell.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::templates;
    use super::*;

    fn rows(lines: &[&str]) -> Rows {
        lines.iter().map(|line| line.split('|').map(str::to_owned).collect()).collect()
    }

    fn find(rows: &Rows, key: &str) -> Option<(usize, Header)> {
        let shape = templates::known().into_iter().find(|shape| shape.key == key).expect("a template");
        Header::find(rows, &shape, "00691.xlsx", "Sheet1")
    }

    #[test]
    fn the_header_is_found_below_the_titles_in_any_spelling() {
        let rows = rows(&["DANH SÁCH NHÂN KHẨU||", "", "stt|HỌ VÀ TÊN|Số  định danh|Ghi chú", "1|Mẫu|099085000123|"]);
        let (end, header) = find(&rows, "").expect("a header");
        assert_eq!((end, header.known(), header.height), (3, 3, 1));
        assert_eq!(header.cell(&rows[3], "name").as_deref(), Some("Mẫu"));
        assert_eq!(header.cell(&rows[3], "sex"), None);
    }

    #[test]
    fn merged_header_rows_are_read_together_and_a_row_of_numbers_is_no_person() {
        let rows = rows(&[
            "DANH SÁCH",
            "STT|Giấy tờ||Họ và tên|Gia đình||Ngày sinh",
            "|Số định danh|Số CMND||Họ tên cha|Họ tên mẹ|",
            "(1)|(2)|(3)|(4)|(5)|(6)|(7)",
            "1|099085000123||Mẫu|A|B|1985",
        ]);
        let (end, header) = find(&rows, "").expect("a header");
        assert_eq!((end, header.known(), header.height), (4, 7, 3));
        for (target, expected) in [("personal_id", "099085000123"), ("father_name", "A"), ("birth_date", "1985")] {
            assert_eq!(header.cell(&rows[4], target).as_deref(), Some(expected), "{target}");
        }
        assert!(header.is_repeated(&rows[1]) && header.is_repeated(&rows[2]) && header.is_repeated(&rows[3]));
        assert!(!header.is_repeated(&rows[4]));
    }

    #[test]
    fn a_group_tells_two_columns_of_one_name_apart() {
        let rows = rows(&[
            "STT|Số phát hành|Họ và tên|CCCD|Giấy chứng nhận||Bản đồ địa chính|",
            "||||Số tờ|Số thửa|Số tờ|Số thửa",
            "1|AA 00000001|Mẫu|099085000123|5|6|7|8",
        ]);
        let (_, header) = find(&rows, "dat").expect("a header");
        let cells = ["old_sheet", "old_parcel", "sheet", "parcel"].map(|target| header.cell(&rows[2], target));
        assert_eq!(cells.map(|cell| cell.unwrap_or_default()), ["5", "6", "7", "8"]);
    }

    #[test]
    fn a_row_with_two_headers_is_no_header_row() {
        assert!(find(&rows(&["STT|Họ và tên|x", "1|Mẫu|y"]), "").is_none());
    }
}
