//! A private MariaDB that can be stopped and started.

use super::{PASSWORD, Place};
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlSslMode};
use sqlx::{AssertSqlSafe, Connection};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

pub struct MariaDb {
    place: Place,
    tls: bool,
    server: Mutex<Option<Child>>,
    _keeper: Child,
}

impl MariaDb {
    /// The server of this test process: speaks TLS to whoever wants it.
    pub fn shared() -> &'static Self {
        static SERVER: OnceLock<MariaDb> = OnceLock::new();
        SERVER.get_or_init(|| Self::new(true))
    }

    /// A server of one's own, to be stopped.
    pub fn new(tls: bool) -> Self {
        let place = Place::new("mariadb", &["mysql"]);
        let data = format!("--datadir={}", place.path("data"));
        let arguments = [
            "--no-defaults",
            &data,
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--skip-name-resolve",
        ];
        place.run(Path::new("mariadb-install-db"), &arguments);
        let keeper = place.keeper(&format!("kill -9 $(cat {})", place.path("pid")));
        if tls {
            place.certify();
        }
        let server = Self { place, tls, server: Mutex::new(None), _keeper: keeper };
        server.start();
        server
    }

    pub fn start(&self) {
        let place = &self.place;
        let (certificate, key) = (place.path("server.pem"), place.path("server.key"));
        let tls = [format!("--ssl-cert={certificate}"), format!("--ssl-key={key}")];
        let child = place
            .command(&program())
            .args(["--no-defaults", "--bind-address=127.0.0.1", "--skip-name-resolve"])
            .arg(format!("--datadir={}", place.path("data")))
            .arg(format!("--socket={}", place.path("socket")))
            .arg(format!("--pid-file={}", place.path("pid")))
            .arg(format!("--log-error={}", place.path("log")))
            .arg(format!("--port={}", place.port))
            .args(["--innodb-flush-log-at-trx-commit=2", "--innodb-buffer-pool-size=32M"])
            .args(if self.tls { &tls[..] } else { &[] })
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        *self.server.lock().expect("not poisoned") = Some(child.expect("MariaDB is installed: see `make setup`"));
        let began = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", place.port)).is_err() {
            assert!(began.elapsed() < Duration::from_secs(60), "MariaDB does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    pub fn stop(&self) {
        if let Some(mut child) = self.server.lock().expect("not poisoned").take() {
            child.kill().expect("killed");
            child.wait().expect("gone");
        }
    }

    pub fn authority(&self) -> PathBuf {
        self.place.path("ca.pem").into()
    }

    pub fn url(&self, database: &str) -> String {
        format!("mysql://127.0.0.1:{}/{database}", self.place.port)
    }

    /// A fresh database with an account `reader_<name>` that may nothing yet.
    pub async fn database(&self, name: &str) {
        let statements = format!(
            "CREATE DATABASE {name} CHARACTER SET utf8mb4; \
             CREATE USER reader_{name}@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'"
        );
        self.run("mysql", &statements).await;
    }

    /// As the administrator.
    pub async fn run(&self, database: &str, statements: &str) {
        let options = MySqlConnectOptions::new()
            .socket(self.place.path("socket"))
            .username("root")
            .ssl_mode(MySqlSslMode::Disabled)
            .database(database)
            .timezone(Some("+07:00".to_owned()));
        let mut connection = MySqlConnection::connect_with(&options).await.expect("connected");
        sqlx::raw_sql(AssertSqlSafe(statements.to_owned())).execute(&mut connection).await.expect(statements);
        connection.close().await.expect("closed");
    }
}

fn program() -> PathBuf {
    let usual = Path::new("/usr/sbin/mariadbd");
    if usual.exists() { usual.to_owned() } else { "mariadbd".into() }
}
