//! Rules, and trying them.

use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Args)]
pub struct RulesArgs {
    #[command(subcommand)]
    pub action: RulesAction,
}

#[derive(Subcommand)]
pub enum RulesAction {
    /// Say whether the rules can be used, and list them
    Check {
        /// A file of rules; without it those of the settings
        file: Option<PathBuf>,
        /// Print one JSON object on standard output
        #[arg(long)]
        json: bool,
    },
    /// What the rules say of the records of one person
    Try {
        /// The records: a JSON file
        #[arg(long)]
        record: PathBuf,
        /// As for a case of this procedure, by its code
        #[arg(long)]
        procedure: Option<String>,
        /// A file of rules that is not in force yet
        #[arg(long)]
        rules: Option<PathBuf>,
        /// Print one JSON object on standard output
        #[arg(long)]
        json: bool,
    },
}
