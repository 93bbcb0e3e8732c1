//! Runs the binary and reads what it says.

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

/// The binary with a fixed environment: no locale, no settings of this machine.
pub fn doisoat() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_doisoat"));
    command.env_remove("DOISOAT_LOG").env("LC_ALL", "C").env("DOISOAT_LEDGER_PASSWORD", crate::postgres::PASSWORD);
    command
}

pub fn run(arguments: &[&str]) -> Output {
    doisoat().args(arguments).output().expect("the binary runs")
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The one JSON object of a command that must end with `code`.
pub fn json(output: &Output, code: i32) -> Value {
    assert_eq!(output.status.code(), Some(code), "{}\n{}", stdout(output), stderr(output));
    serde_json::from_str(&stdout(output)).expect("one JSON object on standard output")
}

/// `doisoat demo --json` with more arguments, in a folder of its own.
pub fn demo(arguments: &[&str]) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let directory = folder.path().join("demo");
    let output = doisoat().args(["demo", "--json", "--dir", text(&directory)]).args(arguments).output().expect("runs");
    json(&output, 0)
}

pub fn digest(report: &Value) -> String {
    let digest = report["findings_digest"].as_str().expect("a digest").to_owned();
    assert_eq!(digest.len(), 64);
    digest
}

pub fn text(path: &Path) -> &str {
    path.to_str().expect("paths of tests are text")
}

/// A served province. Its process ends with it.
pub struct Sandbox {
    child: Child,
    /// Kept open: a sandbox whose reader is gone ends.
    _output: BufReader<ChildStdout>,
    pub folder: tempfile::TempDir,
}

impl Sandbox {
    pub fn serve(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut child = doisoat()
            .args(["sandbox", "--dir", text(&folder.path().join("s"))])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the sandbox starts");
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        // It says where its settings are once it serves.
        let mut first = String::new();
        output.read_line(&mut first).expect("a line");
        assert!(first.contains("doisoat.toml"), "{first}");
        Self { child, _output: output, folder }
    }

    pub fn settings(&self) -> PathBuf {
        self.folder.path().join("s/doisoat.toml")
    }

    /// As if no night had ever been: no data, and the communes' files in the inbox again.
    pub fn start_over(&self) {
        let data = self.folder.path().join("s/data");
        if data.exists() {
            std::fs::remove_dir_all(&data).expect("a clean start");
        }
        self.bring_files_back();
    }

    /// Moves what was taken back into the inbox.
    pub fn bring_files_back(&self) {
        let inbox = self.folder.path().join("s/inbox");
        for day in std::fs::read_dir(inbox.join("da-nhan")).into_iter().flatten() {
            for file in std::fs::read_dir(day.expect("a day").path()).expect("a folder") {
                let file = file.expect("a file");
                std::fs::rename(file.path(), inbox.join(file.file_name())).expect("moved back");
            }
        }
    }

    /// `doisoat run --json` against it.
    /// Its servers are gone; the folder stays.
    pub fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    pub fn run(&self) -> Command {
        self.run_at("2026-11-24T15:00:00Z")
    }

    /// The same at another instant.
    pub fn run_at(&self, instant: &str) -> Command {
        let mut command = doisoat();
        command.args(["run", "--json", "--config", text(&self.settings()), "--as-if", instant]);
        command
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
