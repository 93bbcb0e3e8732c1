//! The nights, one by one: stages, sources, what could not be read, the log; start, resume and stop.

use super::draw::{Page, draw, see};
use super::sign_in::note;
use crate::Lang;
use crate::access::Permission;
use crate::nightly::{Report, run_status, source_status};
use crate::problem::Problem;
use crate::web::app::{App, Failure, Reader, Who, frame};
use crate::web::views::{LogLine, RunLine, RunPage, RunSource, RunsPage, StageBar};
use axum::extract::{Form, Path, State};
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use schemas::{PartitionStatus, RunStatus};
use serde::Deserialize;
use std::collections::BTreeMap;
use store::ledger::{PartitionState, RunRow};

/// Runs in the list.
const SHOWN: i64 = 60;
/// Seconds until a page of a run under way is drawn anew.
const ANEW: &str = "5";
/// Records in one download.
const MOST_REJECTS: i64 = 100_000;

pub async fn list(State(app): State<App>, who: Who, reader: Reader) -> Page {
    let lang = reader.lang;
    let runs = app.ledger().runs(SHOWN).await?;
    let next = app.nightly.as_ref().and_then(|table| table.next(app.now()));
    draw(&RunsPage {
        frame: frame(&app, &who, &reader, "runs", lang.pick("Các lượt chạy", "Runs")).await?,
        running: is_running(&app, runs.first()),
        can_resume: can_resume(&app, runs.first()),
        runs: runs.iter().map(|run| line(run, lang)).collect(),
        next: next.map(|at| lang.instant(at)).unwrap_or_default(),
        may_run: who.actor().may(Permission::RunNights),
    })
}

fn is_running(app: &App, newest: Option<&RunRow>) -> bool {
    app.runner.is_running() || newest.is_some_and(|run| run.status == RunStatus::Running)
}

fn can_resume(app: &App, newest: Option<&RunRow>) -> bool {
    !is_running(app, newest) && newest.is_some_and(|run| run.status != RunStatus::Complete)
}

fn line(run: &RunRow, lang: Lang) -> RunLine {
    let took = run.finished_at.map(|end| duration(end.duration_since(run.started_at).as_secs(), lang));
    RunLine {
        id: run.run_id.clone(),
        status: run.status.to_string(),
        words: run_status(run.status, lang).to_owned(),
        night: lang.date(&run.business_date),
        started: lang.instant(run.started_at),
        took: took.unwrap_or_default(),
        error: run
            .error_code
            .as_ref()
            .map(|code| format!("[{code}] {}", run.error_detail.as_deref().unwrap_or_default()))
            .unwrap_or_default(),
    }
}

fn duration(seconds: i64, lang: Lang) -> String {
    match seconds {
        0..120 => format!("{seconds} {}", lang.pick("giây", "s")),
        120..7200 => format!("{} {}", seconds / 60, lang.pick("phút", "min")),
        _ => {
            format!("{} {} {} {}", seconds / 3600, lang.pick("giờ", "h"), seconds % 3600 / 60, lang.pick("phút", "min"))
        }
    }
}

pub async fn one(State(app): State<App>, who: Who, reader: Reader, Path(id): Path<String>) -> Page {
    let lang = reader.lang;
    let run = known(&app, &id).await?;
    let newest = app.ledger().runs(1).await?;
    let is_newest = newest.first().is_some_and(|newest| newest.run_id == run.run_id);
    let live = run.status == RunStatus::Running;
    let partitions = app.ledger().partitions(&run.run_id).await?;
    let report: Option<Report> = run.report.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let rejects: i64 = partitions.iter().map(|state| state.rejects).sum();
    // The log is that of the process that was started here.
    let log = if is_newest { app.runner.log() } else { Vec::new() };
    let next_step = run.error_code.as_deref().map(|code| Problem::next_step_of(code, lang).to_owned());
    let page = RunPage {
        frame: frame(&app, &who, &reader, "runs", &format!("{} {id}", lang.pick("Lượt chạy", "Run"))).await?,
        run: line(&run, lang),
        live,
        may_run: who.actor().may(Permission::RunNights),
        can_resume: is_newest && can_resume(&app, newest.first()),
        stages: stages(&run, report.as_ref(), &partitions, lang),
        sources: sources(report.as_ref(), &partitions, lang),
        rejects: u64::try_from(rejects).unwrap_or(0),
        log: log
            .into_iter()
            .rev()
            .map(|entry| LogLine { at: lang.instant(entry.at), level: entry.level, text: entry.text })
            .collect(),
        next_step: next_step.unwrap_or_default(),
    };
    let mut response = draw(&page)?;
    if live {
        response.headers_mut().insert(header::REFRESH, HeaderValue::from_static(ANEW));
    }
    Ok(response)
}

async fn known(app: &App, id: &str) -> Result<RunRow, Failure> {
    app.ledger().run(id).await.map_err(|_| Problem::usage("NOT_FOUND", "there is no such run").into())
}

const STAGES: [(&str, &str, &str); 6] = [
    ("connect", "Kết nối", "Connect"),
    ("pull", "Tải", "Pull"),
    ("promote", "Đưa vào dùng", "Promote"),
    ("reconcile", "Ghép và so sánh", "Reconcile"),
    ("publish", "Công bố", "Publish"),
    ("report", "Báo cáo", "Report"),
];

fn stages(run: &RunRow, report: Option<&Report>, partitions: &[PartitionState], lang: Lang) -> Vec<StageBar> {
    let empty = BTreeMap::new();
    let seconds = report.map_or(&empty, |report| &report.stages);
    let whole: f64 = STAGES.iter().filter_map(|(name, ..)| seconds.get(*name)).sum();
    let share = |part: f64| if whole > 0.0 { (part * 1000.0 / whole) as u32 } else { 0 };
    let now = STAGES.iter().position(|(name, ..)| *name == run.stage);
    let mut from = 0.0;
    let bar = |(at, (name, vi, en)): (usize, &(&str, &str, &str))| {
        let took = seconds.get(*name).copied();
        let begins = from;
        from += took.unwrap_or(0.0);
        let class = match now {
            _ if took.is_some() || run.stage == "done" => "past",
            Some(now) if now == at => "now",
            Some(now) if at < now => "past",
            _ => "later",
        };
        StageBar {
            words: lang.pick(vi, en).to_owned(),
            seconds: match (took, class) {
                (Some(took), _) => format!("{} s", lang.decimal(took)),
                (None, "now") => lang.pick("đang chạy", "under way").to_owned(),
                _ => String::new(),
            },
            from: if took.is_some() { share(begins) } else { 0 },
            length: match (took, class) {
                (Some(took), _) => share(took).max(4),
                (None, "now") => 1000,
                _ => 0,
            },
            class,
            rows: rows_of(name, report, partitions, lang),
        }
    };
    STAGES.iter().enumerate().map(bar).collect()
}

/// What went into a stage and came out of it.
fn rows_of(stage: &str, report: Option<&Report>, partitions: &[PartitionState], lang: Lang) -> String {
    let sum = |of: fn(&PartitionState) -> i64| {
        lang.number(u64::try_from(partitions.iter().map(of).sum::<i64>()).unwrap_or(0))
    };
    let records = lang.pick("bản ghi", "records");
    match (stage, report) {
        ("pull", _) => format!(
            "{} → {} {records}, {} {}",
            sum(|p| p.served),
            sum(|p| p.records),
            sum(|p| p.rejects),
            lang.pick("không đọc được", "unreadable")
        ),
        ("promote", Some(report)) => {
            let kept: u64 = report.sources.iter().map(|source| source.snapshot_records).sum();
            format!("{} → {} {records}", sum(|p| p.records), lang.number(kept))
        }
        ("reconcile" | "publish", Some(report)) => {
            format!("→ {} {}", lang.number(report.finding_count()), lang.pick("sai lệch", "findings"))
        }
        _ => String::new(),
    }
}

fn sources(report: Option<&Report>, partitions: &[PartitionState], lang: Lang) -> Vec<RunSource> {
    if let Some(report) = report {
        let row = |source: &crate::nightly::SourceReport| RunSource {
            name: source.name.to_string(),
            dataset: source.dataset.to_string(),
            status: source_status(source.status, lang).to_owned(),
            partitions: format!("{}/{}", source.partitions_complete, source.partitions),
            pages: lang.number(source.pages),
            records: lang.number(source.records),
            quarantined: lang.number(source.quarantined),
            requests: lang.number(source.requests),
            error: source
                .error_code
                .as_ref()
                .map(|code| format!("[{code}] {}", source.error.as_deref().unwrap_or_default()))
                .unwrap_or_default(),
        };
        return report.sources.iter().map(row).collect();
    }
    let mut by_source: BTreeMap<(String, String), Vec<&PartitionState>> = BTreeMap::new();
    for state in partitions {
        let key = (state.partition.source.to_string(), state.partition.dataset.to_string());
        by_source.entry(key).or_default().push(state);
    }
    let row = |((name, dataset), states): ((String, String), Vec<&PartitionState>)| {
        let sum = |of: fn(&PartitionState) -> i64| {
            lang.number(u64::try_from(states.iter().map(|s| of(s)).sum::<i64>()).unwrap_or(0))
        };
        let complete = states.iter().filter(|s| s.status == PartitionStatus::Complete).count();
        RunSource {
            name,
            dataset,
            status: String::new(),
            partitions: format!("{complete}/{}", states.len()),
            pages: sum(|s| s.pages),
            records: sum(|s| s.records),
            quarantined: sum(|s| s.rejects),
            requests: String::new(),
            error: states.iter().find_map(|s| s.error_code.clone()).map(|code| format!("[{code}]")).unwrap_or_default(),
        }
    };
    by_source.into_iter().map(row).collect()
}

#[derive(Deserialize)]
pub struct Sure {
    #[serde(default)]
    sure: String,
}

/// A night from its beginning asks the sources for everything again: not by a slip of the hand.
pub async fn start(State(app): State<App>, who: Who, Form(form): Form<Sure>) -> Page {
    if form.sure != "yes" {
        return Err(Problem::usage("NOT_SURE", "a run from its beginning has to be confirmed").into());
    }
    begin(&app, &who, false).await
}

pub async fn resume(State(app): State<App>, who: Who) -> Page {
    begin(&app, &who, true).await
}

async fn begin(app: &App, who: &Who, resume: bool) -> Page {
    let newest = app.ledger().runs(1).await?;
    if newest.first().is_some_and(|run| run.status == RunStatus::Running) && !resume {
        return Err(Problem::failed("RUN_UNDER_WAY", "a run is under way").into());
    }
    let event = if resume { "run.resume" } else { "run.start" };
    note(app, &who.signed_in.account.login, event, "nightly").await?;
    app.runner.start(resume)?;
    see("/runs")
}

pub async fn stop(State(app): State<App>, who: Who) -> Page {
    note(&app, &who.signed_in.account.login, "run.stop", "nightly").await?;
    app.ledger().request_stop().await?;
    see("/runs")
}

/// What could not be read and why, for whoever must mend it. The records themselves stay in the
/// ledger: a record's key names it at its source.
pub async fn rejects(State(app): State<App>, who: Who, Path(id): Path<String>) -> Page {
    let run = known(&app, &id).await?;
    note(&app, &who.signed_in.account.login, "run.rejects", &run.run_id).await?;
    let rejected = app.ledger().quarantined(Some(&run.run_id), MOST_REJECTS).await?;
    let failed = |error: csv::Error| Problem::failed("EXPORT", error.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["source", "dataset", "partition", "record_key", "reason", "detail"]).map_err(failed)?;
    for one in rejected {
        let key = one.record_key.unwrap_or_default();
        writer
            .write_record([&one.source, &one.dataset, &one.partition_key, &key, &one.reason, &one.detail])
            .map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|error| Problem::failed("EXPORT", error.to_string()))?;
    let name = format!("attachment; filename=\"ban-ghi-loi-{}.csv\"", run.run_id);
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}
