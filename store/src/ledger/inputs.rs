//! What the findings of a run are a function of.

use crate::error::{Result, StoreError};
use futures::future::BoxFuture;

pub trait InputLedger: Send + Sync {
    /// Keeps the inputs (JSON) of a run, in place of what an earlier attempt of it left.
    fn set_run_inputs<'a>(&'a self, run_id: &'a str, inputs: &'a str) -> BoxFuture<'a, Result<()>>;
    /// `None`: the run never came to reconciling.
    fn run_inputs<'a>(&'a self, run_id: &'a str) -> BoxFuture<'a, Result<Option<String>>>;
}

macro_rules! input_ledger {
    ($ledger:ty) => {
        impl InputLedger for $ledger {
            fn set_run_inputs<'a>(&'a self, run_id: &'a str, inputs: &'a str) -> BoxFuture<'a, Result<()>> {
                Box::pin(async move {
                    let failed = || StoreError::sql("keeping the inputs of a run");
                    let mut transaction = self.begin_fenced("keeping the inputs of a run").await?;
                    sqlx::query(
                        "INSERT INTO run_inputs (run_id, inputs) VALUES ($1, $2)
                         ON CONFLICT (run_id) DO UPDATE SET inputs = excluded.inputs",
                    )
                    .bind(run_id)
                    .bind(inputs)
                    .execute(&mut *transaction)
                    .await
                    .map_err(failed())?;
                    transaction.commit().await.map_err(failed())
                })
            }

            fn run_inputs<'a>(&'a self, run_id: &'a str) -> BoxFuture<'a, Result<Option<String>>> {
                Box::pin(async move {
                    let row: Option<(String,)> = sqlx::query_as("SELECT inputs FROM run_inputs WHERE run_id = $1")
                        .bind(run_id)
                        .fetch_optional(&self.pool)
                        .await
                        .map_err(StoreError::sql("reading the inputs of a run"))?;
                    Ok(row.map(|(inputs,)| inputs))
                })
            }
        }
    };
}

input_ledger!(super::SqliteLedger);
input_ledger!(super::PostgresLedger);
