//! From the rows of one answer to a page: where it may end, what is in it, what comes next.

use super::cell::{Cell, Row};
use super::layout::Layout;
use super::mark::{Key, Mark};
use super::position::{Place, Position, Stage};
use super::row;
use crate::cursor;
use crate::page::PageBuilder;
use jiff::Timestamp;
use schemas::{ErrorClass, Page, SourceError};

/// What the database said before the rows.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// By the database's own clock.
    pub now: Timestamp,
    /// The end of the window.
    pub to: Option<Mark>,
    /// Watermarks behind this one are odd.
    pub horizon: Option<Mark>,
}

impl Bounds {
    /// `newest` is the largest watermark of the view that is not in the future, asked for where the
    /// position has no end yet. One that lies before the beginning ends the window there.
    pub fn new(position: &Position, now: Timestamp, newest: Option<Mark>) -> Self {
        let newest = newest.map(|newest| match position.from {
            Some(from) if from.version() > newest.version() => from,
            _ => newest,
        });
        let to = position.to.or(newest);
        let a_day = jiff::SignedDuration::from_hours(24);
        let horizon = to.and_then(|to| to.like(now.saturating_add(a_day).unwrap_or(now)));
        Self { now, to, horizon }
    }
}

/// Now, where the newest watermark lies behind it: such an end would carry the next night past
/// everything that changes until then.
pub fn overtaken(newest: Option<Mark>, now: Timestamp) -> Option<Mark> {
    let newest = newest?;
    if newest.instant()? > now { newest.like(now) } else { None }
}

/// Where to cut an answer of more rows than a page takes: after a whole group of rows that the
/// database may hold for equal in watermark and key. `None`: the group is larger than the answer.
fn cut(layout: &Layout, stage: Stage, rows: &[Row], page_size: usize) -> Option<usize> {
    let alike = |a: &Row, b: &Row| {
        let marks = stage != Stage::Window || layout.mark(a) == layout.mark(b);
        let keys = match (Key::of(layout.key(a)), Key::of(layout.key(b))) {
            (Some(a), Some(b)) => a.may_equal(&b),
            _ => true,
        };
        marks && keys
    };
    (1..=page_size.min(rows.len().saturating_sub(1))).rev().find(|at| !alike(&rows[at - 1], &rows[*at]))
}

/// Reads an answer that was asked for with one row more than `page_size`. `None`: more rows must be
/// asked for, because all of them share one place.
pub fn read(
    layout: &Layout,
    communes: &[String],
    position: &Position,
    bounds: Bounds,
    mut rows: Vec<Row>,
    page_size: usize,
) -> Result<Option<Page>, SourceError> {
    let is_last = rows.len() <= page_size;
    let next = if is_last {
        position.next_stage(layout.overlap(), bounds.to)
    } else if position.stage == Stage::Keyless {
        // Nothing orders them: they come in one answer or not at all.
        let detail = format!("more than {page_size} rows of the view have no key");
        return Err(SourceError::new(ErrorClass::Contract, "rows_without_key", detail));
    } else {
        let Some(at) = cut(layout, position.stage, &rows, page_size) else { return Ok(None) };
        rows.truncate(at);
        let border = rows.last().map(|row| border(layout, position.stage, row)).transpose()?;
        border.map(|border| position.within(border, bounds.to))
    };
    let mut page = PageBuilder::default();
    for row in &rows {
        page.add(row::read(layout, position.stage, communes, row), || row::payload(layout, row));
    }
    let next = next.map(|next| cursor::write(&next)).transpose()?;
    Ok(Some(page.finish(next, bounds.now, None)))
}

/// The place of the last row, if a cursor may hold it.
fn border(layout: &Layout, stage: Stage, row: &Row) -> Result<Place, SourceError> {
    let contract = |code: &str, detail: String| SourceError::new(ErrorClass::Contract, code, detail);
    let column = &layout.view.key;
    let key = Key::of(layout.key(row)).ok_or_else(|| {
        contract("key_type", format!("{column} must be a text of at most 200 bytes, a whole number or a uuid"))
    })?;
    if !layout.view.hash_key && key.is_personal() {
        let detail = format!("{column} is a person's number, which no cursor may hold: set hash_key = true");
        return Err(contract("personal_key", detail));
    }
    let mark = match layout.mark(row) {
        _ if stage != Stage::Window || !layout.has_watermark() => None,
        cell => Some(Mark::of(cell).ok_or_else(|| watermark_type(layout))?),
    };
    Ok(Place { mark, key })
}

/// The newest watermark of the view from its cell.
pub fn newest(layout: &Layout, cell: &Cell) -> Result<Option<Mark>, SourceError> {
    use config::settings::Watermark::{Number, Time};
    match (cell, &layout.view.watermark) {
        (Cell::Null, _) | (_, None) => Ok(None),
        (cell, Some(watermark)) => match (Mark::of(cell), watermark) {
            (Some(mark @ Mark::Number(_)), Number { .. }) => Ok(Some(mark)),
            (Some(Mark::Number(_)), Time { .. }) | (None, _) => Err(watermark_type(layout)),
            (Some(mark), Time { .. }) => Ok(Some(mark)),
            (Some(_), Number { .. }) => Err(watermark_type(layout)),
        },
    }
}

fn watermark_type(layout: &Layout) -> SourceError {
    let column = layout.view.watermark.as_ref().map_or("", |watermark| watermark.column());
    let detail = format!("{column} is not of the kind that the settings say: a timestamp, or a whole number");
    SourceError::new(ErrorClass::Contract, "watermark_type", detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::testing::{view, view_without_watermark};

    fn now() -> Timestamp {
        "2026-11-24T01:00:00Z".parse().expect("an instant")
    }

    fn row(mark: i64, key: &str) -> Row {
        vec![Cell::Text(key.into()), Cell::Integer(mark), Cell::Null, Cell::Null, Cell::Text("Mẫu".into())]
    }

    fn bounds() -> Bounds {
        Bounds { now: now(), to: Some(Mark::Number(9)), horizon: None }
    }

    fn read(rows: Vec<Row>, page_size: usize) -> Result<Option<Page>, SourceError> {
        super::read(&Layout::new(&view()), &[], &Position::default(), bounds(), rows, page_size)
    }

    fn position(page: &Page) -> Position {
        cursor::read(page.next.as_ref()).expect("ours")
    }

    #[test]
    fn a_page_ends_behind_a_whole_group() {
        let rows = vec![row(1, "a"), row(1, "b"), row(2, "c"), row(2, "C ")];
        let page = read(rows, 3).expect("read").expect("a page");
        assert_eq!(page.served, 2, "the rows that may be equal stay together");
        let place = position(&page).after.expect("a place");
        assert_eq!((place.mark, place.key.name().as_deref()), (Some(Mark::Number(1)), Some("b")));
    }

    #[test]
    fn a_group_larger_than_the_answer_is_asked_for_again() {
        assert!(read(vec![row(1, "a"), row(1, "A"), row(1, "á")], 2).expect("read").is_none());
    }

    #[test]
    fn the_last_page_of_a_window_leads_to_the_next_one() {
        let page = read(vec![row(1, "a")], 2).expect("read").expect("a page");
        assert_eq!((position(&page).window, position(&page).from), (1, Some(Mark::Number(9))));
    }

    #[test]
    fn a_persons_number_never_gets_into_a_cursor() {
        let rows = vec![row(1, "099085000123"), row(2, "x"), row(3, "y")];
        assert_eq!(read(rows.clone(), 1).map(|_| ()).expect_err("refused").code, "personal_key");
        let page = read(rows, 2).expect("not at the border").expect("a page");
        assert!(!page.next.expect("a next").0.contains("099085"));
    }

    #[test]
    fn many_rows_without_a_key_are_an_error() {
        let keyless = Position { stage: Stage::Keyless, ..Position::default() };
        let rows: Vec<Row> = (0..3).map(|_| vec![Cell::Null]).collect();
        let layout = Layout::new(&view_without_watermark());
        let few = super::read(&layout, &[], &keyless, bounds(), rows.clone(), 3).expect("read").expect("a page");
        assert_eq!((few.rejects.len(), few.served, few.next.is_none()), (3, 3, true));
        let many = super::read(&layout, &[], &keyless, bounds(), rows, 2).map(|_| ()).expect_err("too many");
        assert_eq!(many.code, "rows_without_key");
    }

    #[test]
    fn a_watermark_in_the_future_is_no_end() {
        let mark = |text: &str| Mark::Instant(text.parse().expect("an instant"));
        assert_eq!(overtaken(Some(mark("2099-01-01T00:00:00Z")), now()), Some(mark("2026-11-24T01:00:00Z")));
        assert_eq!(overtaken(Some(mark("2026-11-24T00:59:00Z")), now()), None);
        assert_eq!(overtaken(Some(Mark::Number(i64::MAX)), now()), None);
        assert_eq!(overtaken(None, now()), None);
        let bounds = Bounds::new(&Position::default(), now(), Some(mark("2026-11-24T00:59:00Z")));
        assert_eq!(bounds.horizon, Some(mark("2026-11-25T01:00:00Z")));
    }

    #[test]
    fn an_end_is_never_before_the_beginning_and_stays_once_it_is_known() {
        let from = Position { from: Some(Mark::Number(8)), ..Position::default() };
        assert_eq!(Bounds::new(&from, now(), Some(Mark::Number(5))).to, Some(Mark::Number(8)));
        let fixed = Position { to: Some(Mark::Number(3)), ..Position::default() };
        assert_eq!(Bounds::new(&fixed, now(), Some(Mark::Number(5))).to, Some(Mark::Number(3)));
    }

    #[test]
    fn a_watermark_of_another_kind_is_a_contract_error() {
        let layout = Layout::new(&view());
        assert_eq!(newest(&layout, &Cell::Integer(5)).expect_err("a number").code, "watermark_type");
        assert_eq!(newest(&layout, &Cell::Text("x".into())).expect_err("a text").code, "watermark_type");
        assert_eq!(newest(&layout, &Cell::Null).expect("empty"), None);
    }
}
