//! What a database does for us: connect as a reader, and answer.

use super::cell::Row;
use super::statement::Statement;
use futures::future::BoxFuture;
use schemas::{ErrorClass, SourceError};

pub trait Database: Send + Sync {
    /// A session that can only read. An account that may write is refused.
    fn connect(&self) -> BoxFuture<'_, Result<Box<dyn Session>, SourceError>>;
}

pub trait Session: Send {
    /// Answers each statement, all in one transaction that only reads. More than `most_bytes` in
    /// one answer is an error. After an error the session is not used again.
    fn read<'a>(
        &'a mut self,
        statements: &'a [Statement],
        most_bytes: u64,
    ) -> BoxFuture<'a, Result<Vec<Vec<Row>>, SourceError>>;
}

/// Adds up what an answer costs in memory.
pub struct Size {
    most: u64,
    bytes: u64,
}

impl Size {
    pub fn new(most: u64) -> Self {
        Self { most, bytes: 0 }
    }

    pub fn add(&mut self, row: &Row) -> Result<(), SourceError> {
        self.bytes += row.iter().map(super::cell::Cell::bytes).sum::<u64>();
        if self.bytes <= self.most {
            return Ok(());
        }
        let detail = format!("one page is larger than {} bytes: make page_size smaller", self.most);
        Err(SourceError::new(ErrorClass::Contract, "body_too_large", detail))
    }
}

/// The account can change data: what it can do by mistake it will do one day.
pub fn may_write() -> SourceError {
    let detail = "the account may write: give it SELECT on the views and nothing else";
    SourceError::new(ErrorClass::Contract, "account_may_write", detail)
}
