//! `doisoat quarantine`: records that could not be read.

use super::args::{QuarantineAction, QuarantineArgs};
use super::table::table;
use crate::Lang;
use crate::problem::Problem;
use crate::workspace::{connect, load_settings};
use serde_json::json;
use std::path::Path;

pub async fn run(config: Option<&Path>, args: QuarantineArgs, lang: Lang) -> Result<u8, Problem> {
    let loaded = load_settings(config)?;
    let ledger = connect(&loaded.settings).await?;
    ledger.migrate().await?;
    match args.action {
        QuarantineAction::List { run, limit, json } => {
            let kept = ledger.quarantined(run.as_deref(), limit).await?;
            if json {
                let rows: Vec<_> = kept
                    .iter()
                    .map(|q| {
                        json!({
                            "quarantine_id": q.quarantine_id, "source": q.source, "dataset": q.dataset,
                            "partition": q.partition_key, "record_key": q.record_key, "reason": q.reason,
                            "detail": q.detail, "first_run": q.first_run, "last_run": q.last_run,
                        })
                    })
                    .collect();
                println!("{}", serde_json::Value::Array(rows));
            } else if kept.is_empty() {
                println!("{}", lang.pick("Không có bản ghi nào bị cách ly.", "Nothing is in quarantine."));
            } else {
                let mut rows = table(&match lang {
                    Lang::Vi => ["Mã", "Nguồn", "Phần", "Bản ghi", "Lý do", "Cần có", "Lượt gần nhất"],
                    Lang::En => ["Id", "Source", "Partition", "Record", "Reason", "Expected", "Last run"],
                });
                for q in kept {
                    rows.add_row([
                        q.quarantine_id,
                        format!("{}/{}", q.source, q.dataset),
                        q.partition_key,
                        q.record_key.unwrap_or_default(),
                        q.reason,
                        q.detail,
                        q.last_run,
                    ]);
                }
                println!("{rows}");
            }
        }
        QuarantineAction::Show { record } => {
            let q = ledger.quarantined_one(&record).await?;
            println!("{}: {}/{} {}", q.quarantine_id, q.source, q.dataset, q.partition_key);
            println!("{}: {} ({})", lang.pick("Lý do", "Reason"), q.reason, q.detail);
            println!("{}", q.payload.expose());
        }
    }
    ledger.close().await;
    Ok(0)
}
