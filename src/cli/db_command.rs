//! `doisoat db migrate`.

use super::args::{DbAction, DbArgs};
use crate::Lang;
use crate::problem::Problem;
use crate::workspace::{connect, load_settings};
use std::path::Path;

pub async fn run(config: Option<&Path>, args: DbArgs, lang: Lang) -> Result<u8, Problem> {
    let DbAction::Migrate = args.action;
    let loaded = load_settings(config)?;
    let ledger = connect(&loaded.settings).await?;
    ledger.migrate().await?;
    println!("{} ({})", lang.pick("Sổ cái đã cập nhật", "The ledger is up to date"), ledger.database());
    ledger.close().await;
    Ok(0)
}
