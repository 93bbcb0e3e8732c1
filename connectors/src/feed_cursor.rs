//! Where a change feed stands: which time it covers, which page, which stage.
//!
//! The end of the time is taken from the first answer and then stays, so that changes that arrive
//! while we page do not move the pages under us. What goes away moves them: where the source has
//! fewer entries than it said before, the stage is read again from its first page.

use crate::cursor;
use crate::page::PageBuilder;
use crate::read::envelope::FeedPage;
use crate::read::{instant, key};
use jiff::Timestamp;
use schemas::{Cursor, ErrorClass, Page, SourceError};
use serde::{Deserialize, Serialize};

/// How often a stage may be read again in one pull.
const RESTARTS: u8 = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    #[default]
    Changes,
    Deleted,
    /// Everything was served: an empty page without a request, so that the last cursor always
    /// tells where the next night begins.
    End,
}

/// `from` is exclusive, `to` inclusive, both Vietnamese local time; empty is unbounded.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FeedCursor {
    pub from: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub to: String,
    pub page: u64,
    pub stage: Stage,
    /// Hash of the entries of the page before this one.
    #[serde(skip_serializing_if = "String::is_empty")]
    last: String,
    /// How many entries, else pages, the source said that there are.
    #[serde(skip_serializing_if = "is_zero")]
    size: u64,
    #[serde(skip_serializing_if = "is_zero")]
    restarts: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl FeedCursor {
    /// The cursor itself; without one the place where the last complete night ended; without that
    /// the very beginning.
    pub fn begin(cursor: Option<&Cursor>, resume: Option<&Cursor>) -> Result<Self, SourceError> {
        cursor::read(cursor.or(resume))
    }

    /// The query parameters of this page.
    pub fn query(&self, page_size: u32) -> Vec<(&'static str, String)> {
        vec![
            ("page", self.page.to_string()),
            ("pageSize", page_size.to_string()),
            ("fromDate", self.from.clone()),
            ("toDate", self.to.clone()),
        ]
    }

    /// After a page: the next page, else the first of the next stage. A page that comes twice in a
    /// row would come for ever.
    pub fn next(&self, served: &FeedPage<'_>, after: Stage, as_of: Timestamp) -> Result<Self, SourceError> {
        let to = if self.to.is_empty() { instant::local(as_of) } else { self.to.clone() };
        let begun = Self { from: self.from.clone(), to, ..Self::default() };
        let size = served.total.unwrap_or(served.pages);
        if self.page > 0 && size < self.size {
            return Self { stage: self.stage, restarts: self.restarts, ..begun }.again();
        }
        let last = key::of_page(served.entries);
        if last == self.last {
            let detail = "the source serves the same page again";
            return Err(SourceError::new(ErrorClass::Contract, "cursor_loop", detail));
        }
        if self.page + 1 >= served.pages {
            return Ok(Self { stage: after, ..begun });
        }
        Ok(Self { page: self.page + 1, stage: self.stage, last, size, restarts: self.restarts, ..begun })
    }

    /// Entries went away: what follows has moved forward, and the next page would skip some.
    fn again(self) -> Result<Self, SourceError> {
        if self.restarts >= u64::from(RESTARTS) {
            let detail = "the feed moves faster than it can be read";
            return Err(SourceError::new(ErrorClass::Exhausted, "moving_too_fast", detail));
        }
        Ok(Self { restarts: self.restarts + 1, ..self })
    }

    /// The page of [`Stage::End`]: nothing more, true of the end of the time that was covered.
    pub fn end_page(&self, now: Timestamp) -> Page {
        let as_of = instant::instant(&self.to, "to").ok().flatten().unwrap_or(now);
        PageBuilder::default().finish(None, as_of, None)
    }

    /// Where the next night begins, from the last cursor of this one.
    pub fn resume(last: &Cursor) -> Option<Cursor> {
        let last: Self = cursor::read(Some(last)).ok()?;
        if last.to.is_empty() {
            return None;
        }
        cursor::write(&Self { from: last.to, ..Self::default() }).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After a page of three, with one entry, of so many in all.
    fn next(cursor: &FeedCursor, entry: &str, total: u64, as_of: &str) -> Result<FeedCursor, SourceError> {
        let entries = [crate::read::Json::Text(entry.into())];
        let page = FeedPage { entries: &entries, pages: 3, total: Some(total), as_of: None };
        cursor.next(&page, Stage::Deleted, at(as_of))
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    #[test]
    fn the_end_is_taken_from_the_first_answer_and_stays() {
        let first = FeedCursor::begin(None, None).expect("the beginning");
        let second = next(&first, "a", 6, "2026-11-24T02:00:00+07:00").expect("a page");
        assert_eq!((second.page, second.to.as_str()), (1, "2026-11-24T02:00:00"));
        let third = next(&second, "b", 6, "2026-11-24T03:00:00+07:00").expect("a page");
        assert_eq!((third.page, third.to.as_str()), (2, "2026-11-24T02:00:00"));
        let deleted = next(&third, "c", 6, "2026-11-24T03:00:00+07:00").expect("a page");
        assert_eq!(deleted, FeedCursor { to: third.to, stage: Stage::Deleted, ..FeedCursor::default() });
    }

    #[test]
    fn a_page_that_comes_twice_in_a_row_is_a_loop_and_a_feed_that_shrinks_is_read_again() {
        const NOW: &str = "2026-11-24T02:00:00+07:00";
        let first = FeedCursor::begin(None, None).expect("the beginning");
        let second = next(&first, "a", 6, NOW).expect("a page");
        assert_eq!(next(&second, "a", 6, NOW).expect_err("again").code, "cursor_loop");
        let third = next(&second, "b", 6, NOW).expect("a page");
        assert_eq!(next(&third, "b", 6, NOW).expect_err("at the end too").code, "cursor_loop");
        let mut at = second;
        for restart in 1..=5 {
            at = next(&at, "b", 5, NOW).expect("read again");
            assert_eq!((at.page, at.stage, at.restarts), (0, Stage::Changes, restart));
            at = next(&at, "a", 6, NOW).expect("a page");
        }
        let error = next(&at, "b", 5, NOW).expect_err("without end");
        assert_eq!((error.class, error.code.as_str()), (ErrorClass::Exhausted, "moving_too_fast"));
    }

    #[test]
    fn the_next_night_begins_where_this_one_ended() {
        let last = FeedCursor { to: "2026-11-24T02:00:00".into(), stage: Stage::End, ..FeedCursor::default() };
        let resume = FeedCursor::resume(&cursor::write(&last).expect("written")).expect("a beginning");
        let begin = FeedCursor::begin(None, Some(&resume)).expect("read");
        assert_eq!(begin, FeedCursor { from: "2026-11-24T02:00:00".into(), ..FeedCursor::default() });
        assert_eq!(FeedCursor::begin(Some(&resume), None).expect("read"), begin);
        assert_eq!(FeedCursor::resume(&Cursor("{}".into())), None);
        assert_eq!(FeedCursor::resume(&Cursor("nonsense".into())), None);
    }
}
