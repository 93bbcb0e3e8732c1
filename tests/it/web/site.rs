//! A province after its night, and `doisoat serve` over a copy of it.

use super::person::Person;
use crate::support::{Sandbox, doisoat, json, run, text};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::JoinHandle;

const WORLD: [&str; 8] = ["--persons", "3000", "--seed", "3", "--defects", "8", "--faults", "0"];
/// The morning after the night.
pub const NOW: &str = "2026-11-24T23:30:00Z";
pub const PASSWORD: &str = "bốn từ dễ nhớ 42";

/// Made once for all tests; its sources are gone.
fn province() -> &'static Path {
    static PROVINCE: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = PROVINCE.get_or_init(|| {
        let mut sandbox = Sandbox::serve(&WORLD);
        json(&sandbox.run().output().expect("runs"), 0);
        std::mem::replace(&mut sandbox.folder, tempfile::tempdir().expect("a folder"))
    });
    folder.path()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copied");
        }
    }
}

/// A server of its own. Ends with the test.
pub struct Site {
    child: Child,
    pub base: String,
    /// The link of the first start.
    pub setup: Option<String>,
    /// What it said, on both outputs.
    said: Arc<Mutex<String>>,
    listeners: Vec<JoinHandle<()>>,
    config: PathBuf,
    _folder: tempfile::TempDir,
    /// Its sources, where they are up.
    sources: Option<Sandbox>,
    /// By whom its certificate is to be believed (PEM), where it has one.
    authority: Option<Vec<u8>>,
}

impl Site {
    /// Over a copy of the province.
    pub fn open() -> Self {
        Self::with("")
    }

    /// Over a province of its own whose ledger is in PostgreSQL.
    pub fn on_postgres() -> Self {
        Self::over(|folder| {
            let config = folder.join("doisoat.toml");
            let url = crate::postgres::Cluster::shared().database();
            let mut settings = std::fs::read_to_string(&config).expect("settings");
            let ledger = format!("\n[ledger]\nurl = \"{url}\"\npassword = {{ env = \"DOISOAT_LEDGER_PASSWORD\" }}\n");
            settings.push_str(&ledger);
            std::fs::write(&config, settings).expect("written");
        })
    }

    /// Over a province of its own whose sources are up.
    pub fn with_its_sources() -> Self {
        let mut sandbox = Sandbox::serve(&WORLD);
        json(&sandbox.run().output().expect("runs"), 0);
        let config = sandbox.settings();
        let folder = std::mem::replace(&mut sandbox.folder, tempfile::tempdir().expect("a folder"));
        let mut site = Self::start(folder, config);
        site.sources = Some(sandbox);
        site
    }

    /// With TLS of its own and a certificate for this machine.
    pub fn with_tls() -> Self {
        let keys = tempfile::tempdir().expect("a folder");
        let (cert, key) = (keys.path().join("cert.pem"), keys.path().join("key.pem"));
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
            .args(["-subj", "/CN=doisoat.example", "-addext", "basicConstraints=critical,CA:FALSE"])
            .args(["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", text(&key), "-out", text(&cert)])
            .output()
            .expect("openssl is there");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let authority = std::fs::read(&cert).expect("a certificate");
        let tls = format!("\n[serve.tls]\ncert_file = \"{}\"\nkey_file = \"{}\"\n", text(&cert), text(&key));
        let mut site = Self::with(&tls);
        site.authority = Some(authority);
        site
    }

    /// The interconnect fails.
    pub fn cut_off(&mut self) {
        self.sources = None;
    }

    /// With more settings.
    pub fn with(settings: &str) -> Self {
        Self::changed(|text| text + settings)
    }

    /// With other settings.
    pub fn changed(change: impl FnOnce(String) -> String) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        copy(&province().join("s"), &folder.path().join("s"));
        let config = folder.path().join("s/doisoat.toml");
        let text = std::fs::read_to_string(&config).expect("settings");
        std::fs::write(&config, change(text)).expect("written");
        Self::start(folder, config)
    }

    /// Over a province of its own, of which something is changed before its night.
    pub fn over(change: impl FnOnce(&Path)) -> Self {
        let mut sandbox = Sandbox::serve(&WORLD);
        change(&sandbox.folder.path().join("s"));
        json(&sandbox.run().output().expect("runs"), 0);
        let config = sandbox.settings();
        let folder = std::mem::replace(&mut sandbox.folder, tempfile::tempdir().expect("a folder"));
        Self::start(folder, config)
    }

    pub fn start(folder: tempfile::TempDir, config: PathBuf) -> Self {
        let mut child = doisoat()
            .args(["serve", "--listen", "127.0.0.1:0", "--as-if", NOW, "--log", "debug", "--config", text(&config)])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let said = Arc::new(Mutex::new(String::new()));
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        // The address, that of OpenRefine, and at a first start a sentence and the link.
        let mut lines = Vec::new();
        while lines.len() < 4 {
            let mut line = String::new();
            if output.read_line(&mut line).expect("a line") == 0 {
                break;
            }
            lines.push(line.trim().to_owned());
        }
        let base = lines.first().and_then(|line| line.split_whitespace().last()).unwrap_or_default().to_owned();
        let setup = lines.iter().find(|line| line.contains("/setup?token=")).cloned();
        let listeners =
            vec![listen(child.stderr.take().expect("its errors"), said.clone()), listen(output, said.clone())];
        assert!(base.starts_with("http"), "{lines:?} {}", said.lock().expect("said"));
        Self { child, base, setup, said, listeners, config, _folder: folder, sources: None, authority: None }
    }

    /// The folder with its settings and all its data.
    pub fn folder(&self) -> &Path {
        self.config.parent().expect("a folder")
    }

    /// All that it has said by now.
    pub fn said(&self) -> String {
        self.said.lock().expect("said").clone()
    }

    /// Ends it; answers all that it ever said.
    pub fn stop(&mut self) -> String {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.listeners.drain(..).for_each(|listener| listener.join().expect("listened to the end"));
        self.said()
    }

    /// A command over the same province.
    pub fn command(&self, arguments: &[&str]) -> std::process::Output {
        run(&[arguments, &["--config", text(&self.config)]].concat())
    }

    /// The first finding of a kind, with its values.
    pub fn finding(&self, kind: &str) -> Value {
        self.finding_of(kind, &[])
    }

    /// The first of a kind in one source.
    pub fn finding_of(&self, kind: &str, more: &[&str]) -> Value {
        let list = self.command(&[&["findings", "list", "--kind", kind, "--json"], more].concat());
        let id = json(&list, 0)[0]["finding_id"].clone();
        json(&self.command(&["findings", "show", id.as_str().expect("there is one"), "--json"]), 0)
    }

    /// Somebody who is not signed in.
    pub fn visitor(&self) -> Person {
        Person::trusting(&self.base, self.authority.as_deref())
    }

    /// The administrator, made with the link of the first start.
    pub async fn administrator(&self) -> Person {
        let mut person = self.visitor();
        let link = self.setup.as_deref().expect("a first start");
        let path = link.strip_prefix(self.base.as_str()).expect("of this site");
        person.get(path).await;
        let token = path.split_once("token=").expect("a token").1.to_owned();
        let answer = person
            .post(
                "/setup",
                &[
                    ("token", &token),
                    ("name", "Quản trị"),
                    ("account", "quan.tri"),
                    ("password", PASSWORD),
                    ("password_again", PASSWORD),
                ],
            )
            .await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        person.get("/accounts").await;
        person
    }

    /// Somebody with this role who sees these communes (`*`: all), invited and signed in.
    pub async fn officer(&self, administrator: &mut Person, login: &str, role: &str, communes: &[&str]) -> Person {
        let mut form = vec![("name", "Trần Thị Lan"), ("account", login), ("role", role)];
        form.extend(communes.iter().map(|code| ("communes", *code)));
        let answer = administrator.post("/accounts/invite", &form).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let link = between(&answer.body, "/invitation?token=", "\"").to_owned();
        let mut person = self.visitor();
        person.get(&format!("/invitation?token={link}")).await;
        let answer =
            person.post("/invitation", &[("token", &link), ("password", PASSWORD), ("password_again", PASSWORD)]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        person.get(if role == "it" { "/accounts" } else { "/check" }).await;
        person
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn listen(output: impl Read + Send + 'static, said: Arc<Mutex<String>>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let mut said = said.lock().expect("said");
            said.push_str(&line);
            said.push('\n');
        }
    })
}

/// What stands between two texts.
pub fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let from = text.find(start).unwrap_or_else(|| panic!("{start} in {text}")) + start.len();
    let to = text[from..].find(end).unwrap_or_else(|| panic!("{end} behind {start}")) + from;
    &text[from..to]
}
