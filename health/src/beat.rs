//! What one night brought from one source for one commune.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// In the order in which several datasets of a source make one: the worst counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing was expected: a folder into which nobody put a file.
    Quiet,
    /// Read whole, and in force.
    Good,
    /// Read whole, without one record: no proof that there is nothing.
    Empty,
    /// Read whole, but not in force: another part of the source is missing.
    Held,
    /// No run, or the run ended before it came to this source.
    Missed,
    /// Out of tries, time or quota; stands at its checkpoint.
    Parked,
    /// A retry cannot mend it.
    Failed,
}

impl Outcome {
    pub const ALL: [Self; 7] =
        [Self::Quiet, Self::Good, Self::Empty, Self::Held, Self::Missed, Self::Parked, Self::Failed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Good => "good",
            Self::Empty => "empty",
            Self::Held => "held",
            Self::Missed => "missed",
            Self::Parked => "parked",
            Self::Failed => "failed",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == word)
    }
}

/// One night of one source in one commune.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beat {
    /// The Vietnamese day that the run was for.
    pub night: Date,
    pub outcome: Outcome,
    /// What the data are true of, by the source's clock; where they are in force.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub as_of: Option<Timestamp>,
    /// The word of what went wrong.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub code: Option<String>,
}

/// The beats of a source's datasets in one night, as one: the worst outcome, the oldest data.
pub fn of_datasets<'a>(beats: impl IntoIterator<Item = &'a Beat>) -> Option<Beat> {
    let mut beats = beats.into_iter();
    let first = beats.next()?.clone();
    Some(beats.fold(first, |whole, beat| {
        let as_of = match (whole.as_of, beat.as_of) {
            (Some(one), Some(other)) => Some(one.min(other)),
            // Quiet has no data of its own and does not take those of another away.
            (one, other) if whole.outcome == Outcome::Quiet || beat.outcome == Outcome::Quiet => one.or(other),
            _ => None,
        };
        let worse = if beat.outcome > whole.outcome { beat } else { &whole };
        Beat { night: whole.night, outcome: worse.outcome, as_of, code: worse.code.clone() }
    }))
}

/// `nights` nights that end with `last`, oldest first; a night without a beat is missed, one before
/// the first beat there ever was is nothing.
pub fn strip(beats: &[Beat], last: Date, nights: usize) -> Vec<Option<Outcome>> {
    let first = beats.iter().map(|beat| beat.night).min();
    let day = |back: usize| last.saturating_sub(jiff::Span::new().days(i64::try_from(back).unwrap_or(0)));
    (0..nights)
        .rev()
        .map(day)
        .map(|night| {
            let beat = beats.iter().find(|beat| beat.night == night).map(|beat| beat.outcome);
            beat.or_else(|| first.is_some_and(|first| night > first).then_some(Outcome::Missed))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn beat(day: i8, outcome: Outcome, as_of: Option<&str>) -> Beat {
        let as_of = as_of.map(|at| at.parse().expect("an instant"));
        Beat { night: date(2026, 11, day), outcome, as_of, code: None }
    }

    #[test]
    fn a_source_is_as_good_as_the_worst_of_its_datasets_and_as_old_as_the_oldest() {
        let (new, old) = ("2026-11-10T19:00:00Z", "2026-11-10T17:00:00Z");
        let whole = of_datasets(&[beat(11, Outcome::Good, Some(new)), beat(11, Outcome::Good, Some(old))]);
        assert_eq!(whole.expect("one").as_of, Some(old.parse().expect("an instant")));
        let broken = of_datasets(&[beat(11, Outcome::Good, Some(new)), beat(11, Outcome::Parked, None)]).expect("one");
        assert_eq!((broken.outcome, broken.as_of), (Outcome::Parked, None));
        let quiet = of_datasets(&[beat(11, Outcome::Good, Some(new)), beat(11, Outcome::Quiet, None)]).expect("one");
        assert_eq!((quiet.outcome, quiet.as_of.is_some()), (Outcome::Good, true));
        assert_eq!(of_datasets(&[]), None);
    }

    #[test]
    fn a_night_without_a_beat_is_missed_and_before_the_first_there_is_nothing() {
        let beats = [beat(3, Outcome::Good, None), beat(5, Outcome::Empty, None)];
        let shown = strip(&beats, date(2026, 11, 6), 5);
        let expected = [None, Some(Outcome::Good), Some(Outcome::Missed), Some(Outcome::Empty), Some(Outcome::Missed)];
        assert_eq!(shown, expected);
        assert_eq!(strip(&[], date(2026, 11, 6), 2), [None, None]);
    }
}
