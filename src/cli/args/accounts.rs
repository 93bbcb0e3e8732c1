//! Accounts of the pages, from the machine itself.

use clap::{Args, Subcommand};

#[derive(Args)]
pub struct AccountsArgs {
    #[command(subcommand)]
    pub action: AccountsAction,
}

#[derive(Subcommand)]
pub enum AccountsAction {
    /// All accounts with their roles and communes
    List {
        #[arg(long)]
        json: bool,
    },
    /// Make an account and print its one-time link
    Invite {
        /// The account's name
        login: String,
        /// The person's name
        #[arg(long)]
        name: String,
        /// clerk, reviewer, commune_lead, it or province
        #[arg(long)]
        role: String,
        /// Codes of communes with commas between them, or * for the whole province
        #[arg(long, default_value = "*")]
        communes: String,
    },
    /// Print a new one-time link for somebody who lost the password
    Link {
        /// The account's name
        login: String,
    },
    /// Give an account another role and other communes
    Role {
        /// The account's name
        login: String,
        /// clerk, reviewer, commune_lead, it or province
        role: String,
        /// Codes of communes with commas between them, or * for the whole province
        #[arg(long, default_value = "*")]
        communes: String,
    },
}
