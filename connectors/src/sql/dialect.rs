//! The statements, in the SQL of each database. Names are quoted, values bound.

use super::layout::Layout;
use super::mark::{Key, Mark};
use super::position::{Position, Stage};
use super::statement::{Bind, Statement};
use config::settings::SqlDialect::{self, MySql, Postgres, SqlServer};
use config::settings::Watermark;

/// The database's clock, and the newest watermark of the view where it has one.
pub fn bounds(dialect: SqlDialect, layout: &Layout, wants_newest: bool) -> Statement {
    let clock = clock(dialect);
    match &layout.view.watermark {
        Some(watermark) if wants_newest => {
            let (column, view) = (quoted(dialect, watermark.column()), view(dialect, layout));
            Statement::of(format!("SELECT {clock}, MAX({column}) FROM {view}"))
        }
        _ => Statement::of(format!("SELECT {clock}")),
    }
}

/// The newest watermark that is not behind `now`.
pub fn newest_until(dialect: SqlDialect, layout: &Layout, now: Mark) -> Statement {
    let Some(watermark) = &layout.view.watermark else { return Statement::default() };
    let mut writer = Writer { dialect, binds: Vec::new(), conditions: Vec::new() };
    let (column, now) = (quoted(dialect, watermark.column()), writer.mark(now));
    let text = format!("SELECT MAX({column}) FROM {} WHERE {column} <= {now}", view(dialect, layout));
    Statement { text, binds: writer.binds }
}

/// The rows at `position`, at most `limit`. `horizon`: watermarks behind it are odd.
pub fn page(
    dialect: SqlDialect,
    layout: &Layout,
    position: &Position,
    to: Option<Mark>,
    horizon: Option<Mark>,
    limit: u32,
) -> Statement {
    let mut writer = Writer { dialect, binds: Vec::new(), conditions: Vec::new() };
    let key = key(dialect, layout);
    let mark = layout.view.watermark.as_ref().map(|watermark| quoted(dialect, watermark.column()));
    match (position.stage, &mark) {
        (Stage::Keyless, _) => writer.conditions.push(format!("{key} IS NULL")),
        (Stage::Odd, Some(mark)) => {
            writer.conditions.push(format!("{key} IS NOT NULL"));
            let late = horizon.map(|horizon| format!(" OR {mark} > {}", writer.mark(horizon))).unwrap_or_default();
            let zero =
                if has_zero_dates(dialect, layout) { format!(" OR {mark} < {FIRST_DATE}") } else { String::new() };
            writer.conditions.push(format!("({mark} IS NULL{late}{zero})"));
            writer.behind_key(&key, position);
        }
        (_, Some(mark)) => {
            writer.conditions.push(format!("{key} IS NOT NULL"));
            if has_zero_dates(dialect, layout) {
                writer.conditions.push(format!("{mark} >= {FIRST_DATE}"));
            }
            writer.window(mark, &key, position, to);
        }
        (_, None) => {
            writer.conditions.push(format!("{key} IS NOT NULL"));
            writer.behind_key(&key, position);
        }
    }
    let order = match (position.stage, mark) {
        (Stage::Window, Some(mark)) => format!(" ORDER BY {mark}, {key}"),
        (Stage::Keyless, _) => String::new(),
        _ => format!(" ORDER BY {key}"),
    };
    let columns: String = layout.columns.iter().map(|column| format!(", {}", quoted(dialect, column))).collect();
    let (top, tail) = match dialect {
        SqlServer => (format!("TOP ({limit}) "), String::new()),
        Postgres | MySql => (String::new(), format!(" LIMIT {limit}")),
    };
    Statement {
        text: format!(
            "SELECT {top}{key}{columns} FROM {} WHERE {}{order}{tail}",
            view(dialect, layout),
            writer.conditions.join(" AND ")
        ),
        binds: writer.binds,
    }
}

/// MySQL may hold the date 0000-00-00, which is before every date and means that there is none.
const FIRST_DATE: &str = "'1000-01-01'";

fn has_zero_dates(dialect: SqlDialect, layout: &Layout) -> bool {
    dialect == MySql && matches!(layout.view.watermark, Some(Watermark::Time { .. }))
}

struct Writer {
    dialect: SqlDialect,
    binds: Vec<Bind>,
    conditions: Vec<String>,
}

impl Writer {
    /// From the mark, or behind the last row; up to the end.
    fn window(&mut self, mark: &str, key: &str, position: &Position, to: Option<Mark>) {
        if let Some((place, at)) = position.after.as_ref().and_then(|place| Some((place, place.mark?))) {
            // The first condition says the same less exactly, in a way that an index serves.
            let lowest = self.mark(at);
            self.conditions.push(format!("{mark} >= {lowest}"));
            let behind = self.mark(at);
            let last = self.key(&place.key);
            self.conditions.push(format!("({mark} > {behind} OR {key} > {last})"));
        } else if let Some(from) = position.from {
            let sign = if position.begins_behind_its_mark() { ">" } else { ">=" };
            let from = self.mark(from);
            self.conditions.push(format!("{mark} {sign} {from}"));
        }
        // Without an end the view holds no watermark at all: then nothing is in the window.
        match to {
            Some(to) => {
                let to = self.mark(to);
                self.conditions.push(format!("{mark} <= {to}"));
            }
            None => self.conditions.push("1 = 0".into()),
        }
    }

    fn behind_key(&mut self, key: &str, position: &Position) {
        if let Some(place) = &position.after {
            let last = self.key(&place.key);
            self.conditions.push(format!("{key} > {last}"));
        }
    }

    fn mark(&mut self, mark: Mark) -> String {
        match mark {
            Mark::Number(number) => self.bind(Bind::Integer(number), "int8", "BIGINT", "bigint"),
            Mark::Local(at) => self.bind(Bind::Text(at.to_string()), "timestamp", "DATETIME(6)", "datetime2(7)"),
            // Its three-hundredths come back when the milliseconds are read.
            Mark::Legacy(at) => {
                let text = at.strftime("%Y-%m-%dT%H:%M:%S%.3f").to_string();
                self.bind(Bind::Text(text), "timestamp", "DATETIME(6)", "datetime")
            }
            Mark::Instant(at) => {
                self.bind(Bind::Text(at.to_string()), "timestamptz", "DATETIME(6)", "datetimeoffset(7)")
            }
        }
    }

    fn key(&mut self, key: &Key) -> String {
        match key {
            Key::Integer(number) => self.bind(Bind::Integer(*number), "int8", "BIGINT", "bigint"),
            Key::Text(text) => self.bind(Bind::Text(text.clone()), "text", "", "nvarchar(400)"),
            Key::Narrow(text) => self.bind(Bind::Text(text.clone()), "text", "", "varchar(800)"),
            Key::Uuid(text) => self.bind(Bind::Text(text.clone()), "uuid", "", "uniqueidentifier"),
        }
    }

    /// A place holder that has the type of what it is compared with, so that an index serves.
    fn bind(&mut self, value: Bind, postgres: &str, mysql: &str, sql_server: &str) -> String {
        let is_text = matches!(value, Bind::Text(_));
        self.binds.push(value);
        let at = self.binds.len();
        match self.dialect {
            Postgres if is_text => format!("${at}::text::{postgres}"),
            Postgres => format!("${at}::{postgres}"),
            MySql if is_text && !mysql.is_empty() => format!("CAST(? AS {mysql})"),
            MySql => "?".to_owned(),
            SqlServer => format!("CAST(@P{at} AS {sql_server})"),
        }
    }
}

/// What rows are ordered by beside the watermark: the key, or its hash.
fn key(dialect: SqlDialect, layout: &Layout) -> String {
    let column = quoted(dialect, &layout.view.key);
    match (layout.view.hash_key, dialect) {
        (false, _) => column,
        (true, Postgres) => format!("encode(sha256(convert_to(trim({column}::text), 'UTF8')), 'hex')"),
        (true, MySql) => format!("SHA2(TRIM({column}), 256)"),
        (true, SqlServer) => {
            let text = format!("LTRIM(RTRIM(CONVERT(varchar(100), {column})))");
            format!("CONVERT(varchar(64), HASHBYTES('SHA2_256', {text}), 2)")
        }
    }
}

fn view(dialect: SqlDialect, layout: &Layout) -> String {
    layout.view.name.split('.').map(|part| quoted(dialect, part)).collect::<Vec<_>>().join(".")
}

/// Names come from a safe alphabet; a quote in one could not be.
fn quoted(dialect: SqlDialect, name: &str) -> String {
    match dialect {
        Postgres => format!("\"{}\"", name.replace('"', "\"\"")),
        MySql => format!("`{}`", name.replace('`', "``")),
        SqlServer => format!("[{}]", name.replace(']', "]]")),
    }
}

fn clock(dialect: SqlDialect) -> &'static str {
    match dialect {
        Postgres => "clock_timestamp()",
        MySql => "UTC_TIMESTAMP(6)",
        SqlServer => "SYSUTCDATETIME()",
    }
}

#[cfg(test)]
mod tests {
    use super::super::position::Place;
    use super::*;
    use crate::sql::testing::{view, view_without_watermark};

    fn text_of(dialect: SqlDialect, position: &Position) -> String {
        page(dialect, &Layout::new(&view()), position, Some(Mark::Number(9)), None, 3).text
    }

    #[test]
    fn the_first_page_has_an_end_and_no_offset() {
        assert_eq!(
            text_of(Postgres, &Position::default()),
            "SELECT \"id\", \"cap_nhat\", \"ma_xa\", \"da_xoa\", \"ho_ten\" FROM \"doisoat\".\"ho_so\" \
             WHERE \"id\" IS NOT NULL AND \"cap_nhat\" <= $1::int8 ORDER BY \"cap_nhat\", \"id\" LIMIT 3"
        );
        assert_eq!(
            text_of(SqlServer, &Position::default()),
            "SELECT TOP (3) [id], [cap_nhat], [ma_xa], [da_xoa], [ho_ten] FROM [doisoat].[ho_so] \
             WHERE [id] IS NOT NULL AND [cap_nhat] <= CAST(@P1 AS bigint) ORDER BY [cap_nhat], [id]"
        );
    }

    #[test]
    fn a_later_page_begins_behind_the_last_row() {
        let at: jiff::civil::DateTime = "2026-11-24T08:30:00.003333333".parse().expect("a time");
        let place = Place { mark: Some(Mark::Local(at)), key: Key::Text("H-1".into()) };
        let position = Position { after: Some(place), ..Position::default() };
        let statement = page(MySql, &Layout::new(&view()), &position, Some(Mark::Local(at)), None, 3);
        assert!(
            statement.text.contains(
                "`cap_nhat` >= CAST(? AS DATETIME(6)) AND \
                 (`cap_nhat` > CAST(? AS DATETIME(6)) OR `id` > ?) AND `cap_nhat` <= CAST(? AS DATETIME(6))"
            ),
            "{}",
            statement.text
        );
        assert_eq!(statement.binds.len(), 4);
        let place = Place { mark: Some(Mark::Legacy(at)), key: Key::Narrow("H-1".into()) };
        let position = Position { after: Some(place), ..Position::default() };
        let statement = page(SqlServer, &Layout::new(&view()), &position, Some(Mark::Legacy(at)), None, 3);
        assert!(statement.text.contains("[cap_nhat] > CAST(@P2 AS datetime) OR [id] > CAST(@P3 AS varchar(800))"));
        assert!(statement.binds[0] == Bind::Text("2026-11-24T08:30:00.003".into()), "as the type writes it");
    }

    #[test]
    fn rows_that_have_no_place_are_asked_for_by_themselves() {
        let odd = Position { stage: Stage::Odd, ..Position::default() };
        let statement = page(Postgres, &Layout::new(&view()), &odd, None, Some(Mark::Number(7)), 3);
        let expected = "WHERE \"id\" IS NOT NULL AND (\"cap_nhat\" IS NULL OR \"cap_nhat\" > $1::int8) ORDER BY \"id\"";
        assert!(statement.text.contains(expected), "{}", statement.text);
        let keyless = Position { stage: Stage::Keyless, ..Position::default() };
        let statement = page(MySql, &Layout::new(&view()), &odd, None, None, 3);
        assert!(statement.text.contains("(`cap_nhat` IS NULL OR `cap_nhat` < '1000-01-01')"), "dates of zeros");
        assert!(text_of(MySql, &keyless).ends_with("WHERE `id` IS NULL LIMIT 3"));
    }

    #[test]
    fn without_a_watermark_rows_come_by_their_key() {
        let layout = Layout::new(&view_without_watermark());
        let place = Place { mark: None, key: Key::Integer(5) };
        let position = Position { after: Some(place), ..Position::default() };
        let statement = page(Postgres, &layout, &position, None, None, 3);
        assert!(statement.text.ends_with("WHERE \"id\" IS NOT NULL AND \"id\" > $1::int8 ORDER BY \"id\" LIMIT 3"));
    }

    #[test]
    fn a_personal_key_is_hashed_by_the_database() {
        let mut view = view();
        view.hash_key = true;
        let statement = page(Postgres, &Layout::new(&view), &Position::default(), None, None, 3);
        assert!(statement.text.starts_with("SELECT encode(sha256("), "{}", statement.text);
    }

    #[test]
    fn a_quote_in_a_name_cannot_end_it() {
        assert_eq!(quoted(Postgres, "a\"b"), "\"a\"\"b\"");
        assert_eq!(quoted(MySql, "a`b"), "`a``b`");
        assert_eq!(quoted(SqlServer, "a]b"), "[a]]b]");
    }
}
