//! COPY, for PostgreSQL.

use super::head::Head;
use super::{BringIn, FindingLine, ROWS_A_STATEMENT, TABLE, failed, is_twice};
use crate::error::{Result, StoreError};
use sqlx::{Acquire, Postgres, QueryBuilder, Transaction};

impl BringIn for Postgres {
    async fn bring_in(
        transaction: &mut Transaction<'static, Self>,
        run_id: &str,
        findings: Vec<FindingLine>,
    ) -> Result<()> {
        match copy(transaction, run_id, &findings).await {
            // COPY has no word for a row that is there already: an attempt that is repeated.
            Err(StoreError::Sql { source, .. }) if is_twice(&source) => {
                by_statements(transaction, run_id, &findings).await
            }
            other => other,
        }
    }
}

async fn copy(transaction: &mut Transaction<'static, Postgres>, run_id: &str, lines: &[FindingLine]) -> Result<()> {
    let mut inner = transaction.begin().await.map_err(failed())?;
    let mut copy = inner.copy_in_raw(&format!("COPY {TABLE} FROM STDIN")).await.map_err(failed())?;
    for some in lines.chunks(ROWS_A_STATEMENT) {
        copy.send(rows(run_id, some)?).await.map_err(failed())?;
    }
    copy.finish().await.map_err(failed())?;
    inner.commit().await.map_err(failed())
}

fn text(body: &[u8]) -> Result<&str> {
    std::str::from_utf8(body).map_err(|_| StoreError::Corrupt { what: "finding" })
}

/// The text format of COPY.
fn rows(run_id: &str, lines: &[FindingLine]) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(lines.len() * 2048);
    for line in lines {
        let row = Head::of(line)?;
        escape(run_id, &mut out);
        for column in row.columns().into_iter().chain([Some(text(&line.body)?), Some(row.body_hash.as_str())]) {
            out.push(b'\t');
            match column {
                Some(text) => escape(text, &mut out),
                None => out.extend_from_slice(b"\\N"),
            }
        }
        out.push(b'\n');
    }
    Ok(out)
}

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

async fn by_statements(
    transaction: &mut Transaction<'static, Postgres>,
    run_id: &str,
    lines: &[FindingLine],
) -> Result<()> {
    for chunk in lines.chunks(ROWS_A_STATEMENT) {
        let rows = chunk.iter().map(Head::of).collect::<Result<Vec<_>>>()?;
        let bodies = chunk.iter().map(|line| text(&line.body)).collect::<Result<Vec<_>>>()?;
        let mut builder: QueryBuilder<Postgres> = QueryBuilder::new(format!("INSERT INTO {TABLE} "));
        builder.push_values(rows.iter().zip(bodies), |mut values, (row, body)| {
            values.push_bind(run_id);
            for column in row.columns() {
                values.push_bind(column);
            }
            values.push_bind(body).push_bind(row.body_hash.as_str());
        });
        builder.push(" ON CONFLICT (run_id, finding_id) DO NOTHING");
        builder.build().execute(&mut **transaction).await.map_err(failed())?;
    }
    Ok(())
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
