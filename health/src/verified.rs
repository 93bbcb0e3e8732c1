//! Up to which night a commune has been verified.

use crate::{Beat, Outcome};
use jiff::civil::Date;

/// The last night up to which every one of these sources has brought complete data: the oldest of
/// their last good nights. A good night reaches back over those that were missed before it, because
/// every pull is whole or goes on where the last good one ended; a night that was empty, held or
/// parked reaches nothing. `None`: some source has never been good, or there is no source.
pub fn verified_through<'a>(sources: impl IntoIterator<Item = &'a [Beat]>) -> Option<Date> {
    let last_good =
        |beats: &[Beat]| beats.iter().filter(|beat| beat.outcome == Outcome::Good).map(|beat| beat.night).max();
    let mut through = None;
    for beats in sources {
        let last = last_good(beats)?;
        through = Some(through.map_or(last, |through: Date| through.min(last)));
    }
    through
}

/// The first night of the unbroken row of good nights that ends with `through`, in all sources.
/// Quiet nights do not break it: nothing was expected.
pub fn unbroken_since<'a>(sources: impl IntoIterator<Item = &'a [Beat]>, through: Date) -> Option<Date> {
    let since = |beats: &'a [Beat]| {
        let mut since = None;
        let mut expected = through;
        for beat in beats.iter().rev().filter(|beat| beat.night <= through) {
            if beat.night != expected || !matches!(beat.outcome, Outcome::Good | Outcome::Quiet) {
                break;
            }
            since = Some(beat.night);
            expected = expected.yesterday().ok()?;
        }
        since
    };
    let mut latest = None;
    for beats in sources {
        let since = since(beats)?;
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

    fn through(words: &[&str]) -> Option<i8> {
        let sources: Vec<Vec<Beat>> = words.iter().map(|word| nights(word)).collect();
        verified_through(sources.iter().map(Vec::as_slice)).map(Date::day)
    }

    fn since(words: &[&str]) -> Option<i8> {
        let sources: Vec<Vec<Beat>> = words.iter().map(|word| nights(word)).collect();
        let through = verified_through(sources.iter().map(Vec::as_slice))?;
        unbroken_since(sources.iter().map(Vec::as_slice), through).map(Date::day)
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
    fn a_later_good_night_closes_the_gap_and_the_row_says_that_there_was_one() {
        assert_eq!((through(&["GG.GG", "GGGGG"]), since(&["GG.GG", "GGGGG"])), (Some(5), Some(4)));
        assert_eq!(since(&["GGGGG", "GQQGG"]), Some(1));
        assert_eq!(since(&["GGGGG", "GGGPP"]), Some(1));
    }
}
