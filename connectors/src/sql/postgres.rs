//! PostgreSQL.
//!
//! Whatever holds for a session is said inside the transaction, so that a pooler between us and the
//! database cannot lose it.

use super::cell::{Cell, Row, Unreadable};
use super::database::{Database, Session, Size, may_write};
use super::errors;
use super::postgres_value;
use super::statement::{Bind, Statement};
use config::settings::{SqlAddress, SqlSettings};
use futures::TryStreamExt;
use futures::future::BoxFuture;
use schemas::{Sensitive, SourceError};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow, PgSslMode};
use sqlx::{AssertSqlSafe, Column, ConnectOptions, Executor, Row as _, TypeInfo, ValueRef};
use std::time::Duration;

/// Tables of the database, outside its own schemas, that the account could change.
const MAY_WRITE: &str = "SELECT current_setting('is_superuser') = 'on' OR EXISTS (\
    SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('r', 'p', 'v', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
    AND n.nspname NOT LIKE 'pg\\_%' \
    AND (has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') \
        OR has_any_column_privilege(c.oid, 'INSERT, UPDATE')))";

pub struct Postgres {
    options: PgConnectOptions,
    connect_timeout: Duration,
    statement_timeout_ms: u64,
}

impl Postgres {
    pub fn new(settings: &SqlSettings, address: &SqlAddress, password: &Sensitive) -> Self {
        let mode = match (&settings.ca_file, address.is_loopback()) {
            (None, true) => PgSslMode::Disable,
            _ => PgSslMode::VerifyFull,
        };
        let mut options = PgConnectOptions::new_without_pgpass()
            .host(&address.host)
            .port(address.port)
            .database(&address.database)
            .username(&settings.user)
            .password(password.expose())
            .ssl_mode(mode)
            .application_name("doisoat")
            .disable_statement_logging();
        if let Some(file) = &settings.ca_file {
            options = options.ssl_root_cert(file);
        }
        Self {
            options,
            connect_timeout: Duration::from_millis(settings.connect_timeout_ms),
            statement_timeout_ms: settings.statement_timeout_ms,
        }
    }

    async fn open(&self) -> Result<Box<dyn Session>, SourceError> {
        let connecting = tokio::time::timeout(self.connect_timeout, self.options.connect());
        let connection = match connecting.await {
            Err(_) => return Err(errors::timeout("the database did not answer in time")),
            Ok(connection) => connection.map_err(|error| told(&error, true))?,
        };
        let mut session = PostgresSession { connection, statement_timeout_ms: self.statement_timeout_ms };
        let answer = session.answer(&[Statement::of(MAY_WRITE)], 1 << 10).await?;
        if answer.first().and_then(|rows| rows.first()).is_none_or(|row| row[..] != [Cell::Flag(false)]) {
            return Err(may_write());
        }
        Ok(Box::new(session))
    }
}

impl Database for Postgres {
    fn connect(&self) -> BoxFuture<'_, Result<Box<dyn Session>, SourceError>> {
        Box::pin(self.open())
    }
}

struct PostgresSession {
    connection: PgConnection,
    statement_timeout_ms: u64,
}

impl PostgresSession {
    async fn answer(&mut self, statements: &[Statement], most_bytes: u64) -> Result<Vec<Vec<Row>>, SourceError> {
        let told = |error: sqlx::Error| told(&error, false);
        let begin = format!(
            "BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY; SET LOCAL statement_timeout = {}; \
             SET LOCAL TIME ZONE 7",
            self.statement_timeout_ms
        );
        self.connection.execute(sqlx::raw_sql(AssertSqlSafe(begin))).await.map_err(told)?;
        let mut size = Size::new(most_bytes);
        let mut answers = Vec::new();
        for statement in statements {
            let mut query = sqlx::query(AssertSqlSafe(statement.text.clone())).persistent(false);
            for bind in &statement.binds {
                query = match bind {
                    Bind::Integer(number) => query.bind(*number),
                    Bind::Text(text) => query.bind(text.clone()),
                };
            }
            let mut stream = self.connection.fetch(query);
            let mut rows = Vec::new();
            while let Some(row) = stream.try_next().await.map_err(told)? {
                let row = cells(&row);
                size.add(&row)?;
                rows.push(row);
            }
            answers.push(rows);
        }
        self.connection.execute(sqlx::raw_sql("COMMIT")).await.map_err(told)?;
        Ok(answers)
    }
}

impl Session for PostgresSession {
    fn read<'a>(
        &'a mut self,
        statements: &'a [Statement],
        most_bytes: u64,
    ) -> BoxFuture<'a, Result<Vec<Vec<Row>>, SourceError>> {
        Box::pin(self.answer(statements, most_bytes))
    }
}

fn cells(row: &PgRow) -> Row {
    let columns = row.columns().iter().enumerate();
    columns
        .map(|(at, column)| match row.try_get_raw(at) {
            Ok(value) if value.is_null() => Cell::Null,
            Ok(value) => match value.as_bytes() {
                Ok(bytes) => postgres_value::cell(column.type_info().name(), bytes),
                Err(_) => Cell::Unreadable(Unreadable::BadText),
            },
            Err(_) => Cell::Unreadable(Unreadable::UnknownType),
        })
        .collect()
}

fn told(error: &sqlx::Error, connecting: bool) -> SourceError {
    match error.as_database_error().and_then(|error| error.code()) {
        Some(state) => errors::postgres(&state),
        None => errors::sqlx(error, connecting),
    }
}
