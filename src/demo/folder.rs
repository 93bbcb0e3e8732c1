//! The folder of a made-up province. It is made anew each time; a folder that is not one of ours
//! is never cleared.

use crate::problem::Problem;
use std::path::Path;

/// Marks a folder as made by doisoat and safe to clear.
const MARKER: &str = ".doisoat-sandbox";

/// Makes `directory` empty and marked, or refuses.
pub fn prepare(directory: &Path) -> Result<(), Problem> {
    if directory.join(MARKER).exists() {
        std::fs::remove_dir_all(directory)?;
    } else if directory.exists() && std::fs::read_dir(directory)?.next().is_some() {
        let cause = format!("{} is not empty and was not made by doisoat", directory.display());
        return Err(Problem::usage("DIRECTORY_NOT_EMPTY", cause));
    }
    std::fs::create_dir_all(directory)?;
    std::fs::write(directory.join(MARKER), "A made-up province. May be removed.\n")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_somebody_else_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("letter.txt"), "dear").expect("a file");
        let refused = prepare(folder.path()).expect_err("not ours");
        assert_eq!(refused.code, "DIRECTORY_NOT_EMPTY");
        assert!(folder.path().join("letter.txt").exists());
    }

    #[test]
    fn a_folder_of_ours_is_made_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let ours = folder.path().join("demo");
        prepare(&ours).expect("makes it");
        std::fs::write(ours.join("old"), "x").expect("a file");
        prepare(&ours).expect("makes it anew");
        assert!(!ours.join("old").exists());
    }
}
