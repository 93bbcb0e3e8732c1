//! A one-stop system's view in either database, and a night's pull of it.

use crate::servers::{MariaDb, PASSWORD, Postgres};
use crate::support;
use config::SecretRef;
use config::settings::{SqlField, SqlMapped, SqlSettings, SqlView, Watermark};
use config::{SourceKind, SourceSettings};
use connectors::{Connector, PlanContext};
use schemas::{CanonicalRecord, Cursor, Dataset, DossierRecord, Page, Record, Reject, SourceError};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

#[derive(Clone, Copy)]
pub enum Server {
    Postgres(&'static Postgres),
    MariaDb(&'static MariaDb),
}

impl Server {
    pub fn stop(self) {
        match self {
            Self::Postgres(server) => server.stop(),
            Self::MariaDb(server) => server.stop(),
        }
    }

    pub fn start(self) {
        match self {
            Self::Postgres(server) => server.start(),
            Self::MariaDb(server) => server.start(),
        }
    }
}

/// One database of a server, with the table `ho_so` and the view `v_ho_so`.
pub struct OneStop {
    pub server: Server,
    pub name: String,
}

const POSTGRES: &str = "CREATE TABLE ho_so (id varchar(40), ma_xa char(8), ho_ten text, so_dinh_danh char(15), \
    ngay_sinh date, gioi_tinh boolean, trang_thai smallint, tiep_nhan timestamptz, cap_nhat timestamp, \
    da_xoa boolean NOT NULL DEFAULT false); \
    CREATE VIEW v_ho_so AS SELECT * FROM ho_so; GRANT SELECT ON v_ho_so TO reader";

const MARIADB: &str = "CREATE TABLE ho_so (id varchar(40), ma_xa char(8), ho_ten varchar(200), so_dinh_danh char(15), \
    ngay_sinh date, gioi_tinh tinyint(1), trang_thai smallint, tiep_nhan timestamp NULL, cap_nhat datetime(6), \
    da_xoa tinyint(1) NOT NULL DEFAULT 0); \
    CREATE VIEW v_ho_so AS SELECT * FROM ho_so";

impl OneStop {
    pub async fn on(server: Server) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("t{}", MADE.fetch_add(1, Ordering::Relaxed));
        let one_stop = Self { server, name };
        match server {
            Server::Postgres(postgres) => postgres.database(&one_stop.name).await,
            Server::MariaDb(mariadb) => mariadb.database(&one_stop.name).await,
        }
        one_stop.run(one_stop.pick(POSTGRES, MARIADB)).await;
        one_stop.grant("v_ho_so").await;
        one_stop
    }

    /// The same test in both databases.
    pub async fn both() -> [Self; 2] {
        [Self::on(Server::Postgres(Postgres::shared())).await, Self::on(Server::MariaDb(MariaDb::shared())).await]
    }

    pub fn pick<T>(&self, postgres: T, mariadb: T) -> T {
        match self.server {
            Server::Postgres(_) => postgres,
            Server::MariaDb(_) => mariadb,
        }
    }

    /// As the administrator.
    pub async fn run(&self, statements: &str) {
        match self.server {
            Server::Postgres(postgres) => postgres.run(&self.name, statements).await,
            Server::MariaDb(mariadb) => mariadb.run(&self.name, statements).await,
        }
    }

    pub async fn grant(&self, view: &str) {
        let reader = self.reader();
        let statement = self.pick(
            format!("GRANT SELECT ON {view} TO reader"),
            format!("GRANT SELECT ON {}.{view} TO {reader}@'127.0.0.1'", self.name),
        );
        self.run(&statement).await;
    }

    pub fn reader(&self) -> String {
        self.pick("reader".to_owned(), format!("reader_{}", self.name))
    }

    /// A case of commune 00691, changed at `at` (Vietnamese time).
    pub async fn case(&self, id: &str, at: &str) {
        let statement = format!(
            "INSERT INTO ho_so (id, ma_xa, ho_ten, so_dinh_danh, ngay_sinh, gioi_tinh, trang_thai, tiep_nhan, cap_nhat) \
             VALUES ('{id}', '00691', 'Nguyễn Văn Mẫu', '099085000123', '1985-03-05', true, 2, \
             '2026-11-20 08:30:00', '{at}')"
        );
        self.run(&statement).await;
    }

    /// `count` cases `H-0001` …, one each minute from 08:00 on, in one statement.
    pub async fn cases(&self, count: u32) {
        let rows: Vec<String> = (1..=count)
            .map(|n| {
                let (hour, minute) = (8 + n / 60, n % 60);
                format!(
                    "('H-{n:04}', '00691', 'Nguyễn Văn Mẫu', '099085{n:06}', '1985-03-05', true, 2, \
                     '2026-11-20 08:30:00', '2026-11-23 {hour:02}:{minute:02}:00')"
                )
            })
            .collect();
        let columns = "id, ma_xa, ho_ten, so_dinh_danh, ngay_sinh, gioi_tinh, trang_thai, tiep_nhan, cap_nhat";
        self.run(&format!("INSERT INTO ho_so ({columns}) VALUES {}", rows.join(", "))).await;
    }

    /// The certificate of whoever vouches for the server.
    pub fn authority(&self) -> std::path::PathBuf {
        match self.server {
            Server::Postgres(postgres) => postgres.authority(),
            Server::MariaDb(mariadb) => mariadb.authority(),
        }
    }

    pub fn url(&self) -> String {
        match self.server {
            Server::Postgres(postgres) => postgres.url(&self.name),
            Server::MariaDb(mariadb) => mariadb.url(&self.name),
        }
    }

    pub fn settings(&self) -> SourceSettings {
        let url = self.url();
        SourceSettings {
            sql: Some(SqlSettings {
                url,
                user: self.reader(),
                password: SecretRef::Env("PASSWORD".into()),
                ca_file: None,
                stands_for: SourceKind::OneStop,
                connect_timeout_ms: 5_000,
                statement_timeout_ms: 5_000,
                views: vec![view("v_ho_so")],
            }),
            operation: Default::default(),
            birth_date: Default::default(),
            wrapper: Default::default(),
            wrapper_account: None,
            page_size: 7,
            ..support::settings(SourceKind::Sql, "")
        }
    }

    pub fn connector(&self) -> Box<dyn Connector> {
        build(&self.settings())
    }
}

pub fn build(settings: &SourceSettings) -> Box<dyn Connector> {
    support::build_with(settings, &|_| Some(PASSWORD.into()))
}

/// Changes the settings of the database.
pub fn with(mut settings: SourceSettings, change: impl FnOnce(&mut SqlSettings)) -> SourceSettings {
    settings.sql.iter_mut().for_each(|_| {});
    if let Some(sql) = &mut settings.sql {
        change(sql);
    }
    settings
}

pub fn view(name: &str) -> SqlView {
    let column = |column: &str| SqlField::Column(column.to_owned());
    let statuses = [("2".to_owned(), "processing".to_owned()), ("4".to_owned(), "done".to_owned())].into();
    let status = SqlMapped { column: "trang_thai".into(), date_format: None, values: statuses };
    SqlView {
        name: name.to_owned(),
        dataset: Dataset::Dossier,
        key: "id".into(),
        hash_key: false,
        key_prefix: String::new(),
        watermark: Some(Watermark::Time { column: "cap_nhat".into(), overlap_seconds: 600 }),
        commune_column: Some("ma_xa".into()),
        commune: None,
        deleted: Some("da_xoa".into()),
        fields: BTreeMap::from([
            ("code".to_owned(), column("id")),
            ("name".to_owned(), column("ho_ten")),
            ("personal_id".to_owned(), column("so_dinh_danh")),
            ("birth_date".to_owned(), column("ngay_sinh")),
            ("sex".to_owned(), column("gioi_tinh")),
            ("status".to_owned(), SqlField::Mapped(status)),
            ("accepted_at".to_owned(), column("tiep_nhan")),
        ]),
    }
}

/// What a night brought.
#[derive(Default)]
pub struct Night {
    pub pages: usize,
    pub served: u64,
    pub records: Vec<CanonicalRecord>,
    pub rejects: Vec<Reject>,
    pub cursors: Vec<Cursor>,
    pub resume: Option<Cursor>,
}

impl Night {
    pub fn add(&mut self, page: Page) -> Option<Cursor> {
        assert!(page.served == (page.records.len() + page.rejects.len()) as u64, "every record is counted");
        self.pages += 1;
        self.served += page.served;
        self.records.extend(page.records);
        self.rejects.extend(page.rejects);
        self.cursors.extend(page.next.clone());
        page.next
    }

    /// The keys of all records, in the order in which they came.
    pub fn keys(&self) -> Vec<&str> {
        self.records.iter().map(|row| row.envelope.record_key.as_str()).collect()
    }

    pub fn reasons(&self) -> Vec<&str> {
        let mut reasons: Vec<&str> = self.rejects.iter().map(|reject| reject.reason.as_str()).collect();
        reasons.sort_unstable();
        reasons
    }

    pub fn dossier(&self, key: &str) -> DossierRecord {
        let row = self.records.iter().filter(|row| row.envelope.record_key == key).max_by_key(|r| r.envelope.version);
        match row.map(|row| row.record.clone()) {
            Some(Record::Dossier(dossier)) => dossier,
            _ => panic!("no case {key}"),
        }
    }
}

/// Pulls until the partition is complete, as a run does.
pub async fn night(connector: &dyn Connector, resume: Option<Cursor>) -> Result<Night, SourceError> {
    let context = context();
    let (dataset, _) = connector.datasets()[0];
    let partition = connector.partitions(dataset, &context).remove(0);
    let (mut night, mut cursor) = (Night::default(), resume);
    loop {
        let page = connector.page(&partition, cursor.as_ref(), &context).await?;
        match night.add(page) {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    night.resume = cursor.and_then(|last| connector.resume_cursor(&last));
    Ok(night)
}

pub fn context() -> PlanContext {
    support::context()
}
