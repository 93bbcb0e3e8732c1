//! Where the pull of one view stands.
//!
//! A view with a watermark is read in stages. *Window*: rows up to a mark that the first answer
//! fixes; then a few more windows behind it, for rows that changed meanwhile. *Odd*: rows whose
//! watermark cannot place them, that is none at all or one far in the future. *Keyless*: rows
//! without a key. A view without a watermark has only the window, in the order of keys, and the
//! rows without a key.

use super::mark::{Key, Mark};
use crate::cursor;
use schemas::{Cursor, SourceError};
use serde::{Deserialize, Serialize};

/// Windows after the first one: a source that changes faster than we read is followed so often
/// tonight, and further tomorrow.
const CATCH_UPS: u8 = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    #[default]
    Window,
    Odd,
    Keyless,
}

/// The last row that was read. Without a watermark the key alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    pub key: Key,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Position {
    pub stage: Stage,
    /// Which window, from 0.
    pub window: u8,
    /// The window begins here; in the last stage: the next night does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Mark>,
    /// The window ends here, inclusive; `None`: the first answer will say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Mark>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Place>,
}

impl Position {
    /// The cursor itself; without one the place where the last complete night ended.
    pub fn begin(cursor: Option<&Cursor>, resume: Option<&Cursor>) -> Result<Self, SourceError> {
        cursor::read(cursor.or(resume))
    }

    /// A catch-up window begins behind its mark, the first one at it.
    pub fn begins_behind_its_mark(&self) -> bool {
        self.window > 0
    }

    /// After a page whose last row is `border`.
    pub fn within(&self, border: Place, to: Option<Mark>) -> Self {
        Self { to, after: Some(border), ..self.clone() }
    }

    /// After the last page of a stage; `None` when that was all. `to` is the end of the window.
    /// `overlap`: of the watermark, `None` without one.
    pub fn next_stage(&self, overlap: Option<u32>, to: Option<Mark>) -> Option<Self> {
        let stage = |stage, from| Some(Self { stage, window: self.window, from, to, after: None });
        match (self.stage, overlap) {
            (Stage::Window, None) => stage(Stage::Keyless, None),
            // Nothing newer than the window before, or followed often enough.
            (Stage::Window, _) if to.is_none() || to == self.from || self.window >= CATCH_UPS => {
                stage(Stage::Odd, None)
            }
            (Stage::Window, _) => {
                Some(Self { stage: Stage::Window, window: self.window + 1, from: to, to: None, after: None })
            }
            // The last stage remembers where the next night begins: before the end of this one.
            (Stage::Odd, overlap) => stage(Stage::Keyless, to.map(|to| to.minus(overlap.unwrap_or(0)))),
            (Stage::Keyless, _) => None,
        }
    }

    /// Where the next night begins, from the last cursor of this one.
    pub fn resume(last: &Cursor) -> Option<Cursor> {
        let last: Self = cursor::read(Some(last)).ok()?;
        if last.stage != Stage::Keyless {
            return None;
        }
        cursor::write(&Self { from: Some(last.from?), ..Self::default() }).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cursor: &Cursor) -> Position {
        cursor::read(Some(cursor)).expect("ours")
    }

    #[test]
    fn windows_follow_the_source_until_nothing_is_newer() {
        let first = Position::default();
        let second = first.next_stage(Some(1_000), Some(Mark::Number(10))).expect("a catch-up");
        assert_eq!((second.stage, second.window, second.from), (Stage::Window, 1, Some(Mark::Number(10))));
        assert!(second.begins_behind_its_mark() && !first.begins_behind_its_mark());
        let odd = second.next_stage(Some(1_000), Some(Mark::Number(10))).expect("the odd rows");
        assert_eq!(odd.stage, Stage::Odd);
        let keyless = odd.next_stage(Some(1_000), odd.to).expect("the rows without a key");
        assert_eq!((keyless.stage, keyless.to), (Stage::Keyless, Some(Mark::Number(10))));
        assert_eq!(keyless.next_stage(Some(1_000), keyless.to), None);
    }

    #[test]
    fn a_source_that_never_rests_is_followed_a_few_times() {
        let mut position = Position::default();
        let mut windows = 0;
        while position.stage == Stage::Window {
            windows += 1;
            position = position.next_stage(Some(1_000), Some(Mark::Number(windows))).expect("a next");
        }
        assert_eq!(windows, 1 + i64::from(CATCH_UPS));
    }

    #[test]
    fn the_next_night_begins_before_the_end_of_this_one() {
        let odd = Position { stage: Stage::Odd, to: Some(Mark::Number(5_000)), ..Position::default() };
        let last = odd.next_stage(Some(1_000), odd.to).expect("the rows without a key");
        let resume = Position::resume(&cursor::write(&last).expect("written")).expect("a beginning");
        assert_eq!(read(&resume), Position { from: Some(Mark::Number(4_000)), ..Position::default() });
        assert_eq!(Position::begin(None, Some(&resume)).expect("read"), read(&resume));
    }

    #[test]
    fn an_empty_view_has_no_beginning_for_the_next_night() {
        let odd = Position::default().next_stage(Some(1_000), None).expect("the odd rows");
        let keyless = odd.next_stage(Some(1_000), None).expect("the rows without a key");
        assert_eq!(Position::resume(&cursor::write(&keyless).expect("written")), None);
    }

    #[test]
    fn without_a_watermark_there_is_one_window() {
        let keyless = Position::default().next_stage(None, None).expect("the rows without a key");
        assert_eq!(keyless.stage, Stage::Keyless);
        assert_eq!(keyless.next_stage(None, None), None);
    }
}
