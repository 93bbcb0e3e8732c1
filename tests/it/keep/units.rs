//! The units for systemd are what systemd takes.

use crate::support::text;
use std::path::Path;
use std::process::Command;

#[test]
fn systemd_takes_every_unit_as_it_is() {
    let analyze = Command::new("systemd-analyze").arg("--version").output();
    if !analyze.is_ok_and(|output| output.status.success()) {
        eprintln!("systemd-analyze is not here: the units were not verified");
        return;
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/systemd");
    let folder = tempfile::tempdir().expect("a folder");
    let mut units = Vec::new();
    for entry in std::fs::read_dir(source).expect("the units").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.ends_with(".service") && !name.ends_with(".timer") {
            continue;
        }
        // It looks whether the program is there.
        let unit = std::fs::read_to_string(entry.path()).expect("read");
        let unit = unit.replace("/usr/local/bin/doisoat", env!("CARGO_BIN_EXE_doisoat"));
        let place = folder.path().join(name);
        std::fs::write(&place, unit).expect("written");
        units.push(place);
    }
    assert_eq!(units.len(), 5, "{units:?}");
    let verified = Command::new("systemd-analyze")
        .args(["verify", "--recursive-errors=no"])
        .args(units.iter().map(|unit| text(unit)))
        .env("SYSTEMD_UNIT_PATH", format!("{}:", text(folder.path())))
        .output()
        .expect("runs");
    let said = String::from_utf8_lossy(&verified.stderr).into_owned();
    assert!(verified.status.success(), "{said}");
    let ours = said.lines().filter(|line| line.contains("doisoat")).collect::<Vec<_>>();
    assert!(ours.is_empty(), "{ours:?}");
}
