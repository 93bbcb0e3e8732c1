//! `doisoat weekly`: workbooks for communes.

use super::args::WeeklyArgs;
use crate::Lang;
use crate::problem::Problem;
use crate::work::weekly;
use crate::workspace::{Workspace, load_settings};
use schemas::clock::SystemClock;
use std::path::Path;
use std::sync::Arc;

pub async fn run(config: Option<&Path>, args: WeeklyArgs, lang: Lang) -> Result<u8, Problem> {
    let workspace = Workspace::open(load_settings(config)?.settings, Arc::new(SystemClock), 0).await?;
    let written = weekly::write_all(&workspace, &args.out, args.commune.as_deref(), lang).await?;
    workspace.ledger.close().await;
    println!("{} {} {}", written, lang.pick("bảng tính trong", "workbooks in"), args.out.display());
    Ok(0)
}
