//! Records without a usable number.

use clap::{Args, Subcommand, ValueEnum};

#[derive(Args)]
pub struct LinksArgs {
    #[command(subcommand)]
    pub action: LinksAction,
}

#[derive(Subcommand)]
pub enum LinksAction {
    /// Pairs that people should look at, the likeliest first
    Review {
        /// Only this source
        #[arg(long)]
        source: Option<String>,
        #[arg(long, default_value_t = 50)]
        limit: i64,
        #[arg(long)]
        json: bool,
    },
    /// What speaks for and against, field by field
    Show {
        /// As the review names it: SOURCE/RECORD, with #PART where a record speaks of several people
        record: String,
        /// The person's 12-digit number; without it all candidates
        person: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// Remember that a record is of a person, or is not
    Decide {
        /// As the review names it: SOURCE/RECORD, with #PART where a record speaks of several people
        record: String,
        /// The person's 12-digit number
        person: String,
        /// same or not-same
        #[arg(value_enum, hide_possible_values = true)]
        said: SaidOfPair,
        /// The officer's account
        #[arg(long)]
        officer: String,
        /// Why: which papers were looked at
        #[arg(long)]
        reason: String,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SaidOfPair {
    Same,
    NotSame,
}
