//! Tables of files in hand, as columns of text: CSV, XLSX (the first worksheet) and Parquet.

mod read;

pub use read::{Table, TableError, read};
