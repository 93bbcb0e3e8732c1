//! F10: the disk fills up at many places.

use super::province::Province;
use super::scenario::Scenario;
use crate::support::{digest, json, stderr, text};
use std::path::Path;
use std::process::Command;

fn mount(arguments: &[&str]) -> bool {
    Command::new("mount").args(arguments).output().is_ok_and(|mounted| mounted.status.success())
}

struct Mounted<'a>(&'a Path);

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).status();
    }
}

#[test]
fn f10_a_disk_that_fills_up_anywhere_is_named_and_the_night_goes_on_when_there_is_room() {
    let scenario = Scenario::load("F10");
    let province = Province::serve(scenario.number("persons"), 31, scenario.number("page_size"));
    // So small a disk that a run would not even begin: here it is to fill up.
    province.edit(|settings| settings["data"]["min_free_mib"] = 0.into());
    let (reference, _) = province.reference();
    let data = province.data();
    let (mut full, mut enough, runs) = (0, 0, scenario.number("sizes"));
    for at in 0..runs {
        std::fs::create_dir_all(&data).expect("a folder");
        let kilobytes = scenario.number("first_kib") + at * scenario.number("step_kib");
        let size = format!("size={kilobytes}k");
        if !mount(&["-t", "tmpfs", "-o", &size, "tmpfs", text(&data)]) {
            eprintln!("no right to mount a tmpfs: the full disk was not tried");
            return;
        }
        let mounted = Mounted(&data);
        let output = province.run();
        match output.status.code() {
            Some(0) => enough += 1,
            _ => {
                assert_eq!(output.status.code(), Some(3), "{kilobytes} KiB: {}", stderr(&output));
                assert!(stderr(&output).contains("[DISK_FULL]"), "{kilobytes} KiB: {}", stderr(&output));
                full += 1;
            }
        }
        assert!(mount(&["-o", "remount,size=400m", text(&data)]), "grown");
        let resumed = province.resume();
        let resumed = if stderr(&resumed).contains("NOTHING_TO_RESUME") { province.run() } else { resumed };
        assert_eq!(digest(&json(&resumed, 0)), reference, "{kilobytes} KiB");
        drop(mounted);
        province.start_over();
    }
    assert!(full > 0, "no disk was small enough");
    let seen = format!(
        "full in {full} of {runs} sizes (enough in {enough}); named DISK_FULL; digest equal once there is room"
    );
    scenario.passed("tmpfs", runs, &seen);
}
