//! The grammar of the command line. The English help stands here, the Vietnamese in `help_vi`.

use super::help_vi;
use crate::Lang;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use config::{BirthDateShape, Operation, Wrapper};
use jiff::Timestamp;
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
    /// How good the data of each source are, commune by commune
    Quality(QualityArgs),
    /// Records that could not be read
    Quarantine(QuarantineArgs),
    /// The settings
    Config(ConfigArgs),
    /// Who asked about which citizen
    Audit(AuditArgs),
    /// The ledger's database
    Db(DbArgs),
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
    /// In what two tables with a common key differ
    Compare(CompareArgs),
    /// Serve units over HTTP: JSON and OpenRefine reconciliation
    Serve(ServeArgs),
    /// Serve a made-up province until interrupted, with settings to run against it
    Sandbox(SandboxArgs),
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

#[derive(Args)]
pub struct LinkArgs {
    /// A table: .csv, .xlsx or .parquet
    pub left: std::path::PathBuf,
    /// The other table; without it the first is linked with itself
    pub right: Option<std::path::PathBuf>,
    /// What is compared, and how: a TOML file
    #[arg(long)]
    pub spec: std::path::PathBuf,
    /// Where the pairs go: .csv
    #[arg(long)]
    pub out: std::path::PathBuf,
    /// A column that names the rows, in both tables
    #[arg(long)]
    pub key: Option<String>,
    /// A model that was learned before; without it one is learned from the tables
    #[arg(long)]
    pub model: Option<std::path::PathBuf>,
    /// Where the learned model goes
    #[arg(long)]
    pub save_model: Option<std::path::PathBuf>,
    /// Threads; 0: one for each processor
    #[arg(long, default_value_t = 0)]
    pub workers: usize,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

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

#[derive(Args)]
pub struct CompareArgs {
    /// A table: .csv, .xlsx or .parquet
    pub left: std::path::PathBuf,
    /// The other table: .csv, .xlsx or .parquet
    pub right: std::path::PathBuf,
    /// The column that names a row in both tables: its header, or a field such as personal_id
    #[arg(long)]
    pub key: String,
    /// Which columns are which fields, and how they are compared: a TOML file
    #[arg(long)]
    pub map: Option<std::path::PathBuf>,
    /// Where the findings go: .csv, .xlsx or .parquet
    #[arg(long)]
    pub out: std::path::PathBuf,
    /// Where a report for people goes: one HTML page
    #[arg(long)]
    pub html: Option<std::path::PathBuf>,
    /// Threads; 0: one for each processor
    #[arg(long, default_value_t = 0)]
    pub workers: usize,
    /// Memory to use, in MiB; larger tables go through the disk
    #[arg(long, default_value_t = 1024)]
    pub memory_mib: u64,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Clone)]
pub struct WorldArgs {
    /// Province code, one of the 34
    #[arg(long, default_value = "08")]
    pub province: String,
    /// How many people to make up
    #[arg(long, default_value_t = 20_000)]
    pub persons: usize,
    /// The same seed makes the same province
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Share of requests that go wrong, 0 to 0.9
    #[arg(long, default_value_t = 0.2)]
    pub faults: f64,
    /// Serves records in another order, for a number other than 0
    #[arg(long, default_value_t = 0, hide = true)]
    pub page_order: u64,
    /// Scale of the planted defects: 1 is about 5 % of the records
    #[arg(long, default_value_t = 1.0, hide = true)]
    pub defects: f64,
    /// How the population source is asked
    #[arg(long, value_enum, default_value_t = PopulationMode::Feed)]
    pub population: PopulationMode,
    #[command(flatten)]
    pub shapes: ShapeArgs,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PopulationMode {
    /// Paged change records: the whole province
    Feed,
    /// One citizen at a time, within a nightly quota
    Lookup,
}

/// The shapes of `docs/wire.md` that the servers speak.
#[derive(Args, Clone)]
pub struct ShapeArgs {
    /// What is asked about one citizen: look_up or verify
    #[arg(long, default_value = "look_up", value_parser = word::<Operation>)]
    pub operation: Operation,
    /// Birth date in the question: element or text
    #[arg(long, default_value = "element", value_parser = word::<BirthDateShape>)]
    pub birth_date: BirthDateShape,
    /// Gateway before the population source: none, opencps, flat_json or xml_in_json
    #[arg(long, default_value = "none", value_parser = word::<Wrapper>)]
    pub wrapper: Wrapper,
    /// The civil-status system speaks the shape of August 2025
    #[arg(long)]
    pub newer_civil_status: bool,
    /// Minutes from the beginning of the night until new-borns' numbers arrive; without it they are there
    #[arg(long, value_name = "MINUTES")]
    pub late_numbers: Option<u32>,
}

/// One of the words that the settings file has for it.
fn word<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(text.into()).map_err(|error| error.to_string())
}

#[derive(Args)]
pub struct DemoArgs {
    /// Folder of the demo; made anew each time
    #[arg(long, default_value = "doisoat-demo", value_name = "DIR")]
    pub dir: PathBuf,
    #[command(flatten)]
    pub world: WorldArgs,
    /// Keep the ledger in this PostgreSQL (postgres://user@host:port/database) instead of SQLite; its
    /// password in DOISOAT_LEDGER_PASSWORD
    #[arg(long, value_name = "URL")]
    pub ledger: Option<String>,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct SandboxArgs {
    /// Folder for settings, secrets, commune files and the planted truth
    #[arg(long, default_value = "doisoat-sandbox", value_name = "DIR")]
    pub dir: PathBuf,
    #[command(flatten)]
    pub world: WorldArgs,
    /// Keep the ledger in this PostgreSQL instead of SQLite
    #[arg(long, value_name = "URL")]
    pub ledger: Option<String>,
}

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

#[derive(Args)]
pub struct ConfigArgs {
    #[command(subcommand)]
    pub action: ConfigAction,
}

#[derive(Subcommand)]
pub enum ConfigAction {
    /// Write a commented template
    Init {
        #[arg(default_value = "doisoat.toml")]
        file: PathBuf,
    },
    /// Check settings, rules and catalogue without running
    Check,
    /// The settings in force
    Show,
}

#[derive(Args)]
pub struct AuditArgs {
    #[command(subcommand)]
    pub action: AuditAction,
}

#[derive(Subcommand)]
pub enum AuditAction {
    /// Follow the whole log and say where it was tampered with
    Verify {
        #[arg(long)]
        json: bool,
    },
    /// Entries in their order; officers' numbers are masked but in JSON
    List {
        /// Number of the first entry
        #[arg(long, default_value_t = 1)]
        from: i64,
        #[arg(long, default_value_t = 50)]
        limit: i64,
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args)]
pub struct DbArgs {
    #[command(subcommand)]
    pub action: DbAction,
}

#[derive(Subcommand)]
pub enum DbAction {
    /// Bring the ledger's tables up to date
    Migrate,
}

#[derive(Args)]
pub struct ServeArgs {
    /// Address and port to listen on
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub listen: std::net::SocketAddr,
}

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
