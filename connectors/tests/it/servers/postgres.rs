//! A private PostgreSQL that can be stopped and started.

use super::{PASSWORD, Place};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, Connection};
use std::path::PathBuf;
use std::process::Child;
use std::sync::OnceLock;

pub struct Postgres {
    place: Place,
    bin: PathBuf,
    tls: bool,
    _keeper: Child,
}

impl Postgres {
    /// The server of this test process: speaks TLS to whoever wants it.
    pub fn shared() -> &'static Self {
        static SERVER: OnceLock<Postgres> = OnceLock::new();
        SERVER.get_or_init(|| Self::new(true))
    }

    /// A server of one's own, to be stopped.
    pub fn new(tls: bool) -> Self {
        let (place, bin) = (Place::new("pg", &["postgres"]), bin_folder());
        let (data, secret) = (place.path("data"), place.path("password"));
        std::fs::write(&secret, PASSWORD).expect("a password file");
        let arguments = ["-D", &data, "-U", "admin", "-A", "scram-sha-256", "--pwfile", &secret, "-E", "UTF8"];
        place.run(&bin.join("initdb"), &[&arguments[..], &["--locale=C"]].concat());
        let keeper = place.keeper(&format!("{}/pg_ctl -D {data} -m immediate stop", bin.display()));
        if tls {
            place.certify();
        }
        let server = Self { place, bin, tls, _keeper: keeper };
        server.start();
        server
    }

    pub fn start(&self) {
        let mut options =
            format!("-p {} -k {} -c listen_addresses=127.0.0.1 -c fsync=off", self.place.port, self.place.path(""));
        if self.tls {
            let (certificate, key) = (self.place.path("server.pem"), self.place.path("server.key"));
            options += &format!(" -c ssl=on -c ssl_cert_file={certificate} -c ssl_key_file={key}");
        }
        let (data, log) = (self.place.path("data"), self.place.path("log"));
        self.place.run(&self.bin.join("pg_ctl"), &["-D", &data, "-l", &log, "-w", "-o", &options, "start"]);
    }

    pub fn stop(&self) {
        self.place.run(&self.bin.join("pg_ctl"), &["-D", &self.place.path("data"), "-m", "immediate", "-w", "stop"]);
    }

    pub fn authority(&self) -> PathBuf {
        self.place.path("ca.pem").into()
    }

    pub fn url(&self, database: &str) -> String {
        format!("postgres://127.0.0.1:{}/{database}", self.place.port)
    }

    /// A fresh database with an account `reader` that may nothing yet.
    pub async fn database(&self, name: &str) {
        self.run("postgres", &format!("CREATE DATABASE {name}")).await;
        let reader = format!(
            "DO $$ BEGIN CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        );
        self.run(name, &reader).await;
    }

    /// As the administrator.
    pub async fn run(&self, database: &str, statements: &str) {
        let options = PgConnectOptions::new_without_pgpass()
            .host("127.0.0.1")
            .port(self.place.port)
            .username("admin")
            .password(PASSWORD)
            .database(database);
        let mut connection = PgConnection::connect_with(&options).await.expect("connected");
        sqlx::raw_sql(AssertSqlSafe(statements.to_owned())).execute(&mut connection).await.expect(statements);
        connection.close().await.expect("closed");
    }
}

fn bin_folder() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut versions: Vec<PathBuf> = versions
        .filter_map(|entry| entry.ok().map(|entry| entry.path().join("bin")))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    versions.sort();
    versions.pop().unwrap_or_else(|| {
        let output = std::process::Command::new("pg_config").arg("--bindir").output();
        let output = output.expect("PostgreSQL is installed: see `make setup`");
        PathBuf::from(String::from_utf8_lossy(&output.stdout).trim())
    })
}
