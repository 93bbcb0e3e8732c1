//! The ledger's copy, and what the copy itself says: which version it has, and which snapshots are
//! the good ones. Asking the copy, not the ledger, is what makes the two belong together.

use super::copying::{at, measure};
use super::manifest::{FileEntry, LedgerKind};
use super::pg_tools;
use crate::problem::Problem;
use config::Settings;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use store::ledger::SqliteLedger;

pub(super) struct LedgerCopy {
    pub version: i64,
    /// Folders of the current snapshots, relative to the data folder.
    pub snapshots: Vec<String>,
    pub file: FileEntry,
}

/// Copies the ledger into `folder`.
pub(super) async fn copy_ledger(settings: &Settings, folder: &Path) -> Result<LedgerCopy, Problem> {
    let kind = LedgerKind::of_url(&settings.ledger.url);
    let file = folder.join(kind.file());
    // Made here, empty, so that it is its owner's alone from its first byte on.
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(&file).map_err(at(&file))?;
    let (version, snapshots) = match kind {
        LedgerKind::Sqlite => {
            let ledger = SqliteLedger::open(&settings.data.directory.join("ledger.sqlite")).await?;
            let copied = ledger.copy_into(&file).await;
            store::Ledger::close(&ledger).await;
            copied?;
            let copy = SqliteLedger::read_copy(&file).await?;
            (copy.version, copy.snapshots.into_iter().map(|row| row.directory).collect())
        }
        LedgerKind::Postgres => {
            pg_tools::dump(settings, &file).await?;
            let rows = pg_tools::rows(&file, &["snapshots", "current_snapshots", "_sqlx_migrations"]).await?;
            read(&rows).ok_or_else(|| Problem::failed("BACKUP", "the dump does not list the ledger's snapshots"))?
        }
    };
    store::failpoint::hit("backup.ledger_copied");
    File::open(&file).and_then(|file| file.sync_all()).map_err(at(&file))?;
    let (bytes, sha256) = measure(&file).map_err(at(&file))?;
    Ok(LedgerCopy { version, snapshots, file: FileEntry { path: kind.file().to_owned(), bytes, sha256 } })
}

/// Version and current snapshots of a dump's rows.
fn read(rows: &str) -> Option<(i64, Vec<String>)> {
    let current: Vec<String> = column(rows, "current_snapshots", "snapshot_id")?;
    let (ids, folders) = (column(rows, "snapshots", "snapshot_id")?, column(rows, "snapshots", "directory")?);
    let folder = |id: &String| folders.get(ids.iter().position(|known| known == id)?).cloned();
    let versions = column(rows, "_sqlx_migrations", "version")?;
    let version = versions.iter().filter_map(|version| version.parse().ok()).max()?;
    Some((version, current.iter().map(folder).collect::<Option<_>>()?))
}

/// One column of one table in the text form of COPY: a header, lines with tabs, `\.`.
fn column(text: &str, table: &str, name: &str) -> Option<Vec<String>> {
    let begins = format!("{table} (");
    let mut lines = text.lines();
    // Whatever schema the province keeps its tables in.
    let header =
        lines.by_ref().find_map(|line| line.strip_prefix("COPY ")?.split_once('.')?.1.strip_prefix(&begins))?;
    let place = header.split(')').next()?.split(", ").position(|column| column.trim_matches('"') == name)?;
    let rows = lines.take_while(|line| *line != "\\.");
    rows.map(|line| line.split('\t').nth(place).map(plain)).collect()
}

/// A value without the escapes of COPY.
fn plain(value: &str) -> String {
    let mut plain = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => plain.extend(characters.next().map(|escaped| match escaped {
                't' => '\t',
                'n' => '\n',
                'r' => '\r',
                other => other,
            })),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: &str = "SET x = 1;\n\
        COPY public._sqlx_migrations (version, description, success) FROM stdin;\n1\tledger\tt\n11\twork\tt\n\\.\n\
        COPY public.current_snapshots (source, dataset, snapshot_id) FROM stdin;\nland\tland_right\tr2-land\n\\.\n\
        COPY public.snapshots (snapshot_id, run_id, directory, manifest) FROM stdin;\n\
        r1-land\tr1\tsnapshots/land/r1-land\t{}\nr2-land\tr2\tsnapshots/l\\\\nd/r2\\tx\t{\\\"}\n\\.\n";

    #[test]
    fn a_dump_tells_its_version_and_the_folders_of_its_current_snapshots() {
        let told = Some((11, vec!["snapshots/l\\nd/r2\tx".to_owned()]));
        assert_eq!(read(ROWS), told);
        assert_eq!(read(&ROWS.replace("public.", "doi_soat.")), told);
    }

    #[test]
    fn a_dump_that_lacks_a_table_or_a_snapshot_tells_nothing() {
        assert_eq!(read(&ROWS.replace("COPY public.snapshots", "COPY public.others")), None);
        assert_eq!(read(&ROWS.replace("r2-land\tr2", "r3-land\tr2")), None);
    }
}
