//! `doisoat sources check`: one small question to every source.

use super::args::{SourcesAction, SourcesArgs};
use super::table::table;
use crate::Lang;
use crate::nightly::check_sources;
use crate::problem::{EXIT_COMPLETE, EXIT_INCOMPLETE, Problem};
use crate::workspace::{Workspace, load_settings};
use schemas::clock::SystemClock;
use serde_json::json;
use std::path::Path;
use std::sync::Arc;

pub async fn run(config: Option<&Path>, args: SourcesArgs, lang: Lang) -> Result<u8, Problem> {
    let SourcesAction::Check { json } = args.action;
    let loaded = load_settings(config)?;
    let workspace = Workspace::open(loaded.settings, Arc::new(SystemClock), 0).await?;
    let checks = check_sources(&workspace).await?;
    workspace.ledger.close().await;
    let bad = checks.iter().filter(|(_, answer)| answer.is_err()).count();
    if json {
        let rows: Vec<_> = checks
            .iter()
            .map(|(source, answer)| match answer {
                Ok(report) => json!({
                    "source": source, "status": "answers",
                    "source_time": report.source_time.map(|t| t.to_string()),
                    "clock_skew_ms": report.clock_skew_ms,
                    "unknown_keys": report.unknown_keys,
                }),
                Err(error) => json!({"source": source, "status": "error", "code": error.code, "error": error.detail}),
            })
            .collect();
        println!("{}", serde_json::Value::Array(rows));
    } else {
        let mut rows = table(&match lang {
            Lang::Vi => ["Nguồn", "Kết quả", "Lệch đồng hồ", "Chi tiết"],
            Lang::En => ["Source", "Result", "Clock skew", "Detail"],
        });
        for (source, answer) in &checks {
            match answer {
                Ok(report) => rows.add_row([
                    source.to_string(),
                    lang.pick("trả lời", "answers").to_owned(),
                    report.clock_skew_ms.map_or_else(|| "–".into(), |ms| format!("{ms} ms")),
                    report.unknown_keys.iter().cloned().collect::<Vec<_>>().join(", "),
                ]),
                Err(error) => rows.add_row([
                    source.to_string(),
                    lang.pick("LỖI", "ERROR").to_owned(),
                    "–".into(),
                    format!("[{}] {}", error.code, error.detail),
                ]),
            };
        }
        println!("{rows}");
    }
    Ok(if bad == 0 { EXIT_COMPLETE } else { EXIT_INCOMPLETE })
}
