//! Resident lists that communes keep by hand: a watched folder of CSV and XLSX files.
//!
//! A file is one page: it is read whole, or not at all if it changes meanwhile. What spreadsheets
//! do to numbers and dates is undone where that is certain and left visible where it is not.

mod connector;
pub mod csv_table;
pub mod folder;
pub mod header;
pub mod resident;
pub mod table;
pub mod workbook;
pub mod zip_size;

pub use connector::CommuneFiles;
