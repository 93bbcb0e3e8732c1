//! Units through time.

use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Args)]
pub struct UnitsArgs {
    #[command(subcommand)]
    pub action: UnitsAction,
}

#[derive(Subcommand)]
pub enum UnitsAction {
    /// Which commune of today an address or a name speaks of, and why
    Resolve {
        #[arg(allow_hyphen_values = true)]
        text: String,
        /// A commune code that stands beside the text
        #[arg(long)]
        code: Option<String>,
        /// The day of which the record is true (yyyy-mm-dd)
        #[arg(long, value_name = "DATE")]
        as_of: Option<jiff::civil::Date>,
        #[arg(long)]
        json: bool,
    },
    /// Every unit that a code has meant, where it came from and what became of it
    Explain {
        code: String,
        #[arg(long)]
        json: bool,
    },
    /// Today's communes of a province
    List {
        /// Province code, one of the 34
        #[arg(long)]
        province: String,
        #[arg(long)]
        json: bool,
    },
    /// Resolve a whole table: CSV, XLSX or Parquet; four columns are added, nothing else changes
    Convert {
        input: PathBuf,
        /// Column with the address or name
        #[arg(long)]
        column: String,
        /// Column with a commune code
        #[arg(long)]
        code_column: Option<String>,
        /// Column with the day of which the row is true
        #[arg(long)]
        as_of_column: Option<String>,
        /// Where to write; the same format as the input
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Threads; 0: one for each processor
        #[arg(long, default_value_t = 0)]
        workers: usize,
    },
    /// How much of each source still uses abolished names and codes, commune by commune
    Stale {
        /// Of this run; without it of the newest
        #[arg(long)]
        run: Option<String>,
        /// Only this source
        #[arg(long)]
        source: Option<String>,
        #[arg(long, default_value_t = 50)]
        limit: usize,
        #[arg(long)]
        json: bool,
    },
    /// What officers said about hamlets of divided communes
    Learned {
        #[command(subcommand)]
        action: LearnedAction,
    },
}

#[derive(Subcommand)]
pub enum LearnedAction {
    /// Remember that a hamlet of an abolished commune now belongs to a commune of today
    Add {
        old: String,
        hamlet: String,
        new: String,
        /// The officer's account
        #[arg(long)]
        officer: String,
        #[arg(long)]
        note: Option<String>,
    },
    /// All answers
    List {
        #[arg(long)]
        json: bool,
    },
    /// Forget one answer
    Forget { old: String, hamlet: String },
    /// Write all answers to a CSV file, to share them
    Export { file: PathBuf },
    /// Take the answers of a CSV file in
    Import { file: PathBuf },
}
