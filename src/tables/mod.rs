//! Tables of files in hand, as columns of text: CSV, XLSX (the first worksheet) and Parquet.

pub mod cells;
pub mod compare;
mod read;

pub use read::{Table, TableError, read};
