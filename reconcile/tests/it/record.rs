//! Answers on record: long lists of what comes out, kept as files beside the tests, so that every
//! change of an answer is seen and judged by whoever makes it.
//!
//! `DOISOAT_RECORD=1` writes the files anew; the difference then stands in the commit.

use std::path::Path;

/// How many lines that differ are shown.
const SHOWN: usize = 12;

/// Compares `found` with the file `tests/data/<name>`, line by line.
pub fn is_on_record(name: &str, found: &[String]) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    if std::env::var_os("DOISOAT_RECORD").is_some() {
        std::fs::write(&file, found.join("\n") + "\n").expect("written");
        return;
    }
    let text = std::fs::read_to_string(&file).expect("readable");
    let wanted: Vec<&str> = text.lines().collect();
    let longer = wanted.len().max(found.len());
    let differing: Vec<usize> =
        (0..longer).filter(|at| wanted.get(*at).copied() != found.get(*at).map(String::as_str)).collect();
    let line = |at: usize| {
        let (wanted, found) = (wanted.get(at).copied().unwrap_or(""), found.get(at).map_or("", String::as_str));
        format!("{}:\n  on record {wanted}\n  now       {found}", at + 1)
    };
    let shown: Vec<String> = differing.iter().take(SHOWN).map(|at| line(*at)).collect();
    assert!(differing.is_empty(), "{name}: {} lines differ\n{}", differing.len(), shown.join("\n"));
}
