//! Values of PostgreSQL, from the binary form of its protocol.

use super::cell::{Cell, Unreadable};
use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp};

/// The value of a column of type `type_name`, as sqlx names types.
pub fn cell(type_name: &str, bytes: &[u8]) -> Cell {
    let read = match type_name {
        // Its padding means nothing to PostgreSQL, and a key is compared as text.
        "CHAR" => {
            let text = std::str::from_utf8(bytes).map(|text| text.trim_end_matches(' ').to_owned());
            return text.map_or(Cell::Unreadable(Unreadable::BadText), Cell::Text);
        }
        "TEXT" | "VARCHAR" | "NAME" | "\"CHAR\"" | "CITEXT" | "citext" | "UNKNOWN" => {
            return String::from_utf8(bytes.to_vec()).map_or(Cell::Unreadable(Unreadable::BadText), Cell::Text);
        }
        "BOOL" => bytes.first().map(|byte| Cell::Flag(*byte != 0)),
        "INT2" => fixed(bytes).map(|bytes| Cell::Integer(i16::from_be_bytes(bytes).into())),
        "INT4" => fixed(bytes).map(|bytes| Cell::Integer(i32::from_be_bytes(bytes).into())),
        "INT8" => fixed(bytes).map(|bytes| Cell::Integer(i64::from_be_bytes(bytes))),
        "OID" => fixed(bytes).map(|bytes| Cell::Integer(u32::from_be_bytes(bytes).into())),
        "FLOAT4" => fixed(bytes).and_then(|bytes| float(f32::from_be_bytes(bytes).into())),
        "FLOAT8" => fixed(bytes).and_then(|bytes| float(f64::from_be_bytes(bytes))),
        "NUMERIC" => numeric(bytes).map(Cell::Number),
        "UUID" => fixed(bytes).map(|bytes: [u8; 16]| Cell::Uuid(uuid(&bytes))),
        "DATE" => fixed(bytes).and_then(|bytes| date(i32::from_be_bytes(bytes))).map(Cell::Date),
        "TIMESTAMP" => fixed(bytes).and_then(|bytes| local(i64::from_be_bytes(bytes))).map(Cell::Local),
        "TIMESTAMPTZ" => fixed(bytes).and_then(|bytes| instant(i64::from_be_bytes(bytes))).map(Cell::Instant),
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

/// Days since 2000-01-01; the extremes mean infinity.
fn date(days: i32) -> Option<Date> {
    let epoch = jiff::civil::date(2000, 1, 1);
    epoch.checked_add(SignedDuration::from_hours(i64::from(days).checked_mul(24)?)).ok()
}

/// Microseconds since 2000-01-01.
fn local(microseconds: i64) -> Option<DateTime> {
    let epoch = jiff::civil::date(2000, 1, 1).at(0, 0, 0, 0);
    epoch.checked_add(SignedDuration::from_micros(microseconds)).ok()
}

fn instant(microseconds: i64) -> Option<Timestamp> {
    const EPOCH_S: i64 = 946_684_800;
    Timestamp::from_second(EPOCH_S).ok()?.checked_add(SignedDuration::from_micros(microseconds)).ok()
}

pub fn uuid(bytes: &[u8; 16]) -> String {
    let digits = hex::encode(bytes);
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

/// Groups of four decimal digits: count, weight of the first, sign, digits behind the point.
fn numeric(bytes: &[u8]) -> Option<String> {
    const NEGATIVE: u16 = 0x4000;
    let (head, groups) = bytes.split_at_checked(8)?;
    let head: Vec<u16> = head.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    let (count, weight, sign, scale) = (usize::from(head[0]), head[1].cast_signed(), head[2], usize::from(head[3]));
    if sign != 0 && sign != NEGATIVE || groups.len() != count * 2 {
        return None;
    }
    let groups: Vec<u16> = groups.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    let group = |at: i16| usize::try_from(at).ok().and_then(|at| groups.get(at)).copied().unwrap_or(0);
    let whole: String = (0..=weight).map(|at| format!("{:04}", group(at))).collect();
    let whole = whole.trim_start_matches('0');
    let fraction: String = (1..=scale.div_ceil(4))
        .map(|at| format!("{:04}", group(weight.saturating_add(i16::try_from(at).unwrap_or(i16::MAX)))))
        .collect();
    let mut text = String::from(if sign == NEGATIVE { "-" } else { "" });
    text.push_str(if whole.is_empty() { "0" } else { whole });
    if scale > 0 {
        text.push('.');
        text.push_str(fraction.get(..scale)?);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numeric_of(weight: i16, sign: u16, scale: u16, groups: &[u16]) -> Option<String> {
        let head = [groups.len() as u16, weight.cast_unsigned(), sign, scale];
        let bytes: Vec<u8> = head.iter().chain(groups).flat_map(|number| number.to_be_bytes()).collect();
        numeric(&bytes)
    }

    #[test]
    fn a_decimal_number_is_put_together_from_its_groups() {
        assert_eq!(numeric_of(0, 0, 2, &[150, 5000]).as_deref(), Some("150.50"));
        assert_eq!(numeric_of(2, 0, 0, &[990, 8500, 123]).as_deref(), Some("99085000123"));
        assert_eq!(numeric_of(1, 0, 0, &[5]).as_deref(), Some("50000"), "groups of zeros are left out");
        assert_eq!(numeric_of(-1, 0x4000, 3, &[500]).as_deref(), Some("-0.050"));
        assert_eq!(numeric_of(0, 0, 0, &[]).as_deref(), Some("0"));
        assert_eq!(numeric_of(0, 0xC000, 0, &[]), None, "not a number");
        assert_eq!(numeric(&[0, 1]), None);
    }

    #[test]
    fn times_count_from_the_year_2000() {
        assert!(cell("DATE", &0i32.to_be_bytes()) == Cell::Date(jiff::civil::date(2000, 1, 1)));
        assert!(cell("DATE", &(-5_415i32).to_be_bytes()) == Cell::Date(jiff::civil::date(1985, 3, 5)));
        let at: Timestamp = "2000-01-01T00:00:01.5Z".parse().expect("an instant");
        assert!(cell("TIMESTAMPTZ", &1_500_000i64.to_be_bytes()) == Cell::Instant(at));
        for (name, bytes) in [("DATE", i32::MAX.to_be_bytes().to_vec()), ("TIMESTAMP", i64::MAX.to_be_bytes().to_vec())]
        {
            assert!(cell(name, &bytes) == Cell::Unreadable(Unreadable::OutOfRange), "infinity");
        }
    }

    #[test]
    fn no_bytes_are_too_odd_to_be_looked_at() {
        use rand::{Rng, RngExt, SeedableRng};
        let names =
            ["TEXT", "CHAR", "BOOL", "INT2", "INT4", "INT8", "OID", "FLOAT4", "FLOAT8", "NUMERIC", "UUID", "DATE"];
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(20_261_124);
        let mut bytes = [0u8; 24];
        for round in 0..200_000 {
            random.fill_bytes(&mut bytes);
            let length = random.random_range(0..=bytes.len());
            for name in [names[round % names.len()], "TIMESTAMP", "TIMESTAMPTZ"] {
                let _ = cell(name, &bytes[..length]);
            }
        }
    }

    #[test]
    fn a_type_that_is_not_known_and_broken_bytes_are_said() {
        assert!(cell("BYTEA", b"x") == Cell::Unreadable(Unreadable::UnknownType));
        assert!(cell("INT4", b"x") == Cell::Unreadable(Unreadable::OutOfRange));
        assert!(cell("TEXT", b"\xff") == Cell::Unreadable(Unreadable::BadText));
    }
}
