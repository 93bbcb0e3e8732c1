//! What a person gets when something is wrong: code, cause, next step, exit code 3, nothing lost.

use crate::postgres::Cluster;
use crate::support::{Sandbox, digest, doisoat, json, run, stderr, text};
use std::process::Command;

#[test]
fn a_wrong_configuration_names_file_line_and_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("wrong.toml");
    std::fs::write(
        &file,
        "[province]\ncode = \"08\"\n[sources.land]\nkind = \"land\"\nbase_url = \"https://h\"\npage_size = 0\n",
    )
    .expect("a file");
    let output = run(&["config", "check", "--config", text(&file)]);
    assert_eq!(output.status.code(), Some(3));
    let said = stderr(&output);
    assert!(said.contains("wrong.toml:6: sources.land.page_size") && said.contains("[CONFIG_VALUE]"), "{said}");
    assert!(said.contains("Việc cần làm"), "{said}");
}

#[test]
fn a_source_that_cannot_be_asked_as_configured_is_no_missing_secret() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("doisoat.toml");
    let settings = |path: &str| {
        format!(
            "[province]\ncode = \"08\"\n[sources.land]\nkind = \"land\"\nbase_url = \"https://h.invalid\"\n\
             auth = {{ kind = \"client_credentials\", token_path = \"{path}\", client_id = \"d\", \
             client_secret = {{ env = \"DOISOAT_LEDGER_PASSWORD\" }} }}\n"
        )
    };
    for (settings, code) in [
        (settings("https://elsewhere.invalid/token"), "[CONFIG_SOURCE]"),
        (settings("/token").replace("DOISOAT_LEDGER_PASSWORD", "DOISOAT_NOT_SET"), "[CONFIG_SECRET]"),
    ] {
        std::fs::write(&file, settings).expect("settings");
        let output =
            doisoat().args(["run", "--config", text(&file)]).current_dir(folder.path()).output().expect("runs");
        assert_eq!(output.status.code(), Some(3));
        assert!(stderr(&output).contains(code) && stderr(&output).contains("land"), "{}", stderr(&output));
    }
}

#[test]
fn no_sources_is_said_with_the_way_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = doisoat().arg("run").current_dir(folder.path()).output().expect("runs");
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("[NO_SOURCES]") && stderr(&output).contains("doisoat demo"));
}

fn with_ledger(sandbox: &Sandbox, ledger: &str) {
    let settings = sandbox.settings();
    let text = std::fs::read_to_string(&settings).expect("settings");
    std::fs::write(&settings, format!("{ledger}\n{text}")).expect("settings");
}

#[test]
fn a_wrong_password_and_a_missing_database_are_told_apart() {
    let url = Cluster::shared().database();
    let sandbox = Sandbox::serve(&["--persons", "200", "--faults", "0"]);
    with_ledger(&sandbox, &format!("[ledger]\nurl = \"{url}\"\npassword = {{ env = \"DOISOAT_LEDGER_PASSWORD\" }}"));
    let wrong = sandbox.run().env("DOISOAT_LEDGER_PASSWORD", "wrong").output().expect("runs");
    assert_eq!(wrong.status.code(), Some(3));
    assert!(stderr(&wrong).contains("[LEDGER_PASSWORD]"), "{}", stderr(&wrong));
    assert!(!stderr(&wrong).contains(crate::postgres::PASSWORD));
    let unset = sandbox.run().env_remove("DOISOAT_LEDGER_PASSWORD").output().expect("runs");
    assert!(stderr(&unset).contains("[CONFIG_SECRET]"), "{}", stderr(&unset));
    let settings = sandbox.settings();
    let missing = std::fs::read_to_string(&settings).expect("settings").replace(&url, &format!("{url}_gone"));
    std::fs::write(&settings, missing).expect("settings");
    let missing = sandbox.run().output().expect("runs");
    assert!(stderr(&missing).contains("[LEDGER_MISSING]"), "{}", stderr(&missing));
}

#[test]
fn a_locked_ledger_is_named_and_the_run_can_go_on_afterwards() {
    let sandbox = Sandbox::serve(&["--persons", "200", "--faults", "0"]);
    let first = json(&sandbox.run().output().expect("runs"), 0);
    let ledger = sandbox.folder.path().join("s/data/ledger.sqlite");
    let script = "import sqlite3, sys, time\n\
                  c = sqlite3.connect(sys.argv[1], isolation_level=None)\n\
                  c.execute('BEGIN EXCLUSIVE')\nprint('locked', flush=True)\ntime.sleep(600)\n";
    let mut holder = Command::new("python3")
        .args(["-c", script, text(&ledger)])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("python3 holds the lock");
    let mut line = String::new();
    let out = holder.stdout.as_mut().expect("its output");
    std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line).expect("a line");
    let locked = sandbox.run().output().expect("runs");
    holder.kill().expect("kill");
    holder.wait().expect("gone");
    assert_eq!(locked.status.code(), Some(3));
    assert!(stderr(&locked).contains("[LEDGER_LOCKED]"), "{}", stderr(&locked));
    let again = json(&sandbox.run().output().expect("runs"), 0);
    assert_eq!(digest(&again), digest(&first));
}

#[test]
fn a_full_disk_is_named_and_nothing_is_lost_when_there_is_room_again() {
    let sandbox = Sandbox::serve(&["--persons", "3000", "--seed", "2", "--faults", "0"]);
    // Without the guard that would not let it begin.
    let settings = std::fs::read_to_string(sandbox.settings()).expect("settings");
    std::fs::write(sandbox.settings(), settings.replace("min_free_mib = 64", "min_free_mib = 0")).expect("written");
    let data = sandbox.folder.path().join("s/data");
    std::fs::create_dir_all(&data).expect("a folder");
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=1500k", "tmpfs", text(&data)]).output();
    if !mounted.is_ok_and(|m| m.status.success()) {
        // An ordinary user cannot mount: a file limit is the nearest thing to a full disk.
        eprintln!("no right to mount a tmpfs: the full disk was not tried");
        return;
    }
    let full = sandbox.run().output().expect("runs");
    let grown = Command::new("mount").args(["-o", "remount,size=400m", text(&data)]).status().expect("mount runs");
    assert!(grown.success());
    let resumed = sandbox.run().arg("--resume").output().expect("runs");
    let resumed =
        if stderr(&resumed).contains("NOTHING_TO_RESUME") { sandbox.run().output().expect("runs") } else { resumed };
    let unmounted = Command::new("umount").arg(&data).status().expect("umount runs");
    assert!(unmounted.success());
    assert_eq!(full.status.code(), Some(3), "{}", stderr(&full));
    assert!(stderr(&full).contains("[DISK_FULL]"), "{}", stderr(&full));
    sandbox.bring_files_back();
    let fresh = digest(&json(&sandbox.run().output().expect("runs"), 0));
    assert_eq!(digest(&json(&resumed, 0)), fresh);
}
