//! What all readers of tables share: separators, cells, columns by their names.

use calamine::Data;

/// The separator that a header uses most: comma, semicolon, tab or bar.
pub fn separator(header: &[u8]) -> u8 {
    let count = |separator: &u8| header.iter().filter(|byte| *byte == separator).count();
    [b'|', b';', b'\t', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

/// The place of a column; letter case and spaces around a name do not count.
pub fn column(header: &[String], wanted: &str) -> Option<usize> {
    header.iter().position(|name| name.trim().to_lowercase() == wanted.trim().to_lowercase())
}

/// A cell as text: days in ISO form, whole numbers without a point, for they are codes.
pub fn cell(data: &Data) -> String {
    match data {
        Data::Empty | Data::Error(_) => String::new(),
        Data::DateTime(day) => {
            let (year, month, day, ..) = day.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        other => other.to_string(),
    }
}
