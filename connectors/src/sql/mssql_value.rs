//! Values of SQL Server, as its driver decodes them.

use super::cell::{Cell, Unreadable};
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use tiberius::{ColumnData, ColumnType};

/// Hundred-nanosecond steps and finer: a scale is at most 9.
const NANOSECONDS: u32 = 1_000_000_000;

pub fn cell(column: ColumnType, data: &ColumnData<'_>) -> Cell {
    use ColumnData as D;
    let read = match data {
        D::U8(value) => value.map(|value| Some(Cell::Integer(value.into()))),
        D::I16(value) => value.map(|value| Some(Cell::Integer(value.into()))),
        D::I32(value) => value.map(|value| Some(Cell::Integer(value.into()))),
        D::I64(value) => value.map(|value| Some(Cell::Integer(value))),
        D::F32(value) => value.map(|value| float(value.into())),
        D::F64(value) => value.map(float),
        D::Bit(value) => value.map(|value| Some(Cell::Flag(value))),
        D::String(value) => value.as_ref().map(|value| Some(text(column, value))),
        D::Guid(value) => value.as_ref().map(|value| Some(Cell::Uuid(value.to_string()))),
        D::Numeric(value) => value.map(|value| Some(Cell::Number(decimal(value.value(), value.scale())))),
        D::Date(value) => value.map(|value| day(1, value.days().into()).map(Cell::Date)),
        D::DateTime2(value) => value.map(|value| datetime2(value).map(Cell::Local)),
        D::DateTimeOffset(value) => value.map(|value| instant(value.datetime2()).map(Cell::Instant)),
        D::DateTime(value) => value.map(|value| legacy(value).map(Cell::Legacy)),
        D::SmallDateTime(value) => value.map(|value| {
            let at = day(1900, value.days().into())?.at(0, 0, 0, 0);
            at.checked_add(SignedDuration::from_mins(value.seconds_fragments().into())).ok().map(Cell::Local)
        }),
        _ => return Cell::Unreadable(Unreadable::UnknownType),
    };
    match read {
        None => Cell::Null,
        Some(None) => Cell::Unreadable(Unreadable::OutOfRange),
        Some(Some(cell)) => cell,
    }
}

fn text(column: ColumnType, value: &str) -> Cell {
    match column {
        ColumnType::BigVarChar | ColumnType::BigChar | ColumnType::Text => Cell::Narrow(value.to_owned()),
        _ => Cell::Text(value.to_owned()),
    }
}

fn float(value: f64) -> Option<Cell> {
    value.is_finite().then(|| Cell::Number(value.to_string()))
}

fn decimal(value: i128, scale: u8) -> String {
    let scale = usize::from(scale);
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let sign = if value < 0 { "-" } else { "" };
    if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// So many days after the first of January of `year`.
fn day(year: i16, days: i64) -> Option<Date> {
    Date::new(year, 1, 1).ok()?.checked_add(SignedDuration::from_hours(days.checked_mul(24)?)).ok()
}

fn datetime2(value: tiberius::time::DateTime2) -> Option<DateTime> {
    let step = NANOSECONDS.checked_div(10u32.checked_pow(value.time().scale().into())?)?;
    let nanoseconds = value.time().increments().checked_mul(step.into())?;
    let midnight = day(1, value.date().days().into())?.at(0, 0, 0, 0);
    midnight.checked_add(SignedDuration::from_nanos(i64::try_from(nanoseconds).ok()?)).ok()
}

/// `datetimeoffset` travels in UTC, its offset beside it.
fn instant(value: tiberius::time::DateTime2) -> Option<Timestamp> {
    Offset::UTC.to_timestamp(datetime2(value)?).ok()
}

/// Days since 1900 and three-hundredths of a second, shown to the millisecond as the server does.
fn legacy(value: tiberius::time::DateTime) -> Option<DateTime> {
    let milliseconds = (i64::from(value.seconds_fragments()) * 10 + 1) / 3;
    let midnight = day(1900, value.days().into())?.at(0, 0, 0, 0);
    midnight.checked_add(SignedDuration::from_millis(milliseconds)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;
    use tiberius::numeric::Numeric;
    use tiberius::time::{Date as SqlDate, DateTime as SqlDateTime, DateTime2, DateTimeOffset, Time};

    fn read(data: ColumnData<'_>) -> Cell {
        cell(ColumnType::NVarchar, &data)
    }

    #[test]
    fn times_count_from_where_each_type_begins() {
        // 1985-03-05 is day 724,705 of the calendar, counted from 0.
        assert!(read(ColumnData::Date(Some(SqlDate::new(724_704)))) == Cell::Date(jiff::civil::date(1985, 3, 5)));
        let at = DateTime2::new(SqlDate::new(739_578), Time::new(306_001_234_567, 7));
        let local: DateTime = "2025-11-24T08:30:00.1234567".parse().expect("a time");
        assert!(read(ColumnData::DateTime2(Some(at))) == Cell::Local(local));
        let instant: Timestamp = "2025-11-24T08:30:00.1234567Z".parse().expect("an instant");
        assert!(read(ColumnData::DateTimeOffset(Some(DateTimeOffset::new(at, 420)))) == Cell::Instant(instant));
        for (fragments, shown) in [(0, ".000"), (1, ".003"), (2, ".007"), (3, ".010"), (299, ".997")] {
            let expected: DateTime = format!("1900-01-02T00:00:00{shown}").parse().expect("a time");
            assert!(read(ColumnData::DateTime(Some(SqlDateTime::new(1, fragments)))) == Cell::Legacy(expected));
        }
    }

    #[test]
    fn numbers_and_texts_keep_what_they_say() {
        assert!(read(ColumnData::Numeric(Some(Numeric::new_with_scale(15_050, 2)))) == Cell::Number("150.50".into()));
        assert!(read(ColumnData::Numeric(Some(Numeric::new_with_scale(-5, 2)))) == Cell::Number("-0.05".into()));
        assert!(read(ColumnData::Bit(Some(true))) == Cell::Flag(true));
        assert!(read(ColumnData::I32(None)) == Cell::Null);
        let padded = || ColumnData::String(Some(Cow::from("H-1  ")));
        assert!(cell(ColumnType::BigChar, &padded()) == Cell::Narrow("H-1  ".into()));
        assert!(cell(ColumnType::NChar, &padded()) == Cell::Text("H-1  ".into()));
    }

    #[test]
    fn bytes_are_of_a_type_that_is_not_read() {
        let bytes = ColumnData::Binary(Some(Cow::from(&b"x"[..])));
        assert!(read(bytes) == Cell::Unreadable(Unreadable::UnknownType));
    }
}
