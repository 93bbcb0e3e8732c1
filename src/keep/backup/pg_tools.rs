//! PostgreSQL's own `pg_dump` and `pg_restore`. The password goes to them in their environment: what
//! stands on a command line is read by everybody on the machine.

use crate::problem::Problem;
use crate::workspace::environment;
use config::Settings;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::Command;

/// Where Debian and Ubuntu keep each version's programs.
const VERSIONS: &str = "/usr/lib/postgresql";

/// A program of PostgreSQL: on PATH, else the newest version that is installed.
fn find(program: &str) -> Result<PathBuf, Problem> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join(program)).find(|place| place.is_file());
    on_path.or_else(|| newest(Path::new(VERSIONS), program)).ok_or_else(|| {
        let cause = format!("{program} is neither on PATH nor in {VERSIONS}/*/bin");
        Problem::failed("BACKUP_TOOLS", cause)
    })
}

fn newest(versions: &Path, program: &str) -> Option<PathBuf> {
    let folders = std::fs::read_dir(versions).ok()?.flatten().map(|entry| entry.path());
    // 9.6 and 15 as numbers: as text 9 would be the newer.
    let number = |folder: &PathBuf| folder.file_name()?.to_str()?.split('.').next()?.parse::<u32>().ok();
    let with_it = folders.filter_map(|folder| Some((number(&folder)?, folder.join("bin").join(program))));
    with_it.filter(|(_, place)| place.is_file()).max().map(|(_, place)| place)
}

/// Runs one of them against the ledger of the settings; answers what it said on standard output.
async fn run(settings: &Settings, program: &str, arguments: &[&OsStr]) -> Result<Vec<u8>, Problem> {
    let mut command = Command::new(find(program)?);
    command.args(arguments).arg("--no-password").stdin(Stdio::null()).kill_on_drop(true);
    // Without a password in the settings its own ways are left to it: PGPASSFILE, ~/.pgpass.
    if let Some(password) = &settings.ledger.password {
        command.env("PGPASSWORD", password.resolve(&environment)?.expose());
    }
    finished(program, command).await
}

async fn finished(program: &str, mut command: Command) -> Result<Vec<u8>, Problem> {
    let output = command.output().await?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    // A server that is newer than the tool is told of in the first line, not the last.
    let said: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty()).take(3).collect();
    Err(Problem::failed("BACKUP_TOOL_FAILED", format!("{program}: {}", said.join("; "))))
}

/// The whole database as of one instant, while others read and write.
pub(super) async fn dump(settings: &Settings, file: &Path) -> Result<(), Problem> {
    let arguments: [&OsStr; 7] = [
        "--format=custom".as_ref(),
        "--no-owner".as_ref(),
        "--no-privileges".as_ref(),
        "--lock-wait-timeout=60s".as_ref(),
        "--file".as_ref(),
        file.as_ref(),
        settings.ledger.url.as_ref(),
    ];
    run(settings, "pg_dump", &arguments).await.map(drop)
}

/// A dump into an empty database, in one transaction: all of it or nothing.
pub(super) async fn put_back(settings: &Settings, file: &Path) -> Result<(), Problem> {
    let arguments: [&OsStr; 7] = [
        "--single-transaction".as_ref(),
        "--exit-on-error".as_ref(),
        "--no-owner".as_ref(),
        "--no-privileges".as_ref(),
        "--dbname".as_ref(),
        settings.ledger.url.as_ref(),
        file.as_ref(),
    ];
    run(settings, "pg_restore", &arguments).await.map(drop)
}

/// The rows of some tables as a dump has them, in the text form of COPY. No database is asked.
pub(super) async fn rows(file: &Path, tables: &[&str]) -> Result<String, Problem> {
    let mut command = Command::new(find("pg_restore")?);
    command.args(["--data-only", "--file=-"]).stdin(Stdio::null()).kill_on_drop(true);
    tables.iter().for_each(|table| {
        command.args(["--table", table]);
    });
    command.arg(file);
    Ok(String::from_utf8_lossy(&finished("pg_restore", command).await?).into_owned())
}

/// Both tools are there.
pub(super) fn check() -> Result<(), Problem> {
    find("pg_dump").and_then(|_| find("pg_restore")).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_installed_version_is_taken_by_number() {
        let folder = tempfile::tempdir().expect("a folder");
        for version in ["9.6", "15", "13", "extra"] {
            let bin = folder.path().join(version).join("bin");
            std::fs::create_dir_all(&bin).expect("made");
            std::fs::write(bin.join("pg_dump"), "").expect("written");
        }
        std::fs::create_dir_all(folder.path().join("17/bin")).expect("a version without it");
        assert_eq!(newest(folder.path(), "pg_dump"), Some(folder.path().join("15/bin/pg_dump")));
        assert_eq!(newest(folder.path(), "pg_restore"), None);
    }
}
