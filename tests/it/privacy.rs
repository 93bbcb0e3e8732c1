//! No personal value in logs, reports, file names or lists.

use crate::support::{Sandbox, run, stderr, stdout, text};

/// Runs of at least nine digits that begin like a made-up number.
fn numbers(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut digits = String::new();
    for c in text.chars().chain(std::iter::once(' ')) {
        if c.is_ascii_digit() {
            digits.push(c);
        } else {
            if digits.len() >= 9 && (digits.starts_with("099") || digits.starts_with("990")) {
                found.push(digits.clone());
            }
            digits.clear();
        }
    }
    found
}

#[test]
fn a_run_with_all_logging_on_shows_nobody() {
    let sandbox = Sandbox::serve(&["--persons", "800", "--seed", "12", "--faults", "0.3"]);
    let output = sandbox.run().args(["--log", "debug"]).output().expect("runs");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let said = format!("{}{}", stderr(&output), stdout(&output));
    assert!(said.len() > 1000, "logging is on");
    assert_eq!(numbers(&said), Vec::<String>::new());
    for word in ["NGUYỄN", "Nguyễn", "HOÀNG VĂN", "CongDan>", "hoTen"] {
        assert!(!said.contains(word), "{word} is in the log");
    }
    let list = stdout(&run(&["findings", "list", "--limit", "1000", "--config", text(&sandbox.settings())]));
    assert_eq!(numbers(&list), Vec::<String>::new(), "lists mask numbers");
    let mut folders = vec![sandbox.folder.path().join("s/data")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let entry = entry.expect("an entry");
            assert_eq!(numbers(&entry.file_name().to_string_lossy()), Vec::<String>::new());
            if entry.path().is_dir() {
                folders.push(entry.path());
            }
        }
    }
}
