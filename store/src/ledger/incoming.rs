//! How findings are brought in: many rows a statement into SQLite, COPY into PostgreSQL.

use super::known::body_hash;
use crate::error::{Result, StoreError};
use schemas::Finding;
use sqlx::{Acquire, Postgres, QueryBuilder, Sqlite, Transaction};

/// Rows in one statement of SQLite: more of its variables cost more than they save.
pub(super) const ROWS_A_STATEMENT: usize = 100;
const TABLE: &str =
    "incoming_findings (run_id, finding_id, kind, severity, subject, field, source, unit, values_hash, body,
     body_hash)";

/// A finding as it is written.
pub(super) struct Incoming<'a> {
    finding: &'a Finding,
    id: String,
    values_hash: String,
    body: String,
    body_hash: String,
}

impl<'a> Incoming<'a> {
    fn of(finding: &'a Finding) -> Result<Self> {
        let body = serde_json::to_string(finding).map_err(|_| StoreError::Corrupt { what: "finding" })?;
        let body_hash = hex::encode(body_hash(body.as_bytes()));
        Ok(Self { finding, id: finding.id(), values_hash: finding.values_hash(), body, body_hash })
    }

    /// All but the run, in the order of the table's columns.
    fn columns(&self) -> [Option<&str>; 10] {
        let finding = self.finding;
        [
            Some(self.id.as_str()),
            Some(finding.kind.as_str()),
            Some(finding.severity.as_str()),
            Some(finding.subject.as_str()),
            Some(finding.field.as_str()),
            Some(finding.source.as_str()),
            finding.unit.as_deref(),
            Some(self.values_hash.as_str()),
            Some(self.body.as_str()),
            Some(self.body_hash.as_str()),
        ]
    }
}

fn failed() -> impl FnOnce(sqlx::Error) -> StoreError {
    StoreError::sql("bringing findings in")
}

pub(super) trait BringIn: sqlx::Database {
    /// What the run brought in before stays as it is.
    fn bring_in(
        transaction: &mut Transaction<'static, Self>,
        run_id: &str,
        findings: &[Finding],
    ) -> impl Future<Output = Result<()>> + Send;
}

macro_rules! by_statements {
    ($transaction:expr, $database:ty, $run_id:expr, $findings:expr) => {
        for chunk in $findings.chunks(ROWS_A_STATEMENT) {
            let rows = chunk.iter().map(Incoming::of).collect::<Result<Vec<_>>>()?;
            let mut builder: QueryBuilder<$database> = QueryBuilder::new(format!("INSERT INTO {TABLE} "));
            builder.push_values(&rows, |mut values, row| {
                values.push_bind($run_id);
                for column in row.columns() {
                    values.push_bind(column);
                }
            });
            builder.push(" ON CONFLICT (run_id, finding_id) DO NOTHING");
            // All statements but the last are one text: it is prepared once.
            let persistent = chunk.len() == ROWS_A_STATEMENT;
            builder.build().persistent(persistent).execute(&mut **$transaction).await.map_err(failed())?;
        }
    };
}

impl BringIn for Sqlite {
    async fn bring_in(transaction: &mut Transaction<'static, Self>, run_id: &str, findings: &[Finding]) -> Result<()> {
        by_statements!(transaction, Sqlite, run_id, findings);
        Ok(())
    }
}

impl BringIn for Postgres {
    async fn bring_in(transaction: &mut Transaction<'static, Self>, run_id: &str, findings: &[Finding]) -> Result<()> {
        match copy(transaction, run_id, findings).await {
            // COPY has no word for a row that is there already: an attempt that is repeated.
            Err(StoreError::Sql { source, .. }) if is_there_already(&source) => {
                by_statements!(transaction, Postgres, run_id, findings);
                Ok(())
            }
            other => other,
        }
    }
}

async fn copy(transaction: &mut Transaction<'static, Postgres>, run_id: &str, findings: &[Finding]) -> Result<()> {
    let mut inner = transaction.begin().await.map_err(failed())?;
    let mut copy = inner.copy_in_raw(&format!("COPY {TABLE} FROM STDIN")).await.map_err(failed())?;
    for chunk in findings.chunks(ROWS_A_STATEMENT) {
        let mut lines = Vec::with_capacity(chunk.len() * 2048);
        for finding in chunk {
            let row = Incoming::of(finding)?;
            escape(run_id, &mut lines);
            for column in row.columns() {
                lines.push(b'\t');
                match column {
                    Some(text) => escape(text, &mut lines),
                    None => lines.extend_from_slice(b"\\N"),
                }
            }
            lines.push(b'\n');
        }
        copy.send(lines).await.map_err(failed())?;
    }
    copy.finish().await.map_err(failed())?;
    inner.commit().await.map_err(failed())
}

/// The text format of COPY.
fn escape(text: &str, out: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'\\' | b'\t' | b'\n' | b'\r')) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(match rest[at] {
            b'\t' => b"\\t",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            _ => b"\\\\",
        });
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}

fn is_there_already(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.is_unique_violation())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_copy_takes_for_an_end_is_escaped() {
        let mut out = Vec::new();
        escape("Nguyễn\tA\\B\r\nC \\. ", &mut out);
        assert_eq!(String::from_utf8_lossy(&out), "Nguyễn\\tA\\\\B\\r\\nC \\\\. ");
    }
}
