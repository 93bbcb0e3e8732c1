//! CSV: UTF-8, any of three separators, quotes, rows of unequal length.

use super::table::{MOST_CELLS, MOST_COLUMNS, Rows, refused};
use schemas::SourceError;

const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// The file cut by each separator; whoever finds a header in one of them knows which was meant.
pub fn read(bytes: &[u8]) -> Result<Vec<Rows>, SourceError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if std::str::from_utf8(bytes).is_err() {
        return Err(refused("bad_encoding", "the file must be UTF-8: save it as \"CSV UTF-8\""));
    }
    let used = SEPARATORS.into_iter().filter(|separator| bytes.contains(separator));
    used.map(|separator| cut(bytes, separator)).collect()
}

fn cut(bytes: &[u8], separator: u8) -> Result<Rows, SourceError> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(bytes);
    let (mut rows, mut cells) = (Rows::new(), 0usize);
    for record in reader.records() {
        let record = record.map_err(|_| refused("bad_csv", "the file is not CSV"))?;
        cells += record.len();
        if cells > MOST_CELLS {
            return Err(refused("too_many_cells", "the file has too many cells"));
        }
        rows.push(record.iter().take(MOST_COLUMNS).map(str::to_owned).collect());
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::super::table::{Format, read as read_table};
    use crate::files::header::Column;

    fn second_cells(text: &str) -> Vec<Option<String>> {
        let table = read_table(text.as_bytes().to_vec(), Format::Csv, 1 << 20).expect(text);
        table.rows.iter().map(|row| table.header.cell(row, Column::Name)).collect()
    }

    #[test]
    fn each_separator_is_recognised_with_quotes_and_a_byte_order_mark() {
        let expected = vec![Some("Mẫu, Văn; \"A\"\tB".to_owned())];
        for separator in [",", ";", "\t"] {
            let text = format!(
                "\u{feff}Danh sách\r\nSTT{separator}Họ và tên{separator}Ngày sinh\r\n1{separator}\"Mẫu, Văn; \"\"A\"\"\tB\"{separator}1956\r\n"
            );
            assert_eq!(second_cells(&text), expected, "{separator:?}");
        }
    }

    #[test]
    fn rows_of_unequal_length_are_tolerated() {
        let text = "STT,Họ và tên,Ngày sinh\n1\n2,Mẫu,1956,thừa,thừa\n";
        assert_eq!(second_cells(text), [None, Some("Mẫu".to_owned())]);
    }

    #[test]
    fn another_encoding_and_a_list_without_a_header_are_refused() {
        let code =
            |bytes: &[u8]| read_table(bytes.to_vec(), Format::Csv, 1 << 20).map(|_| ()).expect_err("refused").code;
        assert_eq!(code(b"STT,H\xe4 t\xaan,Ng\xb5y sinh\n"), "bad_encoding");
        assert_eq!(code(b"a,b,c\n1,2,3\n"), "no_header");
        assert_eq!(code(b""), "no_header");
    }
}
