//! A private PostgreSQL for the tests: its own folder, a free port, an ordinary user, and gone
//! when the test process is gone, however it ends.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

pub const PASSWORD: &str = "made-up-password";

pub struct Cluster {
    port: u16,
    bin: PathBuf,
    folder: PathBuf,
    user: Option<(u32, u32)>,
    _keeper: Child,
    databases: AtomicU32,
}

impl Cluster {
    /// The cluster of this test process.
    pub fn shared() -> &'static Cluster {
        static CLUSTER: OnceLock<Cluster> = OnceLock::new();
        CLUSTER.get_or_init(Cluster::start)
    }

    /// A fresh database; answers its URL without a password.
    pub fn database(&self) -> String {
        let name = format!("t{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let made = Command::new(self.bin.join("createdb"))
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", "doisoat", &name])
            .env("PGPASSWORD", PASSWORD)
            .output()
            .expect("createdb runs");
        assert!(made.status.success(), "createdb: {}", String::from_utf8_lossy(&made.stderr));
        format!("postgres://doisoat@127.0.0.1:{}/{name}", self.port)
    }

    /// After a crash a cluster goes through all its files: those of databases that have served
    /// would make each start slower than the one before.
    #[allow(dead_code)]
    pub fn drop_database(&self, url: &str) {
        let dropped = Command::new(self.bin.join("dropdb"))
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", "doisoat", "--force"])
            .arg(url.rsplit('/').next().unwrap_or_default())
            .env("PGPASSWORD", PASSWORD)
            .output()
            .expect("dropdb runs");
        assert!(dropped.status.success(), "dropdb: {}", String::from_utf8_lossy(&dropped.stderr));
    }

    /// A cluster of its own, for a test that stops it.
    #[allow(dead_code)]
    pub fn alone() -> Cluster {
        Cluster::start()
    }

    /// As at a power cut: no checkpoint, connections broken.
    #[allow(dead_code)]
    pub fn stop_at_once(&self) {
        self.control(&["-m", "immediate", "stop"]);
    }

    #[allow(dead_code)]
    pub fn start_again(&self) {
        let options = format!("-p {} -k {} -c listen_addresses=127.0.0.1 -c fsync=off", self.port, path(&self.folder));
        self.control(&["-l", path(&self.folder.join("log")), "-w", "-o", &options, "start"]);
    }

    /// The whole database as SQL text.
    #[allow(dead_code)]
    pub fn dump(&self, url: &str) -> String {
        let output = Command::new(self.bin.join("pg_dump"))
            .args(["--inserts", "--no-owner", url])
            .env("PGPASSWORD", PASSWORD)
            .output()
            .expect("pg_dump runs");
        assert!(output.status.success(), "pg_dump: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn control(&self, arguments: &[&str]) {
        let data = self.folder.join("data");
        let output = as_user(&self.bin.join("pg_ctl"), self.user)
            .args(["-D", path(&data)])
            .args(arguments)
            .output()
            .expect("pg_ctl runs");
        assert!(output.status.success(), "pg_ctl: {}", String::from_utf8_lossy(&output.stdout));
    }

    fn start() -> Cluster {
        let bin = bin_folder();
        static CLUSTERS: AtomicU32 = AtomicU32::new(0);
        let number = CLUSTERS.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("doisoat-pg-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for the cluster");
        let secret = folder.join("password");
        std::fs::File::create(&secret).and_then(|mut f| f.write_all(PASSWORD.as_bytes())).expect("a password file");
        let user = ordinary_user();
        if let Some((uid, gid)) = user {
            std::os::unix::fs::chown(&folder, Some(uid), Some(gid)).expect("the folder is the user's");
            std::os::unix::fs::chown(&secret, Some(uid), Some(gid)).expect("the password file is the user's");
        }
        let data = folder.join("data");
        let run = |program: &str, arguments: &[&str]| {
            let output = as_user(&bin.join(program), user).args(arguments).output().expect("PostgreSQL's programs run");
            assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        };
        let (data_text, secret_text, folder_text) = (path(&data), path(&secret), path(&folder));
        run(
            "initdb",
            &[
                "-D",
                data_text,
                "-U",
                "doisoat",
                "-A",
                "scram-sha-256",
                "--pwfile",
                secret_text,
                "-E",
                "UTF8",
                "--locale=C",
            ],
        );
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        let options = format!("-p {port} -k {folder_text} -c listen_addresses=127.0.0.1 -c fsync=off");
        run("pg_ctl", &["-D", data_text, "-l", path(&folder.join("log")), "-w", "-o", &options, "start"]);
        // The keeper reads its standard input; when this process ends, however it ends, the pipe
        // closes and the keeper clears up.
        let script = format!(
            "cat >/dev/null; {}/pg_ctl -D {data_text} -m immediate stop >/dev/null 2>&1; rm -rf {folder_text}",
            path(&bin)
        );
        let keeper = as_user(Path::new("/bin/sh"), user)
            .args(["-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the keeper starts");
        Cluster { port, bin, folder, user, _keeper: keeper, databases: AtomicU32::new(0) }
    }
}

fn path(path: &Path) -> &str {
    path.to_str().expect("paths of tests are text")
}

fn bin_folder() -> PathBuf {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|e| e.ok().map(|e| e.path().join("bin")))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    versions.sort();
    versions.pop().unwrap_or_else(|| {
        let output =
            Command::new("pg_config").arg("--bindir").output().expect("PostgreSQL is installed: see `make setup`");
        PathBuf::from(String::from_utf8_lossy(&output.stdout).trim())
    })
}

/// PostgreSQL refuses to run as root: then it runs as `postgres`, or `nobody`.
fn ordinary_user() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| -> Option<u32> {
        let output = Command::new("id").args(arguments).output().ok()?;
        String::from_utf8_lossy(&output.stdout).trim().parse().ok()
    };
    if id(&["-u"]) != Some(0) {
        return None;
    }
    ["postgres", "nobody"].iter().find_map(|name| Some((id(&["-u", name])?, id(&["-g", name])?)))
}

fn as_user(program: &Path, user: Option<(u32, u32)>) -> Command {
    let Some((uid, gid)) = user else { return Command::new(program) };
    let mut command = Command::new("setpriv");
    command.args([&format!("--reuid={uid}"), &format!("--regid={gid}"), "--clear-groups", path(program)]);
    command.current_dir("/");
    command
}
