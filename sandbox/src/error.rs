//! What can go wrong while a made-up province is built, served or written to files.

use schemas::ProvinceCode;

#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    #[error("the catalogue of units {file} cannot be read")]
    Units { file: &'static str, source: csv::Error },
    #[error("no commune of today belongs to province {0}")]
    Province(ProvinceCode),
    #[error("a year of the made-up province lies outside the calendar")]
    Calendar(#[source] jiff::Error),
    #[error("no loopback port could be bound")]
    Bind(#[source] std::io::Error),
    #[error("a commune file could not be written")]
    File(#[source] std::io::Error),
    #[error("a commune's CSV file could not be written")]
    Csv(#[source] csv::Error),
    #[error("a commune's workbook could not be written")]
    Workbook(#[source] rust_xlsxwriter::XlsxError),
}
