//! `doisoat audit verify` and `audit list`.

use super::args::{AuditAction, AuditArgs};
use super::table;
use crate::Lang;
use crate::audit::{AuditFiles, Verified, verify};
use crate::problem::{EXIT_COMPLETE, Problem};
use crate::workspace::{connect, load_settings};
use serde_json::json;
use std::path::Path;
use store::audit_chain::Broken;

pub async fn run(config: Option<&Path>, args: AuditArgs, lang: Lang) -> Result<u8, Problem> {
    let loaded = load_settings(config)?;
    let ledger = connect(&loaded.settings).await?;
    ledger.migrate().await?;
    let files = AuditFiles::new(&loaded.settings.data.directory);
    match args.action {
        AuditAction::Verify { json } => {
            let found = verify(&*ledger, &files, &files.key()?).await?;
            ledger.close().await;
            match found {
                Verified::Whole { entries } if json => println!("{}", json!({"whole": true, "entries": entries})),
                Verified::Whole { entries } => {
                    let text = lang.pick("mục, nguyên vẹn", "entries, none changed, removed or moved");
                    println!("{}: {entries} {text}", lang.pick("Nhật ký", "Audit log"));
                }
                Verified::Broken(broken) => return Err(Problem::failed("AUDIT_BROKEN", say(&broken, lang))),
            }
        }
        AuditAction::List { from, limit, json } => {
            let entries = ledger.audit_from(from, limit).await?;
            ledger.close().await;
            if json {
                for chained in entries {
                    let e = chained.entry;
                    let detail: serde_json::Value = serde_json::from_str(&e.detail).unwrap_or_default();
                    println!(
                        "{}",
                        json!({"number": chained.number, "at": e.at, "event": e.event, "actor": e.actor,
                               "subject": e.subject, "request_id": e.request_id, "detail": detail})
                    );
                }
                return Ok(EXIT_COMPLETE);
            }
            let header = match lang {
                Lang::Vi => ["Số", "Lúc", "Việc", "Ai", "Về ai (mã băm)", "Chi tiết"],
                Lang::En => ["No.", "At", "Event", "Who", "About whom (hashed)", "Detail"],
            };
            let mut lines = table::table(&header);
            for chained in entries {
                let e = chained.entry;
                let subject: String = e.subject.chars().take(12).collect();
                // Who looked at a source is named by a personal number, who looked here by an account.
                let is_number = e.actor.len() >= 9 && e.actor.bytes().all(|byte| byte.is_ascii_digit());
                let actor = if is_number { schemas::secret::mask(&e.actor) } else { e.actor.clone() };
                lines.add_row([chained.number.to_string(), e.at, e.event, actor, subject, e.detail]);
            }
            println!("{lines}");
        }
    }
    Ok(EXIT_COMPLETE)
}

fn say(broken: &Broken, lang: Lang) -> String {
    match (lang, broken) {
        (Lang::En, broken) => broken.to_string(),
        (Lang::Vi, Broken::Link { number }) => {
            format!("mục {number} không nối tiếp mục trước: tại đó có mục bị sửa, xoá hoặc đổi chỗ")
        }
        (Lang::Vi, Broken::Gap { missing }) => format!("thiếu mục {missing}"),
        (Lang::Vi, Broken::Cut { last, head }) => {
            format!("nhật ký dừng ở mục {last} nhưng đã từng ghi đến mục {head}: phần cuối bị cắt")
        }
        (Lang::Vi, Broken::Head { number }) => format!("mục {number} không phải mục đã ghi"),
    }
}
