//! Values of MySQL and MariaDB, from the binary form of their protocol.

use super::cell::{Cell, Unreadable};
use jiff::civil::{Date, DateTime};

/// The value of a column of type `type_name`, as sqlx names types.
pub fn cell(type_name: &str, bytes: &[u8]) -> Cell {
    let read = match type_name {
        "CHAR" | "VARCHAR" | "TEXT" | "TINYTEXT" | "MEDIUMTEXT" | "LONGTEXT" | "ENUM" | "SET" => {
            return String::from_utf8(bytes.to_vec()).map_or(Cell::Unreadable(Unreadable::BadText), Cell::Text);
        }
        "BOOLEAN" | "TINYINT" => fixed(bytes).map(|bytes| Cell::Integer(i8::from_le_bytes(bytes).into())),
        "TINYINT UNSIGNED" => fixed(bytes).map(|bytes| Cell::Integer(u8::from_le_bytes(bytes).into())),
        "SMALLINT" => fixed(bytes).map(|bytes| Cell::Integer(i16::from_le_bytes(bytes).into())),
        "SMALLINT UNSIGNED" | "YEAR" => fixed(bytes).map(|bytes| Cell::Integer(u16::from_le_bytes(bytes).into())),
        "INT" | "MEDIUMINT" => fixed(bytes).map(|bytes| Cell::Integer(i32::from_le_bytes(bytes).into())),
        "INT UNSIGNED" | "MEDIUMINT UNSIGNED" => {
            fixed(bytes).map(|bytes| Cell::Integer(u32::from_le_bytes(bytes).into()))
        }
        "BIGINT" => fixed(bytes).map(|bytes| Cell::Integer(i64::from_le_bytes(bytes))),
        "BIGINT UNSIGNED" => fixed(bytes).map(|bytes| {
            let number = u64::from_le_bytes(bytes);
            i64::try_from(number).map_or_else(|_| Cell::Number(number.to_string()), Cell::Integer)
        }),
        "FLOAT" => fixed(bytes).and_then(|bytes| float(f32::from_le_bytes(bytes).into())),
        "DOUBLE" => fixed(bytes).and_then(|bytes| float(f64::from_le_bytes(bytes))),
        "DECIMAL" => std::str::from_utf8(bytes).ok().map(|text| Cell::Number(text.to_owned())),
        "BIT" => bit(bytes),
        "DATE" => datetime(bytes).map(|at| Cell::Date(at.date())),
        "DATETIME" | "TIMESTAMP" => datetime(bytes).map(Cell::Local),
        _ => return Cell::Unreadable(Unreadable::UnknownType),
    };
    read.unwrap_or(Cell::Unreadable(Unreadable::OutOfRange))
}

fn fixed<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    bytes.try_into().ok()
}

fn float(value: f64) -> Option<Cell> {
    value.is_finite().then(|| Cell::Number(value.to_string()))
}

fn bit(bytes: &[u8]) -> Option<Cell> {
    let number = bytes.iter().try_fold(0i64, |number, byte| number.checked_mul(256)?.checked_add((*byte).into()))?;
    Some(Cell::Integer(number))
}

/// Length, year, month, day; then hour, minute, second; then microseconds: as much as is not zero.
fn datetime(bytes: &[u8]) -> Option<DateTime> {
    let (length, rest) = bytes.split_first()?;
    if usize::from(*length) != rest.len() || !matches!(length, 4 | 7 | 11) {
        return None;
    }
    let at = |index: usize| i8::try_from(rest.get(index).copied().unwrap_or(0)).ok();
    let year = i16::try_from(u16::from_le_bytes([rest[0], rest[1]])).ok()?;
    let microseconds = rest.get(7..11).map_or(Some(0), |bytes| Some(u32::from_le_bytes(bytes.try_into().ok()?)))?;
    let nanoseconds = i32::try_from(microseconds.checked_mul(1_000)?).ok()?;
    let date = Date::new(year, at(2)?, at(3)?).ok()?;
    let time = jiff::civil::Time::new(at(4)?, at(5)?, at(6)?, nanoseconds).ok()?;
    Some(date.to_datetime(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_as_long_as_they_need_to_be() {
        let day = [4, 0xC1, 0x07, 3, 5];
        assert!(cell("DATE", &day) == Cell::Date(jiff::civil::date(1985, 3, 5)));
        let at = [11, 0xEA, 0x07, 11, 24, 8, 30, 0, 0x40, 0xE2, 0x01, 0];
        let expected = "2026-11-24T08:30:00.123456".parse().expect("a time");
        assert!(cell("DATETIME", &at) == Cell::Local(expected));
        assert!(cell("DATETIME", &at[..8]) == Cell::Unreadable(Unreadable::OutOfRange), "cut");
        assert!(cell("DATE", &[4, 0, 0, 0, 0]) == Cell::Unreadable(Unreadable::OutOfRange), "0000-00-00");
    }

    #[test]
    fn numbers_keep_their_value_whatever_their_width() {
        assert!(cell("TINYINT", &[0xFF]) == Cell::Integer(-1));
        assert!(cell("TINYINT UNSIGNED", &[0xFF]) == Cell::Integer(255));
        assert!(cell("BIGINT UNSIGNED", &[0xFF; 8]) == Cell::Number("18446744073709551615".into()));
        assert!(cell("DECIMAL", b"150.50") == Cell::Number("150.50".into()));
        assert!(cell("BIT", &[1]) == Cell::Integer(1));
    }

    #[test]
    fn no_bytes_are_too_odd_to_be_looked_at() {
        use rand::{Rng, RngExt, SeedableRng};
        let names = ["CHAR", "BOOLEAN", "TINYINT UNSIGNED", "SMALLINT", "YEAR", "INT", "BIGINT", "BIGINT UNSIGNED"];
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(20_261_124);
        let mut bytes = [0u8; 13];
        for round in 0..200_000 {
            random.fill_bytes(&mut bytes);
            let length = random.random_range(0..=bytes.len());
            // Often a length that fits, so that what is behind it is looked at too.
            bytes[0] = if round % 2 == 0 { length.saturating_sub(1) as u8 } else { bytes[0] };
            for name in [names[round % names.len()], "DATE", "DATETIME", "DOUBLE", "DECIMAL", "BIT"] {
                let _ = cell(name, &bytes[..length]);
            }
        }
    }

    #[test]
    fn bytes_are_no_text() {
        assert!(cell("VARBINARY", b"x") == Cell::Unreadable(Unreadable::UnknownType));
        assert!(cell("VARCHAR", b"\xff") == Cell::Unreadable(Unreadable::BadText));
    }
}
