//! The state of one source in one commune, at an instant.

use crate::{Beat, Blame, Budget, Outcome, Trouble, trouble};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// So many nights in a row without a record make a source a little late, although it answered.
const EMPTY_NIGHTS: usize = 3;

/// From worst to best: the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// More than two periods without good data.
    Failed,
    /// A person must act: waiting does not help.
    NeedsSomebody,
    /// More than one period without good data.
    Late,
    /// There have never been good data.
    NeverRan,
    /// Over the budget, not yet a whole period.
    SlightlyLate,
    Waiting,
    Running,
    Maintenance,
    OnTime,
}

impl State {
    pub const ALL: [Self; 9] = [
        Self::Failed,
        Self::NeedsSomebody,
        Self::Late,
        Self::NeverRan,
        Self::SlightlyLate,
        Self::Waiting,
        Self::Running,
        Self::Maintenance,
        Self::OnTime,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::NeedsSomebody => "needs_somebody",
            Self::Late => "late",
            Self::NeverRan => "never_ran",
            Self::SlightlyLate => "slightly_late",
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Maintenance => "maintenance",
            Self::OnTime => "on_time",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Nobody has to look now.
    pub fn is_calm(self) -> bool {
        matches!(self, Self::OnTime | Self::Running | Self::Waiting | Self::Maintenance)
    }
}

/// What a run that is under way does with the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Activity {
    #[default]
    Idle,
    /// Its turn has not come yet.
    Waiting,
    Running,
}

/// What is known of one source in one commune.
#[derive(Debug, Clone)]
pub struct Situation<'a> {
    pub now: Timestamp,
    pub budget: Budget,
    /// What the newest complete data are true of.
    pub good: Option<Timestamp>,
    /// Newest last.
    pub beats: &'a [Beat],
    pub activity: Activity,
    pub in_maintenance: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judged {
    pub state: State,
    /// Of the newest complete data; a source's clock that runs ahead of ours is age zero.
    #[serde(skip)]
    pub age: Option<SignedDuration>,
    /// Why, where something is wrong: the word of the last night that was not good.
    pub code: Option<String>,
    /// Who must act, where only a person can mend it.
    pub blame: Option<Blame>,
}

pub fn judge(situation: &Situation<'_>) -> Judged {
    let Situation { now, budget, good, beats, activity, in_maintenance } = *situation;
    let age = good.map(|good| now.duration_since(good).max(SignedDuration::ZERO));
    let last = beats.iter().rev().find(|beat| beat.outcome != Outcome::Quiet);
    let code = last.filter(|beat| beat.outcome != Outcome::Good).and_then(|beat| beat.code.clone());
    let blame = code.as_deref().map(trouble).and_then(|trouble| match trouble {
        Trouble::Person(blame) => Some(blame),
        Trouble::Own | Trouble::Unreachable => None,
    });
    let lateness = with_empty_nights(by_age(age, budget), empty_nights(beats));
    let state = match (in_maintenance, blame, activity) {
        (true, _, _) if lateness != State::OnTime || blame.is_some() => State::Maintenance,
        (_, Some(_), _) => State::NeedsSomebody,
        // What is late stays late until the data are there, however busy we are.
        (_, None, Activity::Running) if lateness >= State::NeverRan => State::Running,
        (_, None, Activity::Waiting) if lateness >= State::NeverRan => State::Waiting,
        _ => lateness,
    };
    Judged { state, age, code, blame }
}

fn by_age(age: Option<SignedDuration>, budget: Budget) -> State {
    match age {
        None => State::NeverRan,
        Some(age) if age <= budget.fresh => State::OnTime,
        Some(age) if age <= budget.late() => State::SlightlyLate,
        Some(age) if age <= budget.failed() => State::Late,
        Some(_) => State::Failed,
    }
}

/// The nights at the end in which the source answered in full and had nothing.
fn empty_nights(beats: &[Beat]) -> usize {
    let counted = beats.iter().rev().filter(|beat| beat.outcome != Outcome::Quiet);
    counted.take_while(|beat| beat.outcome == Outcome::Empty).count()
}

/// A source that answers with nothing is not down, and not fine either: up to the third such night
/// it is a little late at worst, on the third it is so at best; then the age of good data decides.
fn with_empty_nights(lateness: State, nights: usize) -> State {
    match nights {
        0 => lateness,
        _ if lateness == State::NeverRan => lateness,
        1..EMPTY_NIGHTS => lateness.max(State::SlightlyLate),
        EMPTY_NIGHTS => State::SlightlyLate,
        _ => lateness.min(State::SlightlyLate),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const NOW: &str = "2026-11-24T03:00:00Z";

    fn beats(outcomes: &[(Outcome, Option<&str>)]) -> Vec<Beat> {
        let night = |at: usize| date(2026, 11, 1).saturating_add(jiff::Span::new().days(at as i64));
        let beat = |(at, (outcome, code)): (usize, &(Outcome, Option<&str>))| Beat {
            night: night(at),
            outcome: *outcome,
            as_of: None,
            code: code.map(str::to_owned),
        };
        outcomes.iter().enumerate().map(beat).collect()
    }

    fn state(age_hours: Option<i64>, outcomes: &[(Outcome, Option<&str>)], activity: Activity, fence: bool) -> State {
        let now: Timestamp = NOW.parse().expect("an instant");
        let good = age_hours.map(|hours| now - SignedDuration::from_hours(hours));
        let beats = beats(outcomes);
        let budget = Budget::of_hours(36);
        judge(&Situation { now, budget, good, beats: &beats, activity, in_maintenance: fence }).state
    }

    #[test]
    fn the_age_of_good_data_decides_and_not_the_colour_of_the_last_run() {
        let parked = [(Outcome::Parked, Some("breaker_open"))];
        for (age, expected) in [
            (Some(10), State::OnTime),
            (Some(36), State::OnTime),
            (Some(37), State::SlightlyLate),
            (Some(49), State::Late),
            (Some(73), State::Failed),
            (None, State::NeverRan),
            (Some(-5), State::OnTime),
        ] {
            assert_eq!(state(age, &parked, Activity::Idle, false), expected, "{age:?}");
            assert_eq!(state(age, &[(Outcome::Good, None)], Activity::Idle, false), expected, "{age:?}");
        }
    }

    #[test]
    fn a_source_that_answers_with_nothing_is_a_little_late_on_the_third_night() {
        let empty = (Outcome::Empty, None);
        assert_eq!(state(Some(30), &[empty], Activity::Idle, false), State::OnTime);
        assert_eq!(state(Some(54), &[empty; 2], Activity::Idle, false), State::SlightlyLate);
        assert_eq!(state(Some(78), &[empty; 3], Activity::Idle, false), State::SlightlyLate);
        assert_eq!(state(Some(30), &[empty; 3], Activity::Idle, false), State::SlightlyLate, "never green");
        assert_eq!(state(Some(102), &[empty; 4], Activity::Idle, false), State::Failed);
        assert_eq!(state(None, &[empty; 3], Activity::Idle, false), State::NeverRan);
    }

    #[test]
    fn what_only_a_person_can_mend_is_told_apart_however_fresh_the_data_are() {
        let refused = [(Outcome::Failed, Some("token_refused"))];
        assert_eq!(state(Some(10), &refused, Activity::Idle, false), State::NeedsSomebody);
        assert_eq!(state(Some(100), &refused, Activity::Running, false), State::NeedsSomebody);
        let mended = [(Outcome::Failed, Some("token_refused")), (Outcome::Good, None), (Outcome::Quiet, None)];
        assert_eq!(state(Some(10), &mended, Activity::Idle, false), State::OnTime);
    }

    #[test]
    fn a_run_under_way_is_shown_unless_the_data_are_late_already() {
        assert_eq!(state(Some(30), &[], Activity::Running, false), State::Running);
        assert_eq!(state(Some(40), &[], Activity::Waiting, false), State::Waiting);
        assert_eq!(state(None, &[], Activity::Running, false), State::Running);
        assert_eq!(state(Some(60), &[], Activity::Running, false), State::Late);
    }

    #[test]
    fn maintenance_covers_what_it_may_have_caused_and_nothing_that_is_fine() {
        assert_eq!(state(Some(60), &[], Activity::Idle, true), State::Maintenance);
        assert_eq!(state(Some(10), &[(Outcome::Failed, Some("http_403"))], Activity::Idle, true), State::Maintenance);
        assert_eq!(state(Some(10), &[], Activity::Idle, true), State::OnTime);
    }
}
