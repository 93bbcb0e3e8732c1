//! The commands as they look and how they end.

use crate::support::{doisoat, run, stderr, stdout, text};

#[test]
fn help_is_vietnamese_unless_english_is_asked_for() {
    let vi = run(&["--help"]);
    assert_eq!(vi.status.code(), Some(0));
    for word in ["Cách dùng", "Lệnh", "Tuỳ chọn", "Đối soát"] {
        assert!(stdout(&vi).contains(word), "{word}:\n{}", stdout(&vi));
    }
    let en = run(&["--lang", "en", "demo", "--help"]);
    assert!(stdout(&en).contains("How many people to make up"));
    let locale = doisoat().env("LC_ALL", "en_US.UTF-8").arg("--help").output().expect("runs");
    assert!(stdout(&locale).contains("Usage"));
}

#[test]
fn wrong_use_ends_with_64_and_says_what_is_allowed() {
    for arguments in [
        vec!["nonsense"],
        vec!["demo", "--persons", "many"],
        vec!["demo", "--province", "xx"],
        vec!["demo", "--faults", "7"],
        vec!["findings", "list", "--kind", "NOT_A_KIND"],
        vec!["findings", "export", "--out", "f.doc"],
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let output = doisoat().args(&arguments).current_dir(folder.path()).output().expect("runs");
        assert_eq!(output.status.code(), Some(64), "{arguments:?}: {}", stderr(&output));
        assert!(!stderr(&output).is_empty());
    }
}

#[test]
fn wrong_use_is_explained_in_vietnamese_with_what_was_probably_meant() {
    let said = stderr(&run(&["demoo"]));
    assert!(
        said.contains("[USAGE]") && said.contains("không có lệnh “demoo”") && said.contains("có phải demo?"),
        "{said}"
    );
    let said = stderr(&run(&["demo", "--persons", "many"]));
    assert!(said.contains("“many” không dùng được cho --persons"), "{said}");
    let english = stderr(&run(&["--lang", "en", "demoo"]));
    assert!(english.contains("unrecognized subcommand"), "{english}");
}

#[test]
fn the_template_is_written_once_and_is_valid() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("doisoat.toml");
    assert_eq!(run(&["config", "init", text(&file)]).status.code(), Some(0));
    let checked = run(&["config", "check", "--config", text(&file)]);
    assert_eq!(checked.status.code(), Some(0), "{}", stderr(&checked));
    let again = run(&["config", "init", text(&file)]);
    assert_eq!(again.status.code(), Some(3));
    assert!(stderr(&again).contains("[FILE_EXISTS]"));
    let shown = stdout(&run(&["config", "show", "--config", text(&file)]));
    assert!(shown.contains("DOISOAT_LEDGER_PASSWORD") && shown.contains("[sources.population]"), "{shown}");
}

#[test]
fn without_settings_the_embedded_defaults_serve() {
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in [vec!["db", "migrate"], vec!["runs", "list"], vec!["findings", "list"], vec!["quarantine", "list"]]
    {
        let output = doisoat().args(&arguments).current_dir(folder.path()).output().expect("runs");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
    }
    assert!(folder.path().join("doisoat-data/ledger.sqlite").exists());
}

#[test]
fn sources_are_checked_one_small_question_each() {
    let sandbox = crate::support::Sandbox::serve(&["--persons", "200", "--faults", "0"]);
    let output = run(&["sources", "check", "--json", "--config", text(&sandbox.settings())]);
    let checks = crate::support::json(&output, 0);
    let answers = checks.as_array().expect("a list");
    assert_eq!(answers.len(), 5);
    assert!(answers.iter().all(|a| a["status"] == "answers"), "{checks}");
}
