//! `serve` begins nights by itself, and goes on with one that was cut off.

use crate::support::{Sandbox, doisoat, text};
use config::Settings;
use doisoat::province::Boards;
use doisoat::schedule::{Keeper, Runner, Tasks, Timetable};
use doisoat::watch::{Post, Watchman};
use doisoat::workspace::Workspace;
use jiff::{SignedDuration, Timestamp};
use schemas::{Clock, RunStatus};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use store::ledger::NewRun;

#[derive(Clone)]
struct Hands(Arc<Mutex<Timestamp>>);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("a time")
    }
}

struct Watch {
    hands: Hands,
    workspace: Workspace,
    keeper: Keeper,
    runner: Arc<Runner>,
}

impl Watch {
    /// A keeper over a served province, two in the morning by its clock.
    async fn over(sandbox: &Sandbox) -> Self {
        let config = sandbox.settings();
        let mut settings = std::fs::read_to_string(&config).expect("settings");
        settings.push_str("\n[schedule]\nnightly = \"0 2 * * *\"\n[health]\nprobe_minutes = 0\n");
        std::fs::write(&config, settings).expect("written");
        // By the machine's clock they were put there a moment ago: too young to be taken.
        for file in std::fs::read_dir(config.with_file_name("inbox")).expect("a folder") {
            let file = std::fs::File::options().write(true).open(file.expect("a file").path()).expect("opens");
            file.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(3600)).expect("older");
        }
        let hands = Hands(Arc::new(Mutex::new("2026-11-24T19:00:30Z".parse().expect("an instant"))));
        let settings = Settings::load(&config).expect("settings");
        let workspace = Workspace::open(settings, Arc::new(hands.clone()), 0).await.expect("opens");
        let program = PathBuf::from(doisoat().get_program());
        let arguments = vec!["--config".to_owned(), text(&config).to_owned()];
        let runner = Arc::new(Runner::new(program, arguments, Arc::new(hands.clone())));
        let boards = Arc::new(Boards::new(&workspace));
        let schedule = &workspace.settings.schedule;
        let tasks = Tasks {
            runner: runner.clone(),
            nightly: Timetable::new(&schedule.nightly, &schedule.time_zone).expect("a timetable"),
            weekly: None,
            watchman: Watchman::new(&workspace, boards, "").expect("texts"),
            post: Post::new(&workspace).expect("ways"),
        };
        Self { hands, keeper: Keeper::new(&workspace, tasks), workspace, runner }
    }

    /// Until the process of the night has ended; it has as long as a test may last.
    async fn until_the_night_is_over(&self) {
        while self.runner.is_running() {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    }

    async fn runs(&self) -> Vec<(RunStatus, String)> {
        let runs = self.workspace.ledger.runs(10).await.expect("read");
        runs.into_iter().map(|run| (run.status, run.run_id)).collect()
    }
}

/// The night's process goes by the machine's clock, to which the sandbox's data may be old.
fn came_to_its_end(status: RunStatus) -> bool {
    matches!(status, RunStatus::Complete | RunStatus::Incomplete)
}

#[tokio::test]
async fn a_night_begins_at_its_time_is_logged_and_does_not_begin_twice() {
    let sandbox = Sandbox::serve(&["--persons", "1500", "--seed", "4", "--faults", "0"]);
    let mut watch = Watch::over(&sandbox).await;
    watch.keeper.tick().await.expect("looked");
    assert!(watch.runner.is_running(), "two in the morning");
    assert_eq!(watch.runner.start(false).map_err(|p| p.code).expect_err("refused"), "RUN_UNDER_WAY");
    watch.until_the_night_is_over().await;
    let runs = watch.runs().await;
    assert_eq!(runs.len(), 1, "{runs:?}");
    assert!(came_to_its_end(runs[0].0), "{:?}", watch.runner.log());
    let log = watch.runner.log();
    assert!(log.iter().any(|line| line.text.contains("a snapshot was promoted")), "{log:?}");
    watch.keeper.tick().await.expect("looked");
    assert!(!watch.runner.is_running(), "this night is done");
}

#[tokio::test]
async fn a_night_that_a_power_cut_ended_is_gone_on_with_when_the_power_is_back() {
    let sandbox = Sandbox::serve(&["--persons", "1500", "--seed", "4", "--faults", "0"]);
    let mut watch = Watch::over(&sandbox).await;
    let begun = watch.hands.now();
    let cut = NewRun {
        run_id: "20261125-020010".into(),
        started_at: begun,
        business_date: "2026-11-25".parse().expect("a day"),
        province: "08".into(),
        owner: "gone".into(),
    };
    watch.workspace.ledger.create_run(&cut).await.expect("begun");
    watch.keeper.tick().await.expect("looked");
    assert!(!watch.runner.is_running(), "it may still be alive");
    *watch.hands.0.lock().expect("a time") = begun + SignedDuration::from_hours(4);
    watch.keeper.tick().await.expect("looked");
    assert!(watch.runner.is_running(), "nobody has heard of it for hours");
    watch.until_the_night_is_over().await;
    let runs = watch.runs().await;
    assert_eq!((runs.len(), runs[0].1.as_str()), (1, "20261125-020010"));
    assert!(came_to_its_end(runs[0].0), "{:?}", watch.runner.log());
}

#[tokio::test]
async fn a_night_that_is_too_long_ago_is_left_to_the_next() {
    let sandbox = Sandbox::serve(&["--persons", "1500", "--seed", "4", "--faults", "0"]);
    let mut watch = Watch::over(&sandbox).await;
    *watch.hands.0.lock().expect("a time") = "2026-11-25T08:00:00Z".parse().expect("an instant");
    watch.keeper.tick().await.expect("looked");
    assert!(!watch.runner.is_running() && watch.runs().await.is_empty());
}
