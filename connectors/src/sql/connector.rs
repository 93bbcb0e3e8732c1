//! A database as a source: a partition for each view.

use super::cell::{Cell, Row};
use super::database::{Database, Session};
use super::dialect;
use super::errors;
use super::layout::Layout;
use super::mysql::MySql;
use super::page::{self, Bounds};
use super::position::{Position, Stage};
use super::postgres::Postgres;
use crate::assemble::Dependencies;
use crate::connector::{Capabilities, CheckReport, Connector, PlanContext, Statistics};
use crate::cursor;
use crate::transport::Persistence;
use crate::transport::persist::TransportError;
use config::settings::{SqlDialect, SqlSettings};
use config::{ConfigError, SourceSettings};
use futures::future::BoxFuture;
use jiff::Timestamp;
use schemas::{Clock, Cursor, Dataset, ErrorClass, Page, Partition, Sensitive, SourceError, SourceId};
use std::collections::BTreeSet;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Rows without a key that are quarantined in one page; more are an error.
const MOST_KEYLESS: u32 = 10_000;
/// The largest group of rows that may share one place.
const LARGEST_GROUP: u32 = 20_000;
/// How much longer than the statement's own time-out an answer may take to arrive.
const GRACE: Duration = Duration::from_secs(10);

#[derive(Debug, thiserror::Error)]
pub enum SqlSourceError {
    #[error("the password of the database cannot be read")]
    Password(#[source] ConfigError),
    #[error("the retry settings make no sense")]
    Persistence(#[source] TransportError),
    #[error("the address of the database cannot be used")]
    Address,
    #[error("this build cannot speak with SQL Server: build it with the feature mssql")]
    NoSqlServer,
}

pub struct SqlSource {
    source: SourceId,
    dialect: SqlDialect,
    layouts: Vec<Layout>,
    database: Box<dyn Database>,
    idle: Mutex<Vec<Box<dyn Session>>>,
    persistence: Persistence,
    clock: Arc<dyn Clock>,
    communes: Vec<String>,
    page_size: u32,
    most_bytes: u64,
    patience: Duration,
}

impl SqlSource {
    pub fn new(
        source: SourceId,
        settings: &SourceSettings,
        sql: &SqlSettings,
        deps: Dependencies<'_>,
    ) -> Result<Self, SqlSourceError> {
        let password = sql.password.resolve(deps.environment).map_err(SqlSourceError::Password)?;
        let persistence = Persistence::new(&source, settings, deps.clock.clone(), deps.seed, deps.requests_used)
            .map_err(SqlSourceError::Persistence)?;
        let address = sql.address().ok_or(SqlSourceError::Address)?;
        let layouts = sql.views.iter().map(Layout::new);
        let timeouts = Duration::from_millis(sql.connect_timeout_ms + sql.statement_timeout_ms);
        Ok(Self {
            source,
            dialect: address.dialect,
            layouts: layouts.collect(),
            database: database(sql, &password)?,
            idle: Mutex::new(Vec::new()),
            persistence,
            clock: deps.clock,
            communes: deps.communes,
            page_size: settings.page_size,
            most_bytes: settings.max_body_bytes,
            patience: timeouts + GRACE,
        })
    }

    async fn pull(
        &self,
        partition: &Partition,
        cursor: Option<&Cursor>,
        resume: Option<&Cursor>,
    ) -> Result<Page, SourceError> {
        let position = Position::begin(cursor, resume)?;
        let layout = self.layout(partition)?;
        let page = self.persistence.until_answered(|| self.page_once(layout, &position)).await?;
        Ok(Page { next: cursor::guard(cursor, page.next)?, ..page })
    }

    fn layout(&self, partition: &Partition) -> Result<&Layout, SourceError> {
        let layout = self.layouts.iter().find(|l| l.view.name == partition.key && l.view.dataset == partition.dataset);
        layout.ok_or_else(|| {
            SourceError::new(ErrorClass::Permanent, "no_view", "the settings no longer name the view of this partition")
        })
    }

    async fn page_once(&self, layout: &Layout, position: &Position) -> Result<Page, SourceError> {
        let mut session = self.session().await?;
        let mut position = position.clone();
        let mut page_size = if position.stage == Stage::Keyless { MOST_KEYLESS } else { self.page_size };
        let page = loop {
            let (bounds, rows) = self.in_time(self.rows(&mut *session, layout, &mut position, page_size)).await?;
            match page::read(layout, &self.communes, &position, bounds, rows, page_size as usize)? {
                Some(page) => break page,
                None if page_size < LARGEST_GROUP => page_size = page_size.saturating_mul(8).min(LARGEST_GROUP),
                None => {
                    let detail = format!("more than {LARGEST_GROUP} rows of the view share one key");
                    return Err(SourceError::new(ErrorClass::Contract, "key_not_unique", detail));
                }
            }
        };
        self.put_back(session);
        Ok(page)
    }

    /// The rows at a position, one more than a page takes, and what the database says of time.
    async fn rows(
        &self,
        session: &mut dyn Session,
        layout: &Layout,
        position: &mut Position,
        page_size: u32,
    ) -> Result<(Bounds, Vec<Row>), SourceError> {
        let wants_newest = position.stage == Stage::Window && position.to.is_none();
        let first = [dialect::bounds(self.dialect, layout, wants_newest)];
        let answer = session.read(&first, self.most_bytes).await?;
        let told = answer.into_iter().flatten().next().unwrap_or_default();
        let now = clock_of(&told)?;
        let mut newest = page::newest(layout, told.get(1).unwrap_or(&Cell::Null))?;
        if let Some(now) = page::overtaken(newest, now) {
            let statement = dialect::newest_until(self.dialect, layout, now);
            let answer = session.read(&[statement], self.most_bytes).await?;
            let told = answer.into_iter().flatten().next().unwrap_or_default();
            newest = page::newest(layout, told.first().unwrap_or(&Cell::Null))?.or(Some(now));
        }
        // The view has another watermark than last night: then it is read from its beginning.
        position.from = position.from.filter(|from| newest.is_none_or(|newest| newest.is_like(*from)));
        let bounds = Bounds::new(position, now, newest);
        let statement = dialect::page(self.dialect, layout, position, bounds.to, bounds.horizon, page_size + 1);
        let answer = session.read(&[statement], self.most_bytes).await?;
        Ok((bounds, answer.into_iter().next().unwrap_or_default()))
    }

    /// A session that is idle, or a new one.
    async fn session(&self) -> Result<Box<dyn Session>, SourceError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match idle {
            Some(session) => Ok(session),
            None => self.in_time(self.database.connect()).await,
        }
    }

    /// Only sessions without an error come back: what one left behind is nobody's business.
    fn put_back(&self, session: Box<dyn Session>) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(session);
    }

    /// The database's own time-outs end a statement; this one ends a connection that says nothing.
    async fn in_time<T>(&self, work: impl Future<Output = Result<T, SourceError>>) -> Result<T, SourceError> {
        match tokio::time::timeout(self.patience, work).await {
            Ok(result) => result,
            Err(_) => Err(errors::timeout("the database says nothing any more")),
        }
    }

    /// One row of each view: its columns, its types and the rights are all tried.
    async fn check_once(&self) -> Result<Timestamp, SourceError> {
        let mut session = self.session().await?;
        let mut now = None;
        for layout in &self.layouts {
            let (bounds, _) = self.in_time(self.rows(&mut *session, layout, &mut Position::default(), 1)).await?;
            now.get_or_insert(bounds.now);
        }
        self.put_back(session);
        Ok(now.unwrap_or_else(|| self.clock.now()))
    }
}

fn database(sql: &SqlSettings, password: &Sensitive) -> Result<Box<dyn Database>, SqlSourceError> {
    let address = sql.address().ok_or(SqlSourceError::Address)?;
    Ok(match address.dialect {
        SqlDialect::Postgres => Box::new(Postgres::new(sql, &address, password)),
        SqlDialect::MySql => Box::new(MySql::new(sql, &address, password)),
        #[cfg(feature = "mssql")]
        SqlDialect::SqlServer => Box::new(super::mssql::SqlServer::new(sql, &address, password)),
        #[cfg(not(feature = "mssql"))]
        SqlDialect::SqlServer => return Err(SqlSourceError::NoSqlServer),
    })
}

/// The database's clock: with a zone, or in UTC.
fn clock_of(row: &Row) -> Result<Timestamp, SourceError> {
    let now = match row.first() {
        Some(Cell::Instant(at)) => Some(*at),
        Some(Cell::Local(at)) => jiff::tz::Offset::UTC.to_timestamp(*at).ok(),
        _ => None,
    };
    now.ok_or_else(|| SourceError::new(ErrorClass::Contract, "no_clock", "the database does not tell its time"))
}

impl Connector for SqlSource {
    fn source(&self) -> &SourceId {
        &self.source
    }

    fn datasets(&self) -> Vec<(Dataset, Capabilities)> {
        let of = |dataset: Dataset| {
            let views: Vec<&Layout> = self.layouts.iter().filter(|l| l.view.dataset == dataset).collect();
            let feed = views.first()?.has_watermark();
            let deletions = views.iter().all(|l| l.view.deleted.is_some());
            Some((dataset, Capabilities { pages: !feed, feed, deletions, ..Capabilities::default() }))
        };
        Dataset::ALL.into_iter().filter_map(of).collect()
    }

    fn partitions(&self, dataset: Dataset, _context: &PlanContext) -> Vec<Partition> {
        let views = self.layouts.iter().filter(|layout| layout.view.dataset == dataset);
        views.map(|layout| Partition::new(&self.source, dataset, layout.view.name.clone())).collect()
    }

    fn page<'a>(
        &'a self,
        partition: &'a Partition,
        cursor: Option<&'a Cursor>,
        context: &'a PlanContext,
    ) -> BoxFuture<'a, Result<Page, SourceError>> {
        Box::pin(self.pull(partition, cursor, context.resume_from.get(&partition.key)))
    }

    fn resume_cursor(&self, last: &Cursor) -> Option<Cursor> {
        Position::resume(last)
    }

    fn statistics(&self) -> Statistics {
        self.persistence.statistics()
    }

    fn stop(&self) {
        self.persistence.stop();
    }

    fn check<'a>(&'a self, _context: &'a PlanContext) -> BoxFuture<'a, Result<CheckReport, SourceError>> {
        Box::pin(async move {
            let now = self.persistence.until_answered(|| self.check_once()).await?;
            let skew = now.as_millisecond() - self.clock.now().as_millisecond();
            Ok(CheckReport { source_time: Some(now), clock_skew_ms: Some(skew), unknown_keys: BTreeSet::new() })
        })
    }
}
