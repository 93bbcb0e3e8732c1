//! Whether a night is to begin now, or to be gone on with.

use jiff::{SignedDuration, Timestamp};
use schemas::RunStatus;

/// A run that is gone on with is left alone for so long first.
const PAUSE: SignedDuration = SignedDuration::from_mins(10);
/// A source that was not there is tried again after so long.
const INCOMPLETE_PAUSE: SignedDuration = SignedDuration::from_mins(60);
/// What was tried so often will not work without somebody.
const MOST_TRIES: u32 = 3;
/// A run whose process gave no sign for so long has ended without saying so.
const SILENT: SignedDuration = SignedDuration::from_mins(2);

/// The newest run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastRun {
    pub status: RunStatus,
    pub started_at: Timestamp,
    pub heartbeat_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    /// How often it was gone on with by us.
    pub resumed: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    Nothing,
    /// A night of its own.
    Start,
    /// The newest run is unfinished.
    Resume,
}

/// `planned`: the last time of the timetable up to now.
pub fn due(now: Timestamp, planned: Timestamp, catch_up: SignedDuration, last: Option<&LastRun>) -> Due {
    let late = now.duration_since(planned);
    let within = late <= catch_up || late < SignedDuration::from_mins(1);
    let Some(last) = last.filter(|last| last.started_at >= planned) else {
        return if within && !under_way(now, last) { Due::Start } else { Due::Nothing };
    };
    let rested = |pause: SignedDuration| last.finished_at.is_none_or(|ended| now.duration_since(ended) >= pause);
    let again = match last.status {
        // The process is gone: a power cut.
        RunStatus::Running => now.duration_since(last.heartbeat_at) > SILENT,
        RunStatus::Failed => rested(PAUSE),
        RunStatus::Incomplete => rested(INCOMPLETE_PAUSE),
        // Somebody wanted it so.
        RunStatus::Stopped => false,
        RunStatus::Complete => false,
    };
    if again && within && last.resumed < MOST_TRIES { Due::Resume } else { Due::Nothing }
}

fn under_way(now: Timestamp, last: Option<&LastRun>) -> bool {
    last.is_some_and(|last| last.status == RunStatus::Running && now.duration_since(last.heartbeat_at) <= SILENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("2026-11-24T{text}:00Z").parse().expect("an instant")
    }

    fn run(status: RunStatus, started: &str, heartbeat: &str, finished: Option<&str>) -> LastRun {
        let (started_at, heartbeat_at, finished_at) = (at(started), at(heartbeat), finished.map(at));
        LastRun { status, started_at, heartbeat_at, finished_at, resumed: 0 }
    }

    fn now(text: &str, last: Option<&LastRun>) -> Due {
        due(at(text), at("02:00"), SignedDuration::from_hours(6), last)
    }

    #[test]
    fn a_night_begins_at_its_time_and_one_that_was_missed_is_made_up_for_within_hours() {
        assert_eq!(now("02:00", None), Due::Start);
        assert_eq!(now("07:59", None), Due::Start, "the power came back");
        assert_eq!(now("08:01", None), Due::Nothing, "too late: the next night does it");
        let yesterday = run(RunStatus::Complete, "01:00", "01:30", Some("01:30"));
        assert_eq!(now("02:00", Some(&yesterday)), Due::Start);
        let still_running = run(RunStatus::Running, "01:00", "02:00", None);
        assert_eq!(now("02:01", Some(&still_running)), Due::Nothing, "never two at once");
    }

    #[test]
    fn nothing_is_made_up_for_where_nobody_wants_it() {
        let none = SignedDuration::ZERO;
        assert_eq!(due(at("02:00"), at("02:00"), none, None), Due::Start);
        assert_eq!(due(at("02:01"), at("02:00"), none, None), Due::Nothing);
    }

    #[test]
    fn a_run_that_was_cut_off_is_gone_on_with_and_one_that_lives_is_left_alone() {
        let living = run(RunStatus::Running, "02:00", "02:29", None);
        assert_eq!(now("02:30", Some(&living)), Due::Nothing);
        assert_eq!(now("02:40", Some(&living)), Due::Resume);
        let done = run(RunStatus::Complete, "02:00", "02:30", Some("02:30"));
        assert_eq!(now("05:00", Some(&done)), Due::Nothing);
        let stopped = run(RunStatus::Stopped, "02:00", "02:30", Some("02:30"));
        assert_eq!(now("05:00", Some(&stopped)), Due::Nothing, "somebody wanted it so");
    }

    #[test]
    fn what_failed_is_tried_again_after_a_pause_and_not_for_ever() {
        let failed = run(RunStatus::Failed, "02:00", "02:30", Some("02:30"));
        assert_eq!(now("02:35", Some(&failed)), Due::Nothing);
        assert_eq!(now("02:40", Some(&failed)), Due::Resume);
        let incomplete = run(RunStatus::Incomplete, "02:00", "02:30", Some("02:30"));
        assert_eq!(now("03:00", Some(&incomplete)), Due::Nothing);
        assert_eq!(now("03:30", Some(&incomplete)), Due::Resume);
        let often = LastRun { resumed: 3, ..failed };
        assert_eq!(now("05:00", Some(&often)), Due::Nothing);
    }
}
