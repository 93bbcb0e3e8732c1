//! Read-only views in PostgreSQL, MySQL/MariaDB and SQL Server.
//!
//! Promises:
//!
//! * nothing but SELECT is sent, in a transaction that the database itself holds to reading;
//! * names are quoted, values are bound;
//! * pages follow the order of (watermark, key), never an offset: rows that share both never part
//!   at a page border;
//! * a row without a watermark, without a key or with a value that cannot be read is a reject, and
//!   counted;
//! * a cursor holds no person's number.

mod cell;
mod connector;
mod convert;
mod database;
mod dialect;
mod errors;
mod field;
mod layout;
mod mark;
#[cfg(feature = "mssql")]
mod mssql;
#[cfg(feature = "mssql")]
mod mssql_value;
mod mysql;
mod mysql_value;
mod page;
mod position;
mod postgres;
mod postgres_value;
mod row;
mod statement;
#[cfg(test)]
mod testing;

pub use connector::{SqlSource, SqlSourceError};
