//! `doisoat retention`: what is old goes now, or is only told of.

use super::args::RetentionArgs;
use crate::Lang;
use crate::keep::retention::{Removed, apply};
use crate::problem::{EXIT_COMPLETE, EXIT_FAILED, Problem};
use crate::workspace::{Workspace, load_settings};
use schemas::Clock;
use schemas::clock::{FixedClock, SystemClock};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;

pub async fn run(config: Option<&Path>, args: RetentionArgs, lang: Lang) -> Result<u8, Problem> {
    let clock: Arc<dyn Clock> = match args.as_if {
        Some(instant) => Arc::new(FixedClock(instant)),
        None => Arc::new(SystemClock),
    };
    let workspace = Workspace::open(load_settings(config)?.settings, clock, 0).await?;
    let removed = apply(&workspace, !args.dry_run).await;
    workspace.ledger.close().await;
    if args.json {
        println!("{}", json!({"dry_run": args.dry_run, "kinds": removed.kinds, "failed": removed.failed}));
    } else {
        let (vi, en) = match (removed.kinds.is_empty(), args.dry_run) {
            (true, _) => ("Không có gì quá hạn.", "Nothing is old enough."),
            (false, true) => ("Sẽ xóa (chưa xóa gì):", "Would be removed (nothing was):"),
            (false, false) => ("Đã xóa:", "Removed:"),
        };
        println!("{}", lang.pick(vi, en));
        lines(&removed, lang).iter().for_each(|line| println!("  {line}"));
    }
    Ok(if removed.failed.is_empty() { EXIT_COMPLETE } else { EXIT_FAILED })
}

/// One line for each kind, then what could not be removed.
pub fn lines(removed: &Removed, lang: Lang) -> Vec<String> {
    let mut lines = Vec::new();
    for one in &removed.kinds {
        let day = |day: jiff::civil::Date| lang.date(&day.to_string());
        let days = match (one.oldest, one.newest) {
            (Some(oldest), Some(newest)) if oldest == newest => format!(" ({})", day(oldest)),
            (Some(oldest), Some(newest)) => format!(" ({} – {})", day(oldest), day(newest)),
            _ => String::new(),
        };
        lines.push(format!("{} {}{days}", lang.number(one.count), words(&one.kind, lang)));
    }
    for one in &removed.failed {
        let what = lang.pick("CHƯA xóa được", "could NOT be removed");
        lines.push(format!("{}: {what}: [{}] {}", words(&one.kind, lang), one.code, one.cause));
    }
    lines
}

fn words(kind: &str, lang: Lang) -> &str {
    match kind {
        "stages" => lang.pick("trang đã tải của lượt không ai chạy tiếp", "pages of runs that nobody resumes"),
        "runs" => lang.pick("lượt chạy cũ, cùng báo cáo và số đo", "old runs with their reports and figures"),
        "usage" => lang.pick("số đếm yêu cầu của các đêm cũ", "counts of requests of old nights"),
        "quarantine" => lang.pick("bản ghi cách ly", "quarantined records"),
        "findings" => lang.pick("sai lệch đã hết, cùng lịch sử", "findings that are gone, with their history"),
        "corrections" => lang.pick("phiếu đính chính đã đóng", "closed correction requests"),
        "escalations" => lang.pick("việc chuyển lên tỉnh đã trả lời", "answered questions to the province"),
        "sessions" => lang.pick("phiên làm việc", "sessions"),
        "links" => lang.pick("đường dẫn một lần", "one-time links"),
        "requests" => lang.pick("câu trả lời cho yêu cầu gửi lặp", "answers to repeated requests"),
        "nights" => lang.pick("kết quả từng đêm của các nguồn", "what nights brought"),
        "incidents" => lang.pick("sự cố đã xong", "incidents that are over"),
        "notifications" => lang.pick("thông báo đã gửi hoặc đã thôi gửi", "notifications that were sent or given up"),
        "files_taken" => lang.pick("tệp đã nhận của xã", "files taken from communes"),
        "files_returned" => lang.pick("tệp đã trả lại xã", "files returned to communes"),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::ledger::Aged;

    #[test]
    fn every_kind_has_its_words() {
        for what in Aged::ALL.iter().map(|what| what.as_str()).chain(["files_taken", "files_returned"]) {
            assert_ne!(words(what, Lang::Vi), what);
            assert_ne!(words(what, Lang::Vi), words(what, Lang::En));
        }
    }
}
