//! Private database servers for the tests: each in its own folder, on a free port, as an ordinary
//! user, and gone when the test process is gone, however it ends.

mod mariadb;
mod postgres;
mod proxy;
#[cfg(feature = "mssql")]
pub mod tds;

pub use mariadb::MariaDb;
pub use postgres::Postgres;
pub use proxy::cutting_proxy;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// The password of every account of the tests.
pub const PASSWORD: &str = "made-up-password";

/// A folder of the ordinary user's, and a port.
struct Place {
    folder: PathBuf,
    port: u16,
    user: Option<(u32, u32)>,
}

impl Place {
    /// `users`: whom to be instead of root, the first who exists.
    fn new(name: &str, users: &[&str]) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("doisoat-{name}-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let user = ordinary_user(users);
        if let Some((uid, gid)) = user {
            std::os::unix::fs::chown(&folder, Some(uid), Some(gid)).expect("the folder is the user's");
        }
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        Self { folder, port, user }
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).to_str().expect("paths of tests are text").to_owned()
    }

    fn run(&self, program: &Path, arguments: &[&str]) {
        let output = self.command(program).args(arguments).output().expect("the program runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {said}", program.display());
    }

    fn command(&self, program: &Path) -> Command {
        let Some((uid, gid)) = self.user else { return Command::new(program) };
        let mut command = Command::new("setpriv");
        command.args([&format!("--reuid={uid}"), &format!("--regid={gid}"), "--clear-groups"]);
        command.arg(program).current_dir("/");
        command
    }

    /// A made-up authority and a certificate for 127.0.0.1: `ca.pem`, `server.pem`, `server.key`.
    fn certify(&self) {
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        let (ca, ca_key, request) = (self.path("ca.pem"), self.path("ca.key"), self.path("server.csr"));
        let (certificate, server_key, names) = (self.path("server.pem"), self.path("server.key"), self.path("names"));
        let openssl = |arguments: &[&str]| self.run(Path::new("openssl"), arguments);
        let authority = ["-keyout", &ca_key, "-out", &ca, "-days", "2", "-subj", "/CN=made-up authority"];
        openssl(&[&["req", "-x509"][..], &key, &authority].concat());
        openssl(&[&["req"][..], &key, &["-keyout", &server_key, "-out", &request, "-subj", "/CN=server"]].concat());
        std::fs::write(&names, "subjectAltName=IP:127.0.0.1\n").expect("written");
        let signed = ["-CA", &ca, "-CAkey", &ca_key, "-CAcreateserial", "-out", &certificate, "-days", "2"];
        openssl(&[&["x509", "-req", "-in", &request][..], &signed, &["-extfile", &names]].concat());
    }

    /// Reads its standard input; when this process ends the pipe closes, and it clears up.
    fn keeper(&self, stop: &str) -> Child {
        let script = format!("cat >/dev/null; {stop} >/dev/null 2>&1; rm -rf {}", self.path(""));
        self.command(Path::new("/bin/sh"))
            .args(["-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the keeper starts")
    }
}

/// Servers refuse to run as root.
fn ordinary_user(users: &[&str]) -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| -> Option<u32> {
        let output = Command::new("id").args(arguments).output().ok()?;
        String::from_utf8_lossy(&output.stdout).trim().parse().ok()
    };
    if id(&["-u"]) != Some(0) {
        return None;
    }
    users.iter().chain(&["nobody"]).find_map(|name| Some((id(&["-u", name])?, id(&["-g", name])?)))
}
