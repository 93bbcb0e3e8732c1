//! Comparing two tables of files: what the command `compare` does.
//!
//! Two ways lead to the same findings. Two Parquet files that fit are compared column by column, so
//! that two columns are in memory at a time. Everything else becomes packed rows; where those do not
//! fit, they are first put by key into buckets on the disk, and the buckets are compared one by one.

mod columnar;
mod emit;
pub mod examples;
mod packed;
mod plan;
pub mod report;
mod rows;
mod sink;
mod source;
mod spellings;
mod spill;
pub mod summary;

pub use plan::{Field, Plan};
pub use summary::Summary;

use super::TableError;
use crate::Lang;
use config::comparing::ColumnMap;
use config::units::Units;
use reconcile::tables::Judge;
use sink::Sink;
use source::Source;
use std::path::Path;

#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    #[error("{file}")]
    Table {
        file: String,
        #[source]
        source: TableError,
    },
    #[error("{file}: there is no column for the key {key}; there are: {there}")]
    NoKey { file: String, key: String, there: String },
    #[error("{file}: {several} could all be the key {key}")]
    TwoKeys { file: String, key: String, several: String },
    #[error("the tables have no column in common but the key; left: {left}; right: {right}")]
    NothingInCommon { left: String, right: String },
    #[error("the findings must go to a file that ends in .csv, .xlsx or .parquet")]
    OutEnding,
    #[error("writing {file} failed: {cause}")]
    Write { file: String, cause: String },
    #[error("a table has more than {} rows in one part", u32::MAX - 1)]
    TooManyRows,
}

pub struct Request<'a> {
    pub left: &'a Path,
    pub right: &'a Path,
    pub key: &'a str,
    pub map: Option<ColumnMap>,
    pub out: &'a Path,
    pub threads: usize,
    /// Beyond it the disk is used.
    pub memory_bytes: u64,
    pub lang: Lang,
}

/// Compares, writes the findings, and answers what was found.
pub fn compare(request: &Request<'_>, units: Units) -> Result<Summary, CompareError> {
    let open = |path: &Path| Source::open(path).map_err(|source| in_file(path, source));
    let (left, right) = (open(request.left)?, open(request.right)?);
    let plan = Plan::make(&left, &right, request.key, request.map.as_ref())?;
    let judge = Judge::new(units);
    let mut sink = Sink::open(request.out, &plan, request.lang)?;
    let work = Work { left: &left, right: &right, plan: &plan, judge: &judge, threads: request.threads.max(1) };
    let fits = left.estimate(&plan.left_columns()) + right.estimate(&plan.right_columns()) <= request.memory_bytes;
    if fits && left.is_parquet() && right.is_parquet() {
        if !columnar::compare(&work, &mut sink, request.memory_bytes)? {
            spill::compare(&work, &mut sink, request.memory_bytes)?;
        }
    } else if fits {
        packed::compare(&work, &mut sink)?;
    } else {
        spill::compare(&work, &mut sink, request.memory_bytes)?;
    }
    let mut summary = sink.finish()?;
    summary.left.encoding = left.encoding();
    summary.right.encoding = right.encoding();
    Ok(summary)
}

/// What the ways of comparing share.
struct Work<'a> {
    left: &'a Source,
    right: &'a Source,
    plan: &'a Plan,
    judge: &'a Judge,
    threads: usize,
}

fn in_file(path: &Path, source: TableError) -> CompareError {
    CompareError::Table { file: path.display().to_string(), source }
}
