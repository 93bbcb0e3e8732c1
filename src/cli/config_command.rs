//! `doisoat config`: write, check and show the settings.

use super::args::{ConfigAction, ConfigArgs};
use crate::Lang;
use crate::problem::Problem;
use crate::schedule::Timetable;
use crate::watch::Notices;
use crate::work::Slips;
use crate::workspace::{load_rules, load_settings, load_units};
use config::Settings;
use config::settings::TEMPLATE;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

pub fn run(config: Option<&Path>, args: ConfigArgs, lang: Lang) -> Result<u8, Problem> {
    match args.action {
        ConfigAction::Init { file } => {
            let created = OpenOptions::new().write(true).create_new(true).open(&file);
            match created {
                Ok(mut open) => open.write_all(TEMPLATE.as_bytes())?,
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                    return Err(Problem::failed("FILE_EXISTS", format!("{} exists already", file.display())));
                }
                Err(error) => return Err(error.into()),
            }
            println!("{} {}", lang.pick("Đã ghi", "Written:"), file.display());
            println!(
                "{}",
                lang.pick(
                    "Sửa địa chỉ và mật khẩu của từng nguồn, rồi chạy: doisoat config check",
                    "Put in the address and secrets of each source, then run: doisoat config check"
                )
            );
        }
        ConfigAction::Check => {
            let loaded = load_settings(config)?;
            load_units(&loaded.settings)?;
            load_rules(&loaded.settings)?;
            check_by_itself(&loaded.settings)?;
            let place = loaded.file.map_or_else(
                || lang.pick("cấu hình đi kèm", "the embedded defaults").into(),
                |f| f.display().to_string(),
            );
            println!(
                "{}: {place} ({} {})",
                lang.pick("Cấu hình hợp lệ", "The settings are valid"),
                loaded.settings.sources.len(),
                lang.pick("nguồn", "sources")
            );
        }
        ConfigAction::Show => {
            let loaded = load_settings(config)?;
            print!("{}", loaded.settings.to_toml());
        }
    }
    Ok(0)
}

/// What `serve` does by itself is wrong at three in the morning at the latest: so it is read now.
fn check_by_itself(settings: &Settings) -> Result<(), Problem> {
    let (schedule, notify) = (&settings.schedule, &settings.notify);
    Timetable::new(&schedule.nightly, &schedule.time_zone)?;
    Timetable::new(&schedule.weekly, &schedule.time_zone)?;
    Notices::load(notify.templates_directory.as_deref(), Lang::default())?;
    Slips::load(settings.serve.slips_directory.as_deref())?;
    Ok(())
}
