//! SQL Server.
//!
//! It knows no transaction that only reads: the session says that it intends to, and an account
//! that could write is refused. It knows no time-out of a statement either: the client ends it.

use super::cell::Row;
use super::database::{Database, Session, Size, may_write};
use super::errors;
use super::mssql_value;
use super::statement::{Bind, Statement};
use config::settings::{SqlAddress, SqlSettings};
use futures::TryStreamExt;
use futures::future::BoxFuture;
use schemas::{ErrorClass, Sensitive, SourceError};
use std::time::Duration;
use tiberius::{AuthMethod, Client, Config, EncryptionLevel, Query, QueryItem};
use tokio::net::TcpStream;
use tokio_util::compat::{Compat, TokioAsyncWriteCompatExt};

/// Roles that may change data, and such permissions on the database or a schema.
const MAY_WRITE: &str = "SELECT CASE WHEN IS_SRVROLEMEMBER('sysadmin') = 1 OR IS_MEMBER('db_owner') = 1 \
    OR IS_MEMBER('db_datawriter') = 1 OR IS_MEMBER('db_ddladmin') = 1 \
    OR HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'INSERT') = 1 \
    OR HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'UPDATE') = 1 \
    OR HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'DELETE') = 1 \
    OR EXISTS (SELECT 1 FROM sys.schemas s WHERE s.schema_id < 16384 \
        AND (HAS_PERMS_BY_NAME(QUOTENAME(s.name), 'SCHEMA', 'INSERT') = 1 \
        OR HAS_PERMS_BY_NAME(QUOTENAME(s.name), 'SCHEMA', 'UPDATE') = 1 \
        OR HAS_PERMS_BY_NAME(QUOTENAME(s.name), 'SCHEMA', 'DELETE') = 1)) \
    THEN 1 ELSE 0 END";

pub struct SqlServer {
    config: Config,
    connect_timeout: Duration,
    statement_timeout: Duration,
}

impl SqlServer {
    pub fn new(settings: &SqlSettings, address: &SqlAddress, password: &Sensitive) -> Self {
        // The driver takes the provider of the process: the one that everything else uses too.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut config = Config::new();
        config.host(&address.host);
        config.port(address.port);
        config.database(&address.database);
        config.application_name("doisoat");
        config.authentication(AuthMethod::sql_server(&settings.user, password.expose()));
        config.readonly(true);
        config.encryption(match (&settings.ca_file, address.is_loopback()) {
            (None, true) => EncryptionLevel::NotSupported,
            _ => EncryptionLevel::Required,
        });
        if let Some(file) = &settings.ca_file {
            config.trust_cert_ca(file.display());
        }
        Self {
            config,
            connect_timeout: Duration::from_millis(settings.connect_timeout_ms),
            statement_timeout: Duration::from_millis(settings.statement_timeout_ms),
        }
    }

    async fn open(&self) -> Result<Box<dyn Session>, SourceError> {
        let connecting = async {
            let stream = TcpStream::connect(self.config.get_addr()).await.map_err(|error| errors::io(&error, true))?;
            stream.set_nodelay(true).map_err(|error| errors::io(&error, true))?;
            Client::connect(self.config.clone(), stream.compat_write()).await.map_err(|error| told(&error, true))
        };
        let client = tokio::time::timeout(self.connect_timeout, connecting)
            .await
            .map_err(|_| errors::timeout("the database did not answer in time"))??;
        let mut session = SqlServerSession { client, statement_timeout: self.statement_timeout };
        let answer = session.answer(&[Statement::of(MAY_WRITE)], 1 << 10).await?;
        let verdict = answer.first().and_then(|rows| rows.first()).and_then(|row| row.first());
        if verdict.and_then(super::cell::Cell::flag) != Some(false) {
            return Err(may_write());
        }
        Ok(Box::new(session))
    }
}

impl Database for SqlServer {
    fn connect(&self) -> BoxFuture<'_, Result<Box<dyn Session>, SourceError>> {
        Box::pin(self.open())
    }
}

struct SqlServerSession {
    client: Client<Compat<TcpStream>>,
    statement_timeout: Duration,
}

impl SqlServerSession {
    async fn answer(&mut self, statements: &[Statement], most_bytes: u64) -> Result<Vec<Vec<Row>>, SourceError> {
        let mut size = Size::new(most_bytes);
        let mut answers = Vec::new();
        for statement in statements {
            let rows = tokio::time::timeout(self.statement_timeout, rows(&mut self.client, statement, &mut size));
            answers.push(rows.await.map_err(|_| {
                let detail = "the statement took longer than allowed";
                SourceError::new(ErrorClass::Transient, "statement_timeout", detail)
            })??);
        }
        Ok(answers)
    }
}

impl Session for SqlServerSession {
    fn read<'a>(
        &'a mut self,
        statements: &'a [Statement],
        most_bytes: u64,
    ) -> BoxFuture<'a, Result<Vec<Vec<Row>>, SourceError>> {
        Box::pin(self.answer(statements, most_bytes))
    }
}

async fn rows(
    client: &mut Client<Compat<TcpStream>>,
    statement: &Statement,
    size: &mut Size,
) -> Result<Vec<Row>, SourceError> {
    let told = |error: tiberius::error::Error| told(&error, false);
    let mut query = Query::new(statement.text.as_str());
    for bind in &statement.binds {
        match bind {
            Bind::Integer(number) => query.bind(*number),
            Bind::Text(text) => query.bind(text.as_str()),
        }
    }
    let mut stream = query.query(client).await.map_err(told)?;
    let mut rows = Vec::new();
    while let Some(item) = stream.try_next().await.map_err(told)? {
        if let QueryItem::Row(row) = item {
            let row: Row = row.cells().map(|(column, data)| mssql_value::cell(column.column_type(), data)).collect();
            size.add(&row)?;
            rows.push(row);
        }
    }
    Ok(rows)
}

fn told(error: &tiberius::error::Error, connecting: bool) -> SourceError {
    use tiberius::error::Error as E;
    match error {
        E::Server(error) => errors::sql_server(error.code()),
        E::Io { kind, .. } => errors::io(&std::io::Error::from(*kind), connecting),
        E::Tls(_) => errors::tls(),
        // The driver has no variant of its own for a server that declines encryption.
        E::Protocol(text) if connecting && text.contains("encryption level") => errors::tls(),
        // The address of the settings is the only one that is asked.
        E::Routing { .. } => {
            let detail = "the server sends us to another one: name that one in the settings";
            SourceError::new(ErrorClass::Contract, "redirect_refused", detail)
        }
        _ => SourceError::new(ErrorClass::Transient, "bad_answer", "the answer of the database cannot be understood"),
    }
}
