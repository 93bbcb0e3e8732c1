//! Without room on the disk no night begins, and one that is under way stops at its checkpoints.

use super::place::{NOW, province};
use crate::support::{digest, stderr};
use doisoat::nightly::{RunOptions, progress::Progress, run};
use doisoat::sync::PullEvents;
use doisoat::workspace::{Workspace, load_settings};
use schemas::clock::AnchoredClock;
use schemas::{Dataset, Partition, PartitionStatus, SourceId};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[test]
fn a_night_without_room_does_not_begin_is_on_record_and_goes_on_when_there_is_room() {
    for kind in super::place::BOTH {
        let (_sandbox, place) = province(kind, 15);
        place.edit(|settings| settings["data"]["min_free_mib"] = 1_000_000_000.into());
        let refused = place.ask(&["run", "--as-if", NOW]);
        assert_eq!(refused.status.code(), Some(3), "{kind}");
        let said = stderr(&refused);
        assert!(said.contains("[DISK_SPACE]") && said.contains("1000000000 MiB are needed"), "{kind}: {said}");
        assert!(said.contains("doisoat run --resume"), "the next step is told: {said}");
        let runs = place.answer(&["runs", "list"], 0);
        assert_eq!((&runs[0]["status"], &runs[0]["error_code"]), (&"failed".into(), &"DISK_SPACE".into()), "{kind}");
        assert!(runs[0]["finished_at"].is_string(), "{kind}");

        place.edit(|settings| settings["data"]["min_free_mib"] = 1.into());
        let resumed = place.answer(&["run", "--resume", "--as-if", NOW], 0);
        assert_eq!(resumed["run_id"], runs[0]["run_id"], "{kind}");
    }
}

/// Counts the pages that were committed.
#[derive(Default)]
struct Pages(AtomicU64);

impl PullEvents for Pages {
    fn page(&self, _: &Partition, _: u64) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
    fn partition_ended(&self, _: &Partition, _: PartitionStatus) {}
}

impl Progress for Pages {
    fn stage(&self, _: &str) {}
    fn dataset(&self, _: &SourceId, _: Dataset, _: u64, _: u64) {}
    fn buckets(&self, _: u64, _: u64) {}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_night_stops_at_its_checkpoints_before_the_disk_is_full_and_resumes_to_the_same_findings() {
    let (sandbox, place) = province("sqlite", 16);
    let reference = digest(&place.night(NOW));
    sandbox.start_over();
    let pace = |requests_per_second: i64| {
        place.edit(|settings| {
            for name in ["population", "civil_status", "land", "one_stop"] {
                settings["sources"][name]["requests_per_second"] = requests_per_second.into();
            }
        });
    };
    // So slow that it cannot be through before somebody looks at the disk.
    pace(5);
    let settings = load_settings(Some(&place.config)).expect("settings").settings;
    let clock = Arc::new(AnchoredClock::new(NOW.parse().expect("an instant")));
    let mut workspace = Workspace::open(settings, clock, 1).await.expect("opens");
    let pages = Arc::new(Pages::default());
    let committed = pages.clone();
    let plenty = 1 << 40;
    workspace.free_space =
        Arc::new(move |_| Ok(if committed.0.load(Ordering::Relaxed) < 3 { plenty } else { 5 << 20 }));
    let options = RunOptions { workers: 1, ..RunOptions::default() };
    let parked = run(&workspace, &options, pages.clone()).await.expect_err("there is no room");
    workspace.ledger.close().await;
    assert_eq!(parked.code, "DISK_SPACE");
    assert!(parked.cause.contains("5 MiB are free") && parked.cause.contains("checkpoints"), "{parked}");
    assert_eq!(parked.exit, 3);

    let runs = place.answer(&["runs", "list"], 0);
    assert_eq!((&runs[0]["status"], &runs[0]["error_code"]), (&"stopped".into(), &"DISK_SPACE".into()));
    let run = place.answer(&["runs", "show", runs[0]["run_id"].as_str().expect("an id")], 0);
    let kept: i64 = run["partitions"].as_array().expect("partitions").iter().filter_map(|p| p["pages"].as_i64()).sum();
    assert!(kept >= 3, "what was pulled is kept: {kept} pages");
    pace(100_000);
    let resumed = place.answer(&["run", "--resume", "--as-if", NOW], 0);
    assert_eq!(resumed["run_id"], runs[0]["run_id"]);
    assert_eq!(digest(&resumed), reference);
}
