//! `doisoat backup`: make one, or look at one.

use super::args::BackupArgs;
use crate::Lang;
use crate::keep::backup::{Manifest, make, verify};
use crate::problem::{EXIT_COMPLETE, Problem};
use crate::workspace::load_settings;
use config::settings::ByHand;
use jiff::Timestamp;
use serde_json::json;
use std::path::Path;

pub async fn run(config: Option<&Path>, args: BackupArgs, lang: Lang) -> Result<u8, Problem> {
    if let Some(folder) = &args.verify {
        let manifest = verify(folder)?.manifest;
        if args.json {
            println!("{}", as_object(folder, &manifest));
        } else {
            let words = lang.pick("Bản sao nguyên vẹn", "The backup is whole");
            println!("{words}: {}", folder.display());
            println!("  {}", line(&manifest, lang));
        }
        return Ok(EXIT_COMPLETE);
    }
    let to = args.to.unwrap_or_default();
    let loaded = load_settings(config)?;
    let now = args.as_if.unwrap_or_else(Timestamp::now);
    let made = make(&loaded, &to, args.keep.map(|keep| keep as usize), now).await?;
    if args.json {
        let mut object = as_object(&made.place, &made.manifest);
        object["removed"] = json!(made.removed);
        println!("{object}");
        return Ok(EXIT_COMPLETE);
    }
    println!("{}: {}", lang.pick("Đã sao lưu", "Backed up"), made.place.display());
    println!("  {}", line(&made.manifest, lang));
    for name in &made.removed {
        println!("  {} {name}", lang.pick("Đã xóa bản sao cũ", "Removed the old backup"));
    }
    print_by_hand(&made.manifest.by_hand, lang);
    Ok(EXIT_COMPLETE)
}

pub fn as_object(place: &Path, manifest: &Manifest) -> serde_json::Value {
    json!({
        "backup": place.display().to_string(), "made_at": manifest.made_at.to_string(),
        "program": manifest.program, "province": manifest.province, "ledger": manifest.ledger,
        "ledger_version": manifest.ledger_version, "files": manifest.files.len(), "bytes": manifest.bytes(),
        "by_hand": manifest.by_hand,
    })
}

/// When, of what, how much.
pub fn line(manifest: &Manifest, lang: Lang) -> String {
    let (files, mib) = (lang.number(manifest.files.len() as u64), manifest.bytes() as f64 / f64::from(1 << 20));
    format!(
        "{} · {} · {files} {}, {} MiB",
        lang.instant(manifest.made_at),
        manifest.ledger.as_str(),
        lang.pick("tệp", "files"),
        lang.decimal(mib)
    )
}

/// Secrets are in no backup.
pub fn print_by_hand(by_hand: &[ByHand], lang: Lang) {
    if by_hand.is_empty() {
        return;
    }
    println!(
        "{}",
        lang.pick(
            "Không có trong bản sao, phải tự cất giữ và đặt lại bằng tay:",
            "Not in the backup; keep these elsewhere and bring them back by hand:"
        )
    );
    for one in by_hand {
        println!("  {} ← {}", one.key, one.place);
    }
}
