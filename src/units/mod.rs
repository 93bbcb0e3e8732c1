//! Units for people and programs: one service behind the command line and HTTP, and the
//! conversion of whole tables.

pub mod convert;
pub mod convert_csv;
mod convert_parquet;
mod convert_xlsx;
pub mod learned;
mod service;
mod table;

pub use service::{Change, Explained, Found, Resolved, UnitService, called, escape, explained};
pub use table::convert_file;
