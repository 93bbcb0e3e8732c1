//! Settings, ledger, audit log, service.

use clap::{Args, Subcommand};
use std::path::PathBuf;

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
    /// Address and port to listen on; without it those of the settings
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<std::net::SocketAddr>,
    /// Serve as if the clock said this now (RFC 3339)
    #[arg(long, value_name = "INSTANT")]
    pub as_if: Option<jiff::Timestamp>,
}
