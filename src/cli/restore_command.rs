//! `doisoat restore`: a backup onto an empty place.

use super::args::RestoreArgs;
use super::backup_command::{as_object, line, print_by_hand};
use crate::Lang;
use crate::keep::backup::{plan, restore};
use crate::problem::{EXIT_COMPLETE, EXIT_INCOMPLETE, Problem};
use crate::workspace::load_settings;
use jiff::Timestamp;
use serde_json::json;
use std::path::Path;

pub async fn run(config: Option<&Path>, args: RestoreArgs, lang: Lang) -> Result<u8, Problem> {
    let loaded = load_settings(config)?;
    let planned = plan(&loaded, &args.from).await?;
    let (data, ledger) = (&loaded.settings.data.directory, &loaded.settings.ledger.url);
    if !args.yes {
        if args.json {
            println!("{}", with(as_object(&args.from, &planned.manifest), false));
            return Ok(EXIT_INCOMPLETE);
        }
        println!("{}: {}", lang.pick("Bản sao nguyên vẹn", "The backup is whole"), args.from.display());
        println!("  {}", line(&planned.manifest, lang));
        println!("  {} {}", lang.pick("Dữ liệu sẽ vào", "Data would go into"), data.display());
        println!("  {} {ledger}", lang.pick("Sổ cái sẽ vào", "The ledger would go into"));
        let words = "Chưa đụng gì cả. Để khôi phục, chạy lại với --yes";
        println!("{}", lang.pick(words, "Nothing was touched. To do it, run again with --yes"));
        return Ok(EXIT_INCOMPLETE);
    }
    let manifest = restore(&loaded, planned, Timestamp::now()).await?.manifest;
    if args.json {
        println!("{}", with(as_object(&args.from, &manifest), true));
        return Ok(EXIT_COMPLETE);
    }
    println!("{}: {}", lang.pick("Đã khôi phục vào", "Restored into"), data.display());
    println!("  {}", line(&manifest, lang));
    print_by_hand(&manifest.by_hand, lang);
    println!("{}", lang.pick("Việc cần làm tiếp:", "What comes next:"));
    let steps = match lang {
        Lang::Vi => [
            "doisoat audit verify            nhật ký còn nguyên vẹn không",
            "doisoat sources check           mật khẩu và đường tới các nguồn",
            "doisoat run --resume            chạy tiếp lượt dở, nếu có; không thì: doisoat run",
            "doisoat serve                   mở trang cho cán bộ",
        ],
        Lang::En => [
            "doisoat audit verify            whether the audit log is whole",
            "doisoat sources check           secrets, and the way to the sources",
            "doisoat run --resume            go on with an unfinished run; if there is none: doisoat run",
            "doisoat serve                   the pages for clerks",
        ],
    };
    steps.iter().for_each(|step| println!("  {step}"));
    Ok(EXIT_COMPLETE)
}

fn with(mut object: serde_json::Value, restored: bool) -> serde_json::Value {
    object["restored"] = json!(restored);
    object
}
