//! Instants: with an offset, or Vietnamese local time.

use super::Problem;
use jiff::{Timestamp, civil};
use schemas::clock::VIETNAM;

/// `2026-11-24T08:30:00.000+0700`, `2026-11-24T02:00:00`, `24/11/2026 08:30:00`, `20261124083000`.
/// Without an offset it is Vietnamese time. `field` is only for the message.
pub fn instant(text: &str, field: &str) -> Result<Option<Timestamp>, Problem> {
    let Some(text) = super::text::trimmed(text) else { return Ok(None) };
    match read(text) {
        Some(instant) => Ok(Some(instant)),
        None => Err(Problem::new("bad_date", format!("{field} must be a date with a time"))),
    }
}

/// RFC 3339 with the Vietnamese offset, so that its first ten characters are the Vietnamese day.
pub fn rfc3339(at: Timestamp) -> String {
    at.display_with_offset(VIETNAM).to_string()
}

/// Vietnamese local time without an offset, to the second: what the feeds take.
pub fn local(at: Timestamp) -> String {
    VIETNAM.to_datetime(at).strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// `yyyy-MM-ddTHH:mm:ss`, as most of them are written: the general way costs many times as much.
fn plain(text: &str) -> Option<civil::DateTime> {
    let bytes: &[u8; 19] = text.as_bytes().try_into().ok()?;
    let marks = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    let number = |from: usize, to: usize| {
        bytes[from..to].iter().try_fold(0i16, |sum, b| b.is_ascii_digit().then(|| sum * 10 + i16::from(b - b'0')))
    };
    let small = |from: usize| number(from, from + 2).and_then(|number| i8::try_from(number).ok());
    if marks.iter().any(|(at, mark)| bytes[*at] != *mark) {
        return None;
    }
    let day = civil::Date::new(number(0, 4)?, small(5)?, small(8)?).ok()?;
    Some(day.to_datetime(civil::Time::new(small(11)?, small(14)?, small(17)?, 0).ok()?))
}

fn read(text: &str) -> Option<Timestamp> {
    if !text.is_ascii() || text.len() > 40 {
        return None;
    }
    let local = |datetime: civil::DateTime| VIETNAM.to_timestamp(datetime).ok();
    if let Some(datetime) = plain(text) {
        return local(datetime);
    }
    if text.len() == 14 && text.bytes().all(|b| b.is_ascii_digit()) {
        return civil::DateTime::strptime("%Y%m%d%H%M%S", text).ok().and_then(local);
    }
    if text.as_bytes().get(2) == Some(&b'/') {
        let with_time = civil::DateTime::strptime("%d/%m/%Y %H:%M:%S", text);
        let day = || civil::Date::strptime("%d/%m/%Y", text).map(|date| date.at(0, 0, 0, 0));
        return with_time.or_else(|_| day()).ok().and_then(local);
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant);
    }
    // Only where there is no offset: a civil time would silently drop it.
    let has_offset = text.get(10..).is_some_and(|time| time.contains(['+', '-', 'Z', 'z']));
    if has_offset { None } else { text.parse::<civil::DateTime>().ok().and_then(local) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> String {
        instant(text, "updatedDate").expect(text).expect("not empty").to_string()
    }

    #[test]
    fn an_offset_counts_and_without_one_it_is_vietnamese_time() {
        for text in [
            "2026-11-24T08:30:00.000+0700",
            "2026-11-24T08:30:00+07:00",
            "2026-11-24T01:30:00Z",
            "2026-11-24T08:30:00",
            "2026-11-24T08:30:00.000",
            "2026-11-24 08:30:00",
            "24/11/2026 08:30:00",
            "20261124083000",
        ] {
            assert_eq!(utc(text), "2026-11-24T01:30:00Z", "{text}");
        }
        assert_eq!(utc("24/11/2026"), "2026-11-23T17:00:00Z");
        assert_eq!(utc("2026-11-24"), "2026-11-23T17:00:00Z");
    }

    #[test]
    fn what_is_no_instant_is_a_problem() {
        for text in [
            "soon",
            "2026-13-01T00:00:00",
            "24/13/2026",
            "2026-11-24T08:30:00+99",
            "2026-02-29T08:30:00",
            "2026-11-24T08:30:6x",
            "2026-11-24T08:30:00 giờ",
        ] {
            assert_eq!(instant(text, "x").expect_err(text).reason, "bad_date");
        }
        assert_eq!(instant("", "x"), Ok(None));
    }

    #[test]
    fn the_written_form_begins_with_the_vietnamese_day() {
        let at: Timestamp = "2026-11-23T18:00:00Z".parse().expect("an instant");
        assert_eq!(rfc3339(at), "2026-11-24T01:00:00+07:00");
        assert_eq!(local(at), "2026-11-24T01:00:00");
    }
}
