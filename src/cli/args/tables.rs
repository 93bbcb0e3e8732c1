//! Tables in hand.

use clap::Args;

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
