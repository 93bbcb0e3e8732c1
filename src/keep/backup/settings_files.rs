//! The settings of a province and what they point at: rules, catalogues, texts of slips. A ledger
//! that is put back on another machine would be judged by other rules without them.

use super::copying::{at, copy, copy_tree};
use super::manifest::FileEntry;
use crate::problem::Problem;
use crate::workspace::Loaded;
use std::path::Path;

/// Copies them into `folder/settings`. What the settings name and is not there would have stopped
/// the program long before.
pub(super) fn copy_settings(loaded: &Loaded, folder: &Path) -> Result<Vec<FileEntry>, Problem> {
    let Some(file) = &loaded.file else { return Ok(Vec::new()) };
    let mut copied = vec![copy(file, folder, "settings/doisoat.toml").map_err(at(file))?];
    let data = &loaded.settings.data;
    if let Some(rules) = &data.rules_file {
        copied.push(copy(rules, folder, "settings/rules.toml").map_err(at(rules))?);
    }
    let folders = [
        (&data.units_directory, "units"),
        (&data.procedures_directory, "procedures"),
        (&loaded.settings.serve.slips_directory, "slips"),
    ];
    for (from, name) in folders {
        if let Some(from) = from {
            copied.extend(copy_tree(from, folder, &format!("settings/{name}")).map_err(at(from))?);
        }
    }
    Ok(copied)
}
