//! The province's view.

use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
pub struct HealthArgs {
    /// Only communes in this state: on_time, late, failed …
    #[arg(long, value_name = "STATE")]
    pub state: Option<String>,
    /// Write the table for other tools: .csv, .xlsx or .parquet
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    #[arg(long)]
    pub json: bool,
    /// Judge as if the clock said this now (RFC 3339)
    #[arg(long, value_name = "INSTANT")]
    pub as_if: Option<jiff::Timestamp>,
}

#[derive(Args)]
pub struct WeeklyArgs {
    /// The folder for the workbooks, one for each commune
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Only this commune, by its code of today
    #[arg(long, value_name = "CODE")]
    pub commune: Option<String>,
}
