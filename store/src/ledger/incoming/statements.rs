//! Many rows a statement, for SQLite.

use super::head::Head;
use super::{BringIn, FindingLine, ROWS_A_STATEMENT, TABLE, failed};
use crate::error::{Result, StoreError};
use crate::ledger::body::Packer;
use futures::stream::{self, Stream, StreamExt};
use sqlx::error::BoxDynError;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, AssertSqlSafe, Sqlite, Transaction};
use std::sync::Arc;

const COLUMNS: usize = 11;
/// Pieces that are made ready, on other threads, while one is written.
const AHEAD: usize = 4;

/// The rows of one statement, with all that is bound.
struct Rows {
    count: usize,
    bound: SqliteArguments,
}

impl Rows {
    fn of(run_id: &Arc<str>, lines: &[FindingLine]) -> Result<Self> {
        let mut packer = Packer::new()?;
        let mut bound = SqliteArguments::default();
        bound.reserve(lines.len() * COLUMNS, 0);
        for line in lines {
            let row = Head::of(line)?;
            let mut bind = || {
                bound.add(run_id.clone())?;
                for column in row.columns() {
                    bound.add(column)?;
                }
                Ok(())
            };
            bind().map_err(unbound)?;
            bound.add(packer.pack(&line.body)?).map_err(unbound)?;
            bound.add(row.body_hash).map_err(unbound)?;
        }
        Ok(Self { count: lines.len(), bound })
    }
}

fn unbound(source: BoxDynError) -> StoreError {
    failed()(sqlx::Error::Encode(source))
}

fn statement(rows: usize) -> Arc<str> {
    let row = format!("({})", ["?"; COLUMNS].join(","));
    format!("INSERT INTO {TABLE} VALUES {}", vec![row; rows].join(",")).into()
}

/// The rows of each piece of the lines, in order, made on other threads while those before them are written.
fn pieces(run_id: &str, lines: Vec<FindingLine>) -> impl Stream<Item = Result<Rows>> {
    let (run_id, lines): (Arc<str>, _) = (run_id.into(), Arc::new(lines));
    let starts = (0..lines.len()).step_by(ROWS_A_STATEMENT).collect::<Vec<_>>();
    let made = stream::iter(starts).map(move |from| {
        let (run_id, lines) = (run_id.clone(), lines.clone());
        let rows = move || Rows::of(&run_id, &lines[from..(from + ROWS_A_STATEMENT).min(lines.len())]);
        tokio::task::spawn_blocking(rows)
    });
    // A thread ends early only with its program.
    made.buffered(AHEAD).map(|made| made.unwrap_or(Err(StoreError::Corrupt { what: "finding" })))
}

impl BringIn for Sqlite {
    async fn bring_in(
        transaction: &mut Transaction<'static, Self>,
        run_id: &str,
        findings: Vec<FindingLine>,
    ) -> Result<()> {
        let full = statement(ROWS_A_STATEMENT);
        let mut ready = Box::pin(pieces(run_id, findings));
        while let Some(rows) = ready.next().await {
            let rows = rows?;
            // All statements but the last are one text: it is prepared once.
            let is_full = rows.count == ROWS_A_STATEMENT;
            let text = if is_full { full.clone() } else { statement(rows.count) };
            let query = sqlx::query_with(AssertSqlSafe(text), rows.bound).persistent(is_full);
            query.execute(&mut **transaction).await.map_err(failed())?;
        }
        Ok(())
    }
}
