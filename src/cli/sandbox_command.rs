//! `doisoat sandbox`: the made-up systems, until interrupted.

use super::args::SandboxArgs;
use super::demo_command::plan;
use crate::Lang;
use crate::demo;
use crate::problem::Problem;
use schemas::clock::AnchoredClock;
use std::io::Write;
use std::sync::Arc;

pub async fn run(args: SandboxArgs, lang: Lang) -> Result<u8, Problem> {
    let plan = plan(&args.world, args.ledger.clone());
    let clock = Arc::new(AnchoredClock::new(demo::night_begins()));
    let served = demo::serve(&args.dir, &plan, clock).await?;
    println!("{} {}", lang.pick("Đang phục vụ; cấu hình:", "Serving; settings:"), served.settings_file.display());
    println!("doisoat run --config {} --as-if {}", served.settings_file.display(), demo::night_begins());
    std::io::stdout().flush()?;
    tokio::signal::ctrl_c().await?;
    served.running.stopped().await;
    Ok(0)
}
