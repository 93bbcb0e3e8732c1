//! Backups, putting them back, and removing what is old.

use clap::{ArgGroup, Args};
use jiff::Timestamp;
use std::path::PathBuf;

#[derive(Args)]
#[command(group = ArgGroup::new("what").required(true).args(["to", "verify"]))]
pub struct BackupArgs {
    /// Write a whole backup into this folder
    #[arg(long, value_name = "DIR")]
    pub to: Option<PathBuf>,
    /// Look at every byte of this backup, without putting it back
    #[arg(long, value_name = "BACKUP")]
    pub verify: Option<PathBuf>,
    /// Keep only the newest whole backups, this one included
    #[arg(long, value_name = "NUMBER", requires = "to", value_parser = clap::value_parser!(u32).range(1..))]
    pub keep: Option<u32>,
    /// Back up as if the clock said this now (RFC 3339)
    #[arg(long, value_name = "INSTANT")]
    pub as_if: Option<Timestamp>,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct RestoreArgs {
    /// The backup to put back
    #[arg(long, value_name = "BACKUP")]
    pub from: PathBuf,
    /// Do it; without it everything is looked at and nothing is touched
    #[arg(long)]
    pub yes: bool,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct RetentionArgs {
    /// Say what would be removed, and remove nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Look as if the clock said this now (RFC 3339)
    #[arg(long, value_name = "INSTANT")]
    pub as_if: Option<Timestamp>,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}
