//! Lists that communes keep by hand: a watched folder of CSV, XLSX, XLS and ODS files.
//!
//! A file is taken once: read whole, promoted, moved away. What spreadsheets do to numbers and
//! dates is undone where that is certain and left visible where it is not; text in the encodings of
//! the nineties is recognised and decoded. A row that cannot be read goes back to its commune.

mod archive;
mod biff;
mod connector;
mod csv_table;
mod explain;
mod folder;
mod fonts;
mod grid;
mod header;
mod land;
mod mark;
mod numbers;
mod ods;
mod ole;
mod read;
mod returned;
mod rows;
mod settle;
mod shape;
mod table;
mod templates;
mod values;
mod workbook;
mod xls;

#[cfg(test)]
mod tests;

pub use connector::CommuneFiles;
pub use settle::{Held, RETURNED, Settled, TAKEN};
