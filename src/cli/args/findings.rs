//! What a night found.

use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Args)]
pub struct FindingsArgs {
    #[command(subcommand)]
    pub action: FindingsAction,
}

#[derive(Args, Clone, Default)]
pub struct FindingFilterArgs {
    /// Kind, for example NAME_DIFF
    #[arg(long)]
    pub kind: Option<String>,
    /// stop, check or note
    #[arg(long)]
    pub severity: Option<String>,
    /// Commune code
    #[arg(long)]
    pub commune: Option<String>,
    /// Source whose record deviates
    #[arg(long)]
    pub source: Option<String>,
    /// new, open, reopened or gone; without it all that are not gone
    #[arg(long)]
    pub state: Option<String>,
}

#[derive(Subcommand)]
pub enum FindingsAction {
    /// Findings, gravest first, numbers masked
    List {
        #[command(flatten)]
        filter: FindingFilterArgs,
        #[arg(long, default_value_t = 50)]
        limit: i64,
        #[arg(long)]
        json: bool,
    },
    /// One finding: values of each source, explanation, next step, history
    Show {
        finding: String,
        #[arg(long)]
        json: bool,
    },
    /// All findings to a file: .csv, .xlsx or .json (JSON lines)
    Export {
        #[command(flatten)]
        filter: FindingFilterArgs,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

#[derive(Args)]
pub struct QualityArgs {
    /// Of this run; without it of the newest
    #[arg(long)]
    pub run: Option<String>,
    /// Only this source
    #[arg(long)]
    pub source: Option<String>,
    /// Commune code
    #[arg(long)]
    pub commune: Option<String>,
    /// Lines for communes, the worst first
    #[arg(long, default_value_t = 30)]
    pub limit: usize,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct QuarantineArgs {
    #[command(subcommand)]
    pub action: QuarantineAction,
}

#[derive(Subcommand)]
pub enum QuarantineAction {
    /// What could not be read, and why
    List {
        /// Only of this run
        #[arg(long)]
        run: Option<String>,
        #[arg(long, default_value_t = 50)]
        limit: i64,
        #[arg(long)]
        json: bool,
    },
    /// One record as the source served it (personal data)
    Show { record: String },
}
