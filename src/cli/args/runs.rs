//! Nights: run, look at, stop, give again.

use clap::{Args, Subcommand};
use jiff::Timestamp;

#[derive(Args)]
pub struct RunArgs {
    /// Go on with the newest unfinished run from its checkpoints
    #[arg(long)]
    pub resume: bool,
    /// Believe the many deletions of this source (repeatable)
    #[arg(long, value_name = "SOURCE")]
    pub approve_deletions: Vec<String>,
    /// Run as if the clock said this now (RFC 3339): to try a night again
    #[arg(long, value_name = "INSTANT")]
    pub as_if: Option<Timestamp>,
    /// Threads for reconciling; 0: one for each processor
    #[arg(long, default_value_t = 0)]
    pub workers: usize,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct RunsArgs {
    #[command(subcommand)]
    pub action: RunsAction,
}

#[derive(Subcommand)]
pub enum RunsAction {
    /// The newest runs
    List {
        #[arg(long, default_value_t = 20)]
        limit: i64,
        #[arg(long)]
        json: bool,
    },
    /// One run: its report, and where each partition stands
    Show {
        run: String,
        #[arg(long)]
        json: bool,
    },
    /// Ask what runs to stop at its checkpoints
    Stop,
}

#[derive(Args)]
pub struct ReplayArgs {
    /// The run, as `doisoat runs list` names it
    pub run: String,
    /// Tell the findings of this subject: person:…, case:…, parcel:…
    #[arg(long)]
    pub subject: Option<String>,
    /// Threads for reconciling; 0: one for each processor
    #[arg(long, default_value_t = 0)]
    pub workers: usize,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct SourcesArgs {
    #[command(subcommand)]
    pub action: SourcesAction,
}

#[derive(Subcommand)]
pub enum SourcesAction {
    /// Ask every source one small question
    Check {
        #[arg(long)]
        json: bool,
    },
}
