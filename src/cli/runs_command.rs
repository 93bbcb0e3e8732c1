//! `doisoat runs`: what ran, how it ended, and how to end what runs.

use super::args::{RunsAction, RunsArgs};
use super::report_text;
use super::table::table;
use crate::Lang;
use crate::nightly::{Report, run_status};
use crate::problem::Problem;
use crate::workspace::{connect, load_settings};
use schemas::PartitionStatus;
use serde_json::json;
use std::path::Path;
use store::Ledger;
use store::ledger::{PartitionState, RunRow};

pub async fn run(config: Option<&Path>, args: RunsArgs, lang: Lang) -> Result<u8, Problem> {
    let loaded = load_settings(config)?;
    let ledger = connect(&loaded.settings).await?;
    ledger.migrate().await?;
    match args.action {
        RunsAction::List { limit, json } => list(&*ledger, limit, json, lang).await?,
        RunsAction::Show { run, json } => show(&*ledger, &run, json, lang).await?,
        RunsAction::Stop => stop(&*ledger, lang).await?,
    }
    ledger.close().await;
    Ok(0)
}

fn run_json(run: &RunRow) -> serde_json::Value {
    json!({
        "run_id": run.run_id,
        "status": run.status,
        "stage": run.stage,
        "started_at": run.started_at.to_string(),
        "finished_at": run.finished_at.map(|t| t.to_string()),
        "business_date": run.business_date,
        "error_code": run.error_code,
        "error": run.error_detail,
    })
}

async fn list(ledger: &dyn Ledger, limit: i64, json: bool, lang: Lang) -> Result<(), Problem> {
    let runs = ledger.runs(limit).await?;
    if json {
        println!("{}", serde_json::Value::Array(runs.iter().map(run_json).collect()));
        return Ok(());
    }
    if runs.is_empty() {
        println!("{}", lang.pick("Chưa có lượt chạy nào. Bắt đầu: doisoat run", "No run yet. Begin with: doisoat run"));
        return Ok(());
    }
    let mut rows = table(&match lang {
        Lang::Vi => ["Lượt", "Bắt đầu", "Kết thúc", "Tình trạng", "Giai đoạn", "Lỗi"],
        Lang::En => ["Run", "Started", "Finished", "Status", "Stage", "Error"],
    });
    for run in &runs {
        rows.add_row([
            run.run_id.clone(),
            lang.instant(run.started_at),
            run.finished_at.map_or_else(|| "–".into(), |t| lang.instant(t)),
            run_status(run.status, lang).to_owned(),
            run.stage.clone(),
            run.error_code.clone().unwrap_or_default(),
        ]);
    }
    println!("{rows}");
    Ok(())
}

fn partition_json(state: &PartitionState) -> serde_json::Value {
    json!({
        "source": state.partition.source,
        "dataset": state.partition.dataset,
        "partition": state.partition.key,
        "status": state.status,
        "pages": state.pages,
        "served": state.served,
        "records": state.records,
        "quarantined": state.rejects,
        "as_of": state.as_of.map(|t| t.to_string()),
        "error_code": state.error_code,
        "error": state.error_detail,
    })
}

async fn show(ledger: &dyn Ledger, run_id: &str, json: bool, lang: Lang) -> Result<(), Problem> {
    let run = ledger.run(run_id).await?;
    let partitions = ledger.partitions(run_id).await?;
    let report: Option<Report> = run.report.as_deref().and_then(|text| serde_json::from_str(text).ok());
    if json {
        let mut object = run_json(&run);
        object["report"] = serde_json::to_value(&report).unwrap_or_default();
        object["partitions"] = serde_json::Value::Array(partitions.iter().map(partition_json).collect());
        println!("{object}");
        return Ok(());
    }
    match &report {
        Some(report) => report_text::print(report, lang),
        None => println!("{}: {} ({})", run.run_id, run_status(run.status, lang), run.stage),
    }
    if let (Some(code), Some(detail)) = (&run.error_code, &run.error_detail) {
        println!("[{code}] {detail}");
    }
    let mut rows = table(&match lang {
        Lang::Vi => ["Phần", "Tình trạng", "Trang", "Bản ghi", "Lỗi"],
        Lang::En => ["Partition", "Status", "Pages", "Records", "Error"],
    });
    let unfinished: Vec<_> = partitions.iter().filter(|p| p.status != PartitionStatus::Complete).collect();
    for state in unfinished.iter().take(50) {
        rows.add_row([
            state.partition.to_string(),
            state.status.to_string(),
            state.pages.to_string(),
            state.records.to_string(),
            state.error_detail.clone().unwrap_or_default(),
        ]);
    }
    if !unfinished.is_empty() {
        println!();
        println!(
            "{}",
            lang.pick("Các phần chưa xong, đứng ở mốc của chúng:", "Unfinished partitions, at their checkpoints:")
        );
        println!("{rows}");
        if unfinished.len() > 50 {
            println!("… {}", unfinished.len() - 50);
        }
        println!("{}", lang.pick("Chạy tiếp: doisoat run --resume", "Go on with: doisoat run --resume"));
    }
    Ok(())
}

async fn stop(ledger: &dyn Ledger, lang: Lang) -> Result<(), Problem> {
    let stopped = ledger.request_stop().await?;
    if stopped.is_empty() {
        println!("{}", lang.pick("Không có lượt nào đang chạy.", "Nothing is running."));
    }
    for run in stopped {
        println!("{} {run}", lang.pick("Đã yêu cầu dừng:", "Asked to stop:"));
    }
    Ok(())
}
