//! Where a change feed stands: which time it covers, which page, which stage.
//!
//! The end of the time is taken from the first answer and then stays, so that changes that arrive
//! while we page do not move the pages under us.

use crate::cursor;
use crate::page::PageBuilder;
use crate::read::instant;
use jiff::Timestamp;
use schemas::{Cursor, Page, SourceError};
use serde::{Deserialize, Serialize};

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

    /// After a page of `pages`: the next page, else the first of the next stage.
    pub fn next(&self, pages: u64, after: Stage, as_of: Timestamp) -> Self {
        let to = if self.to.is_empty() { instant::local(as_of) } else { self.to.clone() };
        let (page, stage) = if self.page + 1 < pages { (self.page + 1, self.stage) } else { (0, after) };
        Self { from: self.from.clone(), to, page, stage }
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

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    #[test]
    fn the_end_is_taken_from_the_first_answer_and_stays() {
        let first = FeedCursor::begin(None, None).expect("the beginning");
        let second = first.next(3, Stage::Deleted, at("2026-11-24T02:00:00+07:00"));
        assert_eq!((second.page, second.to.as_str()), (1, "2026-11-24T02:00:00"));
        let third = second.next(3, Stage::Deleted, at("2026-11-24T03:00:00+07:00"));
        assert_eq!((third.page, third.to.as_str()), (2, "2026-11-24T02:00:00"));
        let deleted = third.next(3, Stage::Deleted, at("2026-11-24T03:00:00+07:00"));
        assert_eq!((deleted.page, deleted.stage), (0, Stage::Deleted));
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
