//! Up to which night a commune has been verified.

use crate::{Beat, Outcome};
use jiff::civil::Date;

/// The nights of one source.
#[derive(Debug, Clone, Copy)]
pub struct Nights<'a> {
    /// Oldest first.
    pub beats: &'a [Beat],
    /// The last night for which the newest good data are not too old: until then a night on which
    /// nothing was expected is as good as any. `None`: there have never been any.
    pub good_until: Option<Date>,
}

impl Nights<'_> {
    fn is_good(&self, beat: &Beat) -> bool {
        match beat.outcome {
            Outcome::Good => true,
            Outcome::Quiet => self.good_until.is_some_and(|until| beat.night <= until),
            _ => false,
        }
    }
}

/// The last night up to which every one of these sources has brought complete data: the oldest of
/// their last good nights. A good night reaches back over those that were missed before it, because
/// every pull is whole or goes on where the last good one ended; a night that was empty, held or
/// parked reaches nothing. `None`: some source has never been good, or there is no source.
pub fn verified_through<'a>(sources: impl IntoIterator<Item = Nights<'a>>) -> Option<Date> {
    let mut through = None;
    for source in sources {
        let last = source.beats.iter().filter(|beat| source.is_good(beat)).map(|beat| beat.night).max()?;
        through = Some(through.map_or(last, |through: Date| through.min(last)));
    }
    through
}

/// The first night of the unbroken row of good nights that ends with `through`, in all sources.
pub fn unbroken_since<'a>(sources: impl IntoIterator<Item = Nights<'a>>, through: Date) -> Option<Date> {
    let since = |source: Nights<'a>| {
        let mut since = None;
        let mut expected = through;
        for beat in source.beats.iter().rev().filter(|beat| beat.night <= through) {
            if beat.night != expected || !source.is_good(beat) {
                break;
            }
            since = Some(beat.night);
            expected = expected.yesterday().ok()?;
        }
        since
    };
    let mut latest = None;
    for source in sources {
        let since = since(source)?;
        latest = Some(latest.map_or(since, |latest: Date| latest.max(since)));
    }
    latest
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn nights(word: &str) -> Vec<Beat> {
        let outcome = |letter| match letter {
            'G' => Outcome::Good,
            'E' => Outcome::Empty,
            'H' => Outcome::Held,
            'Q' => Outcome::Quiet,
            'P' => Outcome::Parked,
            _ => Outcome::Failed,
        };
        let beat = |(at, letter): (usize, char)| Beat {
            night: date(2026, 11, at as i8 + 1),
            outcome: outcome(letter),
            as_of: None,
            code: None,
        };
        // A dot: no beat at all.
        word.chars().enumerate().filter(|(_, letter)| *letter != '.').map(beat).collect()
    }

    /// Good data are good for ten nights; a source of quiet nights alone has never had any.
    fn of(beats: &[Beat]) -> Nights<'_> {
        let good = beats.iter().filter(|beat| beat.outcome == Outcome::Good).map(|beat| beat.night).max();
        Nights { beats, good_until: good.map(|night| night.saturating_add(jiff::Span::new().days(10))) }
    }

    fn through(words: &[&str]) -> Option<i8> {
        let sources: Vec<Vec<Beat>> = words.iter().map(|word| nights(word)).collect();
        verified_through(sources.iter().map(|beats| of(beats))).map(Date::day)
    }

    fn since(words: &[&str]) -> Option<i8> {
        let sources: Vec<Vec<Beat>> = words.iter().map(|word| nights(word)).collect();
        let through = verified_through(sources.iter().map(|beats| of(beats)))?;
        unbroken_since(sources.iter().map(|beats| of(beats)), through).map(Date::day)
    }

    #[test]
    fn the_source_that_is_furthest_behind_says_how_far() {
        assert_eq!(through(&["GGGGG", "GGGGG"]), Some(5));
        assert_eq!(through(&["GGGGG", "GGGPP"]), Some(3));
        assert_eq!(through(&["GGGGG", "GGGEE"]), Some(3), "nothing is not good");
        assert_eq!(through(&["GGGGG", "GGGHH"]), Some(3), "read and not in force");
        assert_eq!(through(&["GGGGG", "....."]), None);
        assert_eq!(through(&[]), None);
    }

    #[test]
    fn where_nothing_was_expected_the_last_good_data_count_for_as_long_as_they_may() {
        assert_eq!(through(&["GGGGG", "GQQQQ"]), Some(5));
        assert_eq!(through(&["GGGGGGGGGGGGGG", "GQQQQQQQQQQQQQ"]), Some(11), "ten nights and no more");
        assert_eq!(through(&["GGGGG", "QQQQQ"]), None, "never delivered");
    }

    #[test]
    fn a_later_good_night_closes_the_gap_and_the_row_says_that_there_was_one() {
        assert_eq!((through(&["GG.GG", "GGGGG"]), since(&["GG.GG", "GGGGG"])), (Some(5), Some(4)));
        assert_eq!(since(&["GGGGG", "GQQGG"]), Some(1));
        assert_eq!(since(&["GGGGG", "GGGPP"]), Some(1));
    }
}
