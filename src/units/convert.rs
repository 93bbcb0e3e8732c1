//! Converting a table's addresses: what all formats share.

use crate::tables::cells::column;
use std::fmt::Write as _;

/// The fields that are added, in order.
pub const ADDED: [&str; 4] = ["unit_status", "unit_codes", "unit_name", "unit_reason"];

#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    #[error("the file is empty")]
    Empty,
    #[error("there is no column {name}; there are: {there}")]
    NoColumn { name: String, there: String },
    #[error("the file is not UTF-8 text")]
    Encoding,
    #[error("a quotation mark is opened and never closed")]
    Quotes,
    #[error("the workbook cannot be read: {0}")]
    Workbook(String),
    #[error("the Parquet file cannot be read or written")]
    Parquet(#[from] polars::error::PolarsError),
    #[error("reading or writing failed")]
    File(#[from] std::io::Error),
}

/// Which columns hold what, by their names in the header.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// The address, or the name of the unit.
    pub text: String,
    pub code: Option<String>,
    /// The day of which the row is true.
    pub as_of: Option<String>,
}

/// The places of the columns in a row.
#[derive(Debug, Clone, Copy)]
pub struct Places {
    pub text: usize,
    pub code: Option<usize>,
    pub as_of: Option<usize>,
}

impl Columns {
    /// Finds the columns; letter case and spaces around a name do not count.
    pub fn find(&self, header: &[String]) -> Result<Places, ConvertError> {
        let place = |wanted: &str| {
            column(header, wanted)
                .ok_or_else(|| ConvertError::NoColumn { name: wanted.to_owned(), there: header.join(", ") })
        };
        Ok(Places {
            text: place(&self.text)?,
            code: self.code.as_deref().map(place).transpose()?,
            as_of: self.as_of.as_deref().map(place).transpose()?,
        })
    }
}

impl Places {
    pub fn input(&self, fields: &[String]) -> RowInput {
        let field = |at: Option<usize>| at.and_then(|at| fields.get(at)).cloned().unwrap_or_default();
        RowInput { text: field(Some(self.text)), code: field(self.code), as_of: field(self.as_of) }
    }
}

/// What is judged in one row.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct RowInput {
    pub text: String,
    pub code: String,
    pub as_of: String,
}

/// The four fields that a row gets.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Verdict {
    pub status: String,
    /// Best first, joined by `;`.
    pub codes: String,
    pub name: String,
    pub reason: String,
}

impl Verdict {
    pub fn fields(&self) -> [&str; 4] {
        [&self.status, &self.codes, &self.name, &self.reason]
    }
}

/// How many rows, and of which status.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Converted {
    pub rows: u64,
    pub by_status: std::collections::BTreeMap<String, u64>,
}

impl Converted {
    pub fn count(&mut self, verdict: &Verdict) {
        self.rows += 1;
        match self.by_status.get_mut(&verdict.status) {
            Some(count) => *count += 1,
            None => {
                self.by_status.insert(verdict.status.clone(), 1);
            }
        }
    }

    /// `current 10, stale 3`
    pub fn summary(&self) -> String {
        let mut text = String::new();
        for (status, count) in &self.by_status {
            if !text.is_empty() {
                text.push_str(", ");
            }
            let _ = write!(text, "{status} {count}");
        }
        text
    }
}

/// Judges rows, several at a time.
pub struct Judge<'a> {
    one: &'a (dyn Fn(&RowInput) -> Verdict + Sync),
    threads: usize,
}

impl<'a> Judge<'a> {
    pub fn new(one: &'a (dyn Fn(&RowInput) -> Verdict + Sync), threads: usize) -> Self {
        Self { one, threads: threads.max(1) }
    }

    /// The verdicts, in the order of the rows.
    pub fn all(&self, rows: &[RowInput]) -> Vec<Verdict> {
        if self.threads == 1 || rows.len() < 256 {
            return rows.iter().map(self.one).collect();
        }
        let share = rows.len().div_ceil(self.threads);
        std::thread::scope(|scope| {
            let parts: Vec<_> = rows
                .chunks(share)
                .map(|part| scope.spawn(move || part.iter().map(self.one).collect::<Vec<_>>()))
                .collect();
            parts.into_iter().flat_map(|part| part.join().unwrap_or_default()).collect()
        })
    }
}
