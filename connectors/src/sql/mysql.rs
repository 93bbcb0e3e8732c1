//! MySQL and MariaDB.

use super::cell::{Cell, Row, Unreadable};
use super::database::{Database, Session, Size, may_write};
use super::errors;
use super::mysql_value;
use super::statement::{Bind, Statement};
use config::settings::{SqlAddress, SqlSettings};
use futures::TryStreamExt;
use futures::future::BoxFuture;
use schemas::{Sensitive, SourceError};
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlDatabaseError, MySqlRow, MySqlSslMode};
use sqlx::{AssertSqlSafe, Column, ConnectOptions, Executor, Row as _, TypeInfo, ValueRef};
use std::time::Duration;

/// What an account may hold without being able to change anything.
const HARMLESS: [&str; 8] = [
    "USAGE",
    "SELECT",
    "SHOW VIEW",
    "SHOW DATABASES",
    "PROCESS",
    "REPLICATION CLIENT",
    "BINLOG MONITOR",
    "SHOW CREATE ROUTINE",
];

pub struct MySql {
    options: MySqlConnectOptions,
    connect_timeout: Duration,
    statement_timeout_ms: u64,
}

impl MySql {
    pub fn new(settings: &SqlSettings, address: &SqlAddress, password: &Sensitive) -> Self {
        let mode = match (&settings.ca_file, address.is_loopback()) {
            (None, true) => MySqlSslMode::Disabled,
            _ => MySqlSslMode::VerifyIdentity,
        };
        let mut options = MySqlConnectOptions::new()
            .host(&address.host)
            .port(address.port)
            .database(&address.database)
            .username(&settings.user)
            .password(password.expose())
            .ssl_mode(mode)
            .charset("utf8mb4")
            .timezone(Some("+07:00".to_owned()))
            .disable_statement_logging();
        if let Some(file) = &settings.ca_file {
            options = options.ssl_ca(file);
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
        let mut session = MySqlSession { connection };
        session.limit(self.statement_timeout_ms).await?;
        if !session.only_reads().await? {
            return Err(may_write());
        }
        Ok(Box::new(session))
    }
}

impl Database for MySql {
    fn connect(&self) -> BoxFuture<'_, Result<Box<dyn Session>, SourceError>> {
        Box::pin(self.open())
    }
}

struct MySqlSession {
    connection: MySqlConnection,
}

impl MySqlSession {
    /// Reading only, and how long a statement may take: the two servers differ in how it is said.
    async fn limit(&mut self, statement_timeout_ms: u64) -> Result<(), SourceError> {
        let told = |error: sqlx::Error| told(&error, false);
        self.connection.execute(sqlx::raw_sql("SET SESSION TRANSACTION READ ONLY")).await.map_err(told)?;
        let version: String =
            sqlx::query_scalar("SELECT VERSION()").fetch_one(&mut self.connection).await.map_err(told)?;
        let limit = if version.to_ascii_lowercase().contains("mariadb") {
            format!(
                "SET SESSION max_statement_time = {}.{:03}",
                statement_timeout_ms / 1_000,
                statement_timeout_ms % 1_000
            )
        } else {
            format!("SET SESSION max_execution_time = {statement_timeout_ms}")
        };
        self.connection.execute(sqlx::raw_sql(AssertSqlSafe(limit))).await.map_err(told)?;
        Ok(())
    }

    async fn only_reads(&mut self) -> Result<bool, SourceError> {
        let told = |error: sqlx::Error| told(&error, false);
        let grants: Vec<String> =
            sqlx::query_scalar("SHOW GRANTS").fetch_all(&mut self.connection).await.map_err(told)?;
        Ok(grants.iter().all(|grant| is_harmless(grant)))
    }

    async fn answer(&mut self, statements: &[Statement], most_bytes: u64) -> Result<Vec<Vec<Row>>, SourceError> {
        let told = |error: sqlx::Error| told(&error, false);
        self.connection.execute(sqlx::raw_sql("START TRANSACTION READ ONLY")).await.map_err(told)?;
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

impl Session for MySqlSession {
    fn read<'a>(
        &'a mut self,
        statements: &'a [Statement],
        most_bytes: u64,
    ) -> BoxFuture<'a, Result<Vec<Vec<Row>>, SourceError>> {
        Box::pin(self.answer(statements, most_bytes))
    }
}

/// `GRANT SELECT, SHOW VIEW ON …`; a role (``GRANT `r` TO …``) lists its own grants beside.
fn is_harmless(grant: &str) -> bool {
    let Some(rest) = grant.strip_prefix("GRANT ") else { return true };
    let Some((privileges, target)) = rest.split_once(" ON ") else { return true };
    // Columns of a privilege stand in brackets: SELECT (`a`, `b`).
    let mut depth = 0;
    let words: String = privileges
        .chars()
        .filter(|c| {
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => return depth == 0,
            }
            false
        })
        .collect();
    let may_pass_on = target.contains("WITH GRANT OPTION");
    !may_pass_on && words.split(',').all(|word| HARMLESS.contains(&word.trim().to_ascii_uppercase().as_str()))
}

fn cells(row: &MySqlRow) -> Row {
    let columns = row.columns().iter().enumerate();
    columns
        .map(|(at, column)| match row.try_get_raw(at) {
            // A date of zeros is null to the driver: so it is to us.
            Ok(value) if value.is_null() => Cell::Null,
            Ok(_) => match row.try_get_unchecked::<&[u8], _>(at) {
                Ok(bytes) => mysql_value::cell(column.type_info().name(), bytes),
                Err(_) => Cell::Unreadable(Unreadable::BadText),
            },
            Err(_) => Cell::Unreadable(Unreadable::UnknownType),
        })
        .collect()
}

fn told(error: &sqlx::Error, connecting: bool) -> SourceError {
    let error_of_database = error.as_database_error().and_then(|error| error.try_downcast_ref::<MySqlDatabaseError>());
    match error_of_database {
        Some(error) => errors::mysql(error.number()),
        None => errors::sqlx(error, connecting),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_grants_that_read_are_harmless() {
        for grant in [
            "GRANT USAGE ON *.* TO `r`@`%` IDENTIFIED BY PASSWORD '*0'",
            "GRANT SELECT, SHOW VIEW ON `motcua`.`ho_so` TO `r`@`%`",
            "GRANT SELECT (`id`, `ho_ten`) ON `motcua`.`ho_so` TO `r`@`%`",
            "GRANT `reader` TO `r`@`%`",
        ] {
            assert!(is_harmless(grant), "{grant}");
        }
        for grant in [
            "GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION",
            "GRANT SELECT, INSERT ON `motcua`.* TO `r`@`%`",
            "GRANT SELECT, UPDATE (`ho_ten`) ON `motcua`.`ho_so` TO `r`@`%`",
            "GRANT SELECT ON `motcua`.* TO `r`@`%` WITH GRANT OPTION",
            "GRANT EXECUTE ON PROCEDURE `motcua`.`p` TO `r`@`%`",
        ] {
            assert!(!is_harmless(grant), "{grant}");
        }
    }
}
