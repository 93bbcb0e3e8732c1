//! One citizen or one case.

use clap::Args;
use jiff::Timestamp;

#[derive(Args)]
pub struct CheckArgs {
    /// A number of 12 or 9 digits, the text of a card's QR code, a case code, a certificate serial, or a name and a birth date
    #[arg(required = true, value_name = "WHAT")]
    pub what: Vec<String>,
    /// Judge for this procedure, by its code; without it that of the case, or carefully
    #[arg(long, value_name = "CODE")]
    pub procedure: Option<String>,
    /// Who looks: kept in the audit log
    #[arg(long, value_name = "ACCOUNT")]
    pub officer: String,
    /// Ask the sources that answer for one citizen now
    #[arg(long)]
    pub ask: bool,
    /// Look as if the clock said this now (RFC 3339)
    #[arg(long, value_name = "INSTANT")]
    pub as_if: Option<Timestamp>,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}
