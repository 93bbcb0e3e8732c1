//! The grammar of the command line. The English help stands here, the Vietnamese in `help_vi`.

mod accounts;
mod check;
mod findings;
mod health;
mod keep;
mod links;
mod rules;
mod runs;
mod service;
mod tables;
mod units;
mod world;

pub use accounts::*;
pub use check::*;
pub use findings::*;
pub use health::*;
pub use keep::*;
pub use links::*;
pub use rules::*;
pub use runs::*;
pub use service::*;
pub use tables::*;
pub use units::*;
pub use world::*;

use super::help_vi;
use crate::Lang;
use clap::{CommandFactory, Parser, Subcommand};
use std::path::PathBuf;

/// Reconciles national and commune databases.
#[derive(Parser)]
#[command(name = "doisoat", version, arg_required_else_help = true, disable_help_subcommand = true)]
pub struct Cli {
    /// Settings file; without it doisoat.toml in the current folder, or the embedded defaults
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Language: vi or en; without it from the locale
    #[arg(long, global = true, value_name = "vi|en", value_parser = ["vi", "en"])]
    pub lang: Option<String>,
    /// What to log to standard error: error, warn, info, debug
    #[arg(long, global = true, value_name = "LEVEL")]
    pub log: Option<String>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Make up a province, run a night on it, and compare what was found with what was planted
    Demo(DemoArgs),
    /// Pull all sources, reconcile, report
    Run(RunArgs),
    /// The runs so far
    Runs(RunsArgs),
    /// The configured sources
    Sources(SourcesArgs),
    /// The findings
    Findings(FindingsArgs),
    /// One citizen or one case: may it go on, and if not, what conflicts and who corrects it
    Check(CheckArgs),
    /// How good the data of each source are, commune by commune
    Quality(QualityArgs),
    /// Which communes can work today: states, age of data, last good night
    Health(HealthArgs),
    /// Workbooks for communes: who must correct what, at which source
    Weekly(WeeklyArgs),
    /// Records that could not be read
    Quarantine(QuarantineArgs),
    /// The settings
    Config(ConfigArgs),
    /// Who asked about which citizen
    Audit(AuditArgs),
    /// The ledger's database
    Db(DbArgs),
    /// Back up ledger, snapshots, audit key and settings, or look at a backup
    Backup(BackupArgs),
    /// Put a backup back onto an empty place: all of it, or nothing
    Restore(RestoreArgs),
    /// Remove what is older than the settings keep it
    Retention(RetentionArgs),
    /// Names and codes of communes through time
    Units(UnitsArgs),
    /// Give the verdict of an earlier run again, from its snapshots, rules and decisions
    Replay(ReplayArgs),
    /// The rules that make findings: check them, try them
    Rules(RulesArgs),
    /// Which rows of two tables, or of one, are of the same person or thing
    Link(LinkArgs),
    /// Records without a usable number: whom they may speak of
    Links(LinksArgs),
    /// Accounts of the pages: list, invite, new links, roles
    Accounts(AccountsArgs),
    /// In what two tables with a common key differ
    Compare(CompareArgs),
    /// Serve the pages for clerks, and units as JSON and for OpenRefine
    Serve(ServeArgs),
    /// Serve a made-up province until interrupted, with settings to run against it
    Sandbox(SandboxArgs),
}

/// The grammar with its help in the given language.
pub fn command(lang: Lang) -> clap::Command {
    match lang {
        Lang::En => Cli::command(),
        Lang::Vi => help_vi::translate(Cli::command()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_is_sound_in_both_languages() {
        command(Lang::En).debug_assert();
        command(Lang::Vi).debug_assert();
    }

    #[test]
    fn every_help_text_has_its_vietnamese() {
        let missing = help_vi::untranslated(&Cli::command());
        assert!(missing.is_empty(), "{missing:?}");
    }
}
