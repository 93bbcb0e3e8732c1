//! Key and head of the audit log: two files beside the ledger, not in it.
//!
//! Who can write the database cannot mend the chain without the key, and cannot cut its end off
//! unseen without the head.

use crate::problem::Problem;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use store::audit_chain::AuditKey;

pub struct AuditFiles {
    folder: PathBuf,
}

impl AuditFiles {
    pub fn new(data: &Path) -> Self {
        Self { folder: data.to_owned() }
    }

    /// The key; made from the system's randomness at the first start, readable by its owner only.
    pub fn key(&self) -> Result<AuditKey, Problem> {
        let path = self.folder.join("audit.key");
        if !path.exists() {
            std::fs::create_dir_all(&self.folder)?;
            let mut bytes = [0u8; 32];
            File::open("/dev/urandom")?.read_exact(&mut bytes)?;
            let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            let temporary = self.folder.join(format!("audit.key.{}", std::process::id()));
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            // Of two that start together the first wins: a link never replaces.
            let linked = std::fs::hard_link(&temporary, &path);
            std::fs::remove_file(&temporary)?;
            match linked {
                Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error.into()),
                _ => {}
            }
        }
        let text = std::fs::read_to_string(&path)?;
        AuditKey::parse(&text)
            .map_err(|_| Problem::failed("AUDIT_KEY", format!("{} is not an audit key", path.display())))
    }

    /// Number and hash of the last entry that was written from here.
    pub fn head(&self) -> Result<Option<(i64, String)>, Problem> {
        let text = match std::fs::read_to_string(self.head_path()) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let parsed =
            text.trim().split_once(' ').and_then(|(number, hash)| Some((number.parse().ok()?, hash.to_owned())));
        parsed.map(Some).ok_or_else(|| Problem::failed("AUDIT_HEAD", "audit.head does not hold a number and a hash"))
    }

    /// Replaced in one step; a crash before it leaves an older head, which is true as well.
    pub fn note_head(&self, number: i64, hash: &str) -> std::io::Result<()> {
        let temporary = self.folder.join(format!("audit.head.{}", std::process::id()));
        std::fs::write(&temporary, format!("{number} {hash}\n"))?;
        std::fs::rename(&temporary, self.head_path())
    }

    fn head_path(&self) -> PathBuf {
        self.folder.join("audit.head")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let files = AuditFiles::new(folder.path());
        let first = files.key().expect("made").subject("x");
        assert_eq!(files.key().expect("read").subject("x"), first);
        let mode = std::fs::metadata(folder.path().join("audit.key")).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).expect("listed").count(), 1, "nothing is left over");
    }

    #[test]
    fn a_head_comes_back_as_it_was_noted() {
        let folder = tempfile::tempdir().expect("a folder");
        let files = AuditFiles::new(folder.path());
        assert_eq!(files.head().expect("none yet"), None);
        files.note_head(7, "ab").expect("noted");
        assert_eq!(files.head().expect("read"), Some((7, "ab".to_owned())));
    }
}
