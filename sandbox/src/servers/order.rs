//! Order and paging of what is served.

use super::http::{Ask, Reply};
use crate::days::{Minute, minute_of};
use crate::dice::mix;
use jiff::{Timestamp, civil::DateTime};
use schemas::clock::VIETNAM;

/// Breaks ties between records that the source does not order: by position, or shuffled by a seed.
pub fn tie(seed: u64, at: u32) -> u64 {
    if seed == 0 { u64::from(at) } else { mix(seed, u64::from(at)) }
}

/// The instant that a feed's data are true of: two in the morning of the last night.
pub fn as_of(now: Timestamp) -> String {
    let local = VIETNAM.to_datetime(now);
    let day = if local.hour() >= 2 { local.date() } else { local.date().yesterday().unwrap_or(local.date()) };
    format!("{day}T02:00:00")
}

/// `page` and size of a page; the name of the latter differs between systems.
pub fn page_of(ask: &Ask, size_name: &str) -> Result<(usize, usize), Reply> {
    let number = |name: &str| ask.parameter(name).parse::<usize>().map_err(|_| Reply::bad_request(name));
    let (page, size) = (number("page")?, number(size_name)?);
    if size == 0 || size > 10_000 { Err(Reply::bad_request(size_name)) } else { Ok((page, size)) }
}

/// The entries after `fromDate` and up to `toDate`, in a list ordered by time.
pub fn between<'a, T>(ask: &Ask, items: &'a [T], time: impl Fn(&T) -> Minute) -> Result<&'a [T], Reply> {
    let bound = |name: &str| match ask.parameter(name) {
        "" => Ok(None),
        text => text.parse::<DateTime>().map(|at| Some(minute_of(at))).map_err(|_| Reply::bad_request(name)),
    };
    let (from, to) = (bound("fromDate")?, bound("toDate")?);
    let start = from.map_or(0, |from| items.partition_point(|item| time(item) <= from));
    let end = to.map_or(items.len(), |to| items.partition_point(|item| time(item) <= to));
    Ok(&items[start.min(end)..end])
}

pub fn slice<T>(items: &[T], start: usize, length: usize) -> &[T] {
    let start = start.min(items.len());
    &items[start..start.saturating_add(length).min(items.len())]
}
