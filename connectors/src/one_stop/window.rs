//! Where the pull of one commune's cases stands, in a list that moves while it is read.
//!
//! The source sorts by update time and pages by offset, without totals. A case that is updated
//! while we page jumps to the end, and all behind it move one place forward: the next offset would
//! skip one. So the pull does not walk offsets through the whole list:
//!
//! * where update times allow, the next page is the first one of a window that begins a little
//!   before the last time that was seen: what moved away cannot shift what is behind it;
//! * where too many cases share that time, it steps by offset, but each page begins before the end
//!   of the last one. As long as one case of the last page is in it, nothing lies between them;
//!   otherwise the window is read again from its beginning, a few times.
//!
//! Cases that were read already (the same version) are dropped. Everything that changes meanwhile
//! comes at the end, as a newer version.

use crate::read::key;
use jiff::{SignedDuration, Timestamp};
use schemas::{ErrorClass, SourceError};
use serde::{Deserialize, Serialize};

/// How far a window begins before the last time that was seen: systems write times before they
/// commit, and some round them.
const OVERLAP: SignedDuration = SignedDuration::from_mins(2);
/// Cases of the last page that the cursor remembers.
const REMEMBERED: usize = 40;
/// Hexadecimal digits of one remembered case.
const DIGITS: usize = 16;
/// How often a list may move too far under us in one pull.
const RESTARTS: u8 = 5;

/// One case of a page: its id, and its update time where it can be read.
pub struct Seen {
    pub id: String,
    pub updated: Option<Timestamp>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Window {
    /// Cases updated since then; `None`: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Cases of this window that were read.
    pub read: u64,
    /// Hashes of the last cases that were read, with their versions, one behind the other.
    #[serde(skip_serializing_if = "String::is_empty")]
    seen: String,
    #[serde(skip_serializing_if = "is_zero")]
    restarts: u8,
}

fn is_zero(number: &u8) -> bool {
    *number == 0
}

/// What to ask for: cases `page * size` to `(page + 1) * size`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    pub page: u64,
    pub size: u64,
}

impl Window {
    /// The slice that reaches furthest behind what was read and begins before its end.
    pub fn slice(&self, page_size: u32) -> Slice {
        let most = u64::from(page_size.max(1));
        // Below four cases a page has no room for a margin.
        for margin in (0..=self.margin(most)).rev() {
            let begin = self.read.saturating_sub(margin);
            let fitting = (1..=most).map(|size| Slice { page: begin / size, size });
            let best = fitting.max_by_key(|slice| ((slice.page + 1) * slice.size, slice.size));
            if let Some(slice) = best.filter(|slice| (slice.page + 1) * slice.size > self.read) {
                return slice;
            }
        }
        Slice { page: self.read / most, size: most }
    }

    fn margin(&self, page_size: u64) -> u64 {
        if self.read == 0 { 0 } else { (page_size / 4).min(REMEMBERED as u64 / 2) }
    }

    /// Whether this very version was read on the page before.
    pub fn knows(&self, case: &Seen) -> bool {
        let name = name(case);
        self.seen.as_bytes().chunks(DIGITS).any(|known| known == name.as_bytes())
    }

    /// After a page that was not the last. `cases` are all that came, the known ones included.
    pub fn next(&self, slice: Slice, cases: &[Seen]) -> Result<Self, SourceError> {
        self.check(cases)?;
        let known = cases.iter().filter(|case| self.knows(case)).count();
        let begins_inside = self.read > 0 && slice.page * slice.size < self.read;
        if begins_inside && known == 0 {
            return self.again();
        }
        if self.read == 0 && !self.seen.is_empty() && known == 0 {
            // A window begins with what ended the one before. All of it may have moved away, or this
            // is another page than it says: read once more, and then believed.
            return Ok(Self { seen: String::new(), ..self.clone() });
        }
        if self.read > 0 && known == cases.len() {
            let detail = "the source serves the same page again";
            return Err(SourceError::new(ErrorClass::Contract, "cursor_loop", detail));
        }
        if let Some(next) = self.moved(cases) {
            return Ok(next);
        }
        let read = slice.page * slice.size + cases.len() as u64;
        Ok(Self { read, seen: remembered(cases), ..self.clone() })
    }

    /// The window that begins before the last time of the page, if few enough cases come again.
    fn moved(&self, cases: &[Seen]) -> Option<Self> {
        let newest = cases.iter().filter_map(|case| case.updated).max()?;
        let from = newest.checked_sub(OVERLAP).ok()?;
        let again = cases.iter().position(|case| case.updated.is_some_and(|updated| updated >= from))?;
        let again = &cases[again..];
        let few = again.len() <= REMEMBERED.min(cases.len() / 2);
        let ahead = self.from.is_none_or(|before| before < from);
        // A case without a readable time among them would not come again: offsets go on then.
        let all_placed = cases.iter().all(|case| case.updated.is_some());
        (few && ahead && all_placed).then(|| Self {
            from: Some(from),
            read: 0,
            seen: remembered(again),
            restarts: self.restarts,
        })
    }

    /// The list moved further than a page overlaps: from the beginning of the window.
    fn again(&self) -> Result<Self, SourceError> {
        if self.restarts >= RESTARTS {
            let detail = "the list moves faster than it can be read";
            return Err(SourceError::new(ErrorClass::Exhausted, "moving_too_fast", detail));
        }
        Ok(Self { read: 0, seen: String::new(), restarts: self.restarts + 1, from: self.from })
    }

    /// What the source must hold to for any of this to be true.
    pub fn check(&self, cases: &[Seen]) -> Result<(), SourceError> {
        let contract = |code: &str, detail: &str| Err(SourceError::new(ErrorClass::Contract, code, detail));
        let times: Vec<Timestamp> = cases.iter().filter_map(|case| case.updated).collect();
        if !times.is_sorted() {
            return contract("wrong_order", "the cases do not come in the order of their update times");
        }
        if self.from.is_some_and(|from| times.first().is_some_and(|first| *first < from)) {
            return contract("window_ignored", "the source serves cases from before the time that was asked for");
        }
        Ok(())
    }
}

fn name(case: &Seen) -> String {
    let version = case.updated.map_or(0, Timestamp::as_millisecond);
    key::hashed(&format!("{}\n{version}", case.id))
}

fn remembered(cases: &[Seen]) -> String {
    cases[cases.len().saturating_sub(REMEMBERED)..].iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(id: usize, minute: i64) -> Seen {
        let updated = Timestamp::from_second(1_795_000_000 + minute * 60).ok();
        Seen { id: format!("c{id}"), updated }
    }

    #[test]
    fn a_window_follows_the_update_times() {
        let cases: Vec<Seen> = (0..10).map(|n| case(n, n as i64)).collect();
        let first = Window::default();
        assert_eq!(first.slice(10), Slice { page: 0, size: 10 });
        let next = first.next(first.slice(10), &cases).expect("a next");
        assert_eq!((next.from, next.read), (cases[7].updated, 0));
        assert!(next.knows(&cases[7]) && next.knows(&cases[9]) && !next.knows(&cases[6]));
        assert!(!next.knows(&case(9, 10)), "another version");
    }

    #[test]
    fn where_all_share_one_time_pages_overlap() {
        let cases: Vec<Seen> = (0..20).map(|n| case(n, 0)).collect();
        let first = Window::default();
        let second = first.next(first.slice(20), &cases).expect("a next");
        assert_eq!((second.from, second.read), (None, 20));
        let slice = second.slice(20);
        assert!(slice.page * slice.size <= 15 && (slice.page + 1) * slice.size > 20, "{slice:?}");
        // Fifteen places too far: none of the last page is there.
        let far: Vec<Seen> = (40..55).map(|n| case(n, 0)).collect();
        let again = second.next(slice, &far).expect("a restart");
        assert_eq!((again.read, again.restarts), (0, 1));
    }

    #[test]
    fn slices_always_go_on_and_overlap_where_there_is_room() {
        for page_size in 1..60 {
            for read in page_size..300u64 {
                let window = Window { read, ..Window::default() };
                let slice = window.slice(page_size as u32);
                let (begin, end) = (slice.page * slice.size, (slice.page + 1) * slice.size);
                assert!(slice.size <= page_size && begin <= read && end > read, "{page_size} {read} {slice:?}");
                if page_size >= 8 {
                    assert!(begin < read, "{page_size} {read} {slice:?}");
                }
            }
        }
    }

    #[test]
    fn a_list_that_never_rests_parks() {
        let mut window = Window { read: 20, seen: "0".repeat(DIGITS), ..Window::default() };
        let mut restarts = 0;
        let error = loop {
            let far: Vec<Seen> = (0..10).map(|n| case(n, 0)).collect();
            match window.next(Slice { page: 1, size: 15 }, &far) {
                Ok(next) => {
                    restarts += 1;
                    window = Window { read: 20, seen: "0".repeat(DIGITS), ..next };
                }
                Err(error) => break error,
            }
        };
        assert_eq!((restarts, error.code.as_str()), (usize::from(RESTARTS), "moving_too_fast"));
        assert_eq!(error.class, ErrorClass::Exhausted);
    }

    #[test]
    fn a_source_that_does_not_sort_or_ignores_the_window_is_refused() {
        let code = |window: &Window, cases: &[Seen]| {
            window.next(Slice { page: 0, size: 10 }, cases).map(|_| ()).expect_err("refused").code
        };
        assert_eq!(code(&Window::default(), &[case(1, 5), case(2, 4)]), "wrong_order");
        let window = Window { from: case(0, 5).updated, ..Window::default() };
        assert_eq!(code(&window, &[case(1, 4), case(2, 6)]), "window_ignored");
    }

    #[test]
    fn a_cursor_stays_small() {
        let cases: Vec<Seen> = (0..1_000).map(|n| case(n, 0)).collect();
        let window = Window::default().next(Slice { page: 0, size: 1_000 }, &cases).expect("a next");
        assert!(crate::cursor::write(&window).expect("written").0.len() < 900);
    }
}
