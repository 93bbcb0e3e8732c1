//! Which column is which: by the folded words of the header row.

use super::table::Rows;
use crate::read::text::fold;

/// Title rows above the header.
const FARTHEST: usize = 50;
const LEAST_HEADERS: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    Number,
    PersonalId,
    OldId,
    Name,
    BirthDate,
    Sex,
    Ethnicity,
    Hamlet,
    CommuneName,
    CommuneCode,
    District,
    Province,
    Father,
    Mother,
    Spouse,
    MaritalStatus,
    RelationToHead,
    Household,
}

/// Folded words of each column, the usual one first.
const WORDS: &[(Column, &[&str])] = &[
    (Column::Number, &["stt", "sott", "sothutu", "tt"]),
    (
        Column::PersonalId,
        &["sodinhdanh", "sodinhdanhcanhan", "madinhdanh", "sodddcn", "soddcn", "cccd", "socccd", "socancuoc"],
    ),
    (Column::OldId, &["socmnd", "cmnd", "sochungminh", "sochungminhnhandan"]),
    (Column::Name, &["hovaten", "hoten", "hovatenkhaisinh", "hochudemvaten"]),
    (Column::BirthDate, &["ngaysinh", "ngaythangnamsinh", "namsinh"]),
    (Column::Sex, &["gioitinh", "gioi", "namnu"]),
    (Column::Ethnicity, &["dantoc"]),
    (Column::Hamlet, &["thonxom", "thon", "xom", "thonban", "thonbantodanpho", "diachi"]),
    (Column::CommuneName, &["xaphuong", "xa", "phuongxa", "tenxa", "xaphuongthitran"]),
    (Column::CommuneCode, &["maxa", "maxaphuong", "madonvi"]),
    (Column::District, &["huyen", "quanhuyen", "huyenquan"]),
    (Column::Province, &["tinh", "tinhthanh", "tinhthanhpho"]),
    (Column::Father, &["hotencha", "hovatencha", "cha", "tencha"]),
    (Column::Mother, &["hotenme", "hovatenme", "me", "tenme"]),
    (Column::Spouse, &["hotenvochong", "hovatenvochong", "vochong"]),
    (Column::MaritalStatus, &["tinhtranghonnhan", "honnhan"]),
    (Column::RelationToHead, &["quanhevoichuho", "quanhechuho", "quanhe"]),
    (Column::Household, &["sohokhau", "sosohokhau", "sohk"]),
];

/// Where each known column stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    places: Vec<(Column, usize)>,
    /// Headers that are not known: only how many, they may be anything.
    pub unknown: usize,
}

impl Header {
    /// The first row that holds at least three known headers.
    pub fn find(rows: &Rows) -> Option<(usize, Self)> {
        rows.iter()
            .take(FARTHEST)
            .enumerate()
            .map(|(at, row)| (at, Self::of(row)))
            .find(|(_, header)| header.known() >= LEAST_HEADERS)
    }

    fn of(row: &[String]) -> Self {
        let mut header = Self::default();
        for (at, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.trim().is_empty()) {
            let folded = fold(cell);
            match WORDS.iter().find(|(_, words)| words.contains(&folded.as_str())) {
                // A header that stands twice: the first column counts.
                Some((column, _)) if header.place(*column).is_none() => header.places.push((*column, at)),
                _ => header.unknown += 1,
            }
        }
        header
    }

    pub fn known(&self) -> usize {
        self.places.len()
    }

    pub fn place(&self, column: Column) -> Option<usize> {
        self.places.iter().find(|(known, _)| *known == column).map(|(_, at)| *at)
    }

    /// The trimmed text of a column in a row.
    pub fn cell(&self, row: &[String], column: Column) -> Option<String> {
        crate::read::text::clean(row.get(self.place(column)?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(lines: &[&str]) -> Rows {
        lines.iter().map(|line| line.split('|').map(str::to_owned).collect()).collect()
    }

    #[test]
    fn the_header_is_found_below_the_titles_in_any_spelling() {
        let rows = rows(&["DANH SÁCH NHÂN KHẨU||", "", "stt|HỌ VÀ TÊN|Số  định danh|Ghi chú", "1|Mẫu|099085000123|"]);
        let (at, header) = Header::find(&rows).expect("a header");
        assert_eq!((at, header.known(), header.unknown), (2, 3, 1));
        assert_eq!(header.cell(&rows[3], Column::Name).as_deref(), Some("Mẫu"));
        assert_eq!(header.cell(&rows[3], Column::Sex), None);
    }

    #[test]
    fn a_row_with_two_headers_is_no_header_row() {
        assert!(Header::find(&rows(&["STT|Họ và tên|x", "1|Mẫu|y"])).is_none());
    }

    #[test]
    fn no_word_means_two_columns() {
        let words: Vec<&str> = WORDS.iter().flat_map(|(_, words)| words.iter().copied()).collect();
        let unique: std::collections::BTreeSet<_> = words.iter().collect();
        assert_eq!(words.len(), unique.len());
    }
}
