//! Columns that were typed for an old font, made Unicode.

use super::grid::Rows;
use crate::viet_text::{Cells, decode_cell, recognise_cells};

/// Cells of a column that are looked at.
const LOOKED_AT: usize = 2_000;

/// Decodes each column that is in an old font. A column that does not tell by itself (a header and
/// three words) is what the whole table is.
pub fn decode_columns(rows: &mut Rows) {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let all = recognise_cells(rows.iter().take(LOOKED_AT).flatten().map(String::as_str));
    for column in 0..width {
        let cells = rows.iter().filter_map(|row| row.get(column)).filter(|cell| !cell.is_ascii());
        let encoding = match (recognise_cells(cells.take(LOOKED_AT).map(String::as_str)), all) {
            (Cells::Font(encoding, _), _) | (Cells::Unknown, Cells::Font(encoding, _)) => encoding,
            _ => continue,
        };
        for cell in rows.iter_mut().filter_map(|row| row.get_mut(column)) {
            if let Some(text) = decode_cell(cell, encoding) {
                *cell = text;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::viet_text::{Encoding, encode};

    fn shown(text: &str, encoding: Encoding) -> String {
        encode(text, encoding).expect("written").into_iter().map(char::from).collect()
    }

    #[test]
    fn a_column_in_an_old_font_is_read_beside_proper_ones() {
        for encoding in [Encoding::Tcvn3, Encoding::Vni] {
            let names = ["Nguyễn Văn Mẫu", "Trần Thị Huệ", "Lò Văn Phượng", "Vàng Thị Mẩy"];
            let mut rows: Rows = names
                .iter()
                .map(|name| vec![shown(name, encoding), "Tổ dân phố Hòa Bình".to_owned(), "Lê Tô".to_owned()])
                .collect();
            decode_columns(&mut rows);
            for (row, name) in rows.iter().zip(names) {
                assert_eq!(row, &[name, "Tổ dân phố Hòa Bình", "Lê Tô"]);
            }
        }
    }
}
