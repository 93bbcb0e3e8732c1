//! `doisoat replay`: the old verdict again, from the old snapshots.

use super::args::ReplayArgs;
use super::findings_command::severity;
use super::run_command::workers;
use crate::Lang;
use crate::nightly::{Replayed, replay};
use crate::problem::{EXIT_COMPLETE, EXIT_INCOMPLETE, Problem};
use crate::workspace::{Workspace, load_settings};
use schemas::clock::SystemClock;
use schemas::{Finding, FindingKind};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

pub async fn run(config: Option<&Path>, args: ReplayArgs, lang: Lang) -> Result<u8, Problem> {
    let workspace = Workspace::open(load_settings(config)?.settings, Arc::new(SystemClock), 0).await?;
    let replayed = replay(workspace, &args.run, workers(args.workers)).await?;
    let mut by_kind = ByKind::new();
    let mut chosen: Vec<Finding> = Vec::new();
    for finding in replayed.now.findings.iter() {
        let finding = finding?;
        *by_kind.entry(finding.kind).or_default() += 1;
        if args.subject.as_deref() == Some(finding.subject.as_str()) {
            chosen.push(finding);
        }
    }
    if args.json {
        println!("{}", as_object(&args.run, &replayed, &by_kind, args.subject.as_deref(), &chosen));
    } else {
        print(&args.run, &replayed, &by_kind, args.subject.is_some(), &chosen, lang);
    }
    Ok(if replayed.is_the_same() { EXIT_COMPLETE } else { EXIT_INCOMPLETE })
}

type ByKind = BTreeMap<FindingKind, u64>;

fn as_object(
    run: &str,
    replayed: &Replayed,
    by_kind: &ByKind,
    subject: Option<&str>,
    chosen: &[Finding],
) -> serde_json::Value {
    let mut object = json!({
        "run_id": run, "date": replayed.date, "same": replayed.is_the_same(),
        "findings_digest_then": replayed.digest_then, "findings_digest": replayed.now.digest,
        "findings": replayed.now.findings.len(), "by_kind": by_kind,
        "rules_changed": replayed.rules_changed, "units_changed": replayed.units_changed,
        "program_then": replayed.program_then,
    });
    if subject.is_some() {
        object["subject"] = json!(subject);
        object["subject_findings"] = json!(chosen);
    }
    object
}

fn print(run: &str, replayed: &Replayed, by_kind: &ByKind, of_subject: bool, chosen: &[Finding], lang: Lang) {
    println!(
        "{} {run} ({}): {} {}",
        lang.pick("Xét lại lượt chạy", "Run"),
        lang.date(&replayed.date.to_string()),
        lang.number(replayed.now.findings.len()),
        lang.pick("sai lệch", "findings")
    );
    let verdict = match (&replayed.digest_then, replayed.is_the_same()) {
        (_, true) => lang.pick("Kết quả giống hệt đêm đó.", "The result is the same as that night's."),
        (None, false) => lang.pick(
            "Lượt chạy đó chưa xong nên không có kết quả để đối chiếu.",
            "That run never ended, so there is no result to compare with.",
        ),
        (Some(_), false) => lang.pick("KẾT QUẢ KHÁC đêm đó.", "The result is NOT that night's."),
    };
    println!("{verdict}");
    if replayed.rules_changed {
        println!(
            "{}",
            lang.pick(
                "Quy tắc nay đã đổi; ở đây dùng quy tắc của đêm đó.",
                "The rules are others today; those of that night were used."
            )
        );
    }
    if replayed.units_changed {
        println!(
            "{}",
            lang.pick(
                "Danh mục đơn vị nay đã đổi, bản cũ không còn: phần địa chỉ có thể khác.",
                "The catalogue of units is another one today: what concerns addresses may differ."
            )
        );
    }
    if !of_subject {
        for (kind, count) in by_kind {
            println!("  {kind:<20} {}", lang.number(*count));
        }
        return;
    }
    if chosen.is_empty() {
        println!("{}", lang.pick("Đối tượng này không có sai lệch nào.", "This subject has no findings."));
    }
    for finding in chosen {
        println!("\n{} · {}", finding.kind, severity(finding.severity, lang));
        println!("  {}", lang.pick(finding.explanation_vi.expose(), finding.explanation_en.expose()));
        println!("  {}", lang.pick(&finding.next_step_vi, &finding.next_step_en));
    }
}
