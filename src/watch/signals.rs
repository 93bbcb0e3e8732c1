//! What the tracker is told: from the board, and from the probes where they are newer than the night.

use super::probe::Probes;
use crate::province::{Board, History};
use health::{Outcome, Scope, Signal, State};
use std::collections::BTreeMap;

/// Of all communes so many must stand still before it is the source's trouble and not theirs.
const SHARE: f64 = 0.5;
/// Read in full and not in force: something else is missing.
const FOLLOWS: &str = "HELD";

pub(super) fn signals(board: &Board, history: &History, probes: &Probes) -> BTreeMap<(Scope, String), Signal> {
    let mut signals = BTreeMap::new();
    let run_ended = history.mark.as_ref().and_then(|mark| mark.finished_at);
    for (at, source) in board.sources.iter().enumerate() {
        let name = source.id.to_string();
        let cells = || board.communes.iter().map(|row| &row.sources[at]);
        let standing: Vec<Option<&str>> = cells()
            .filter(|cell| {
                let last = cell.strip.iter().rev().flatten().find(|outcome| **outcome != Outcome::Quiet);
                matches!(last, Some(Outcome::Parked | Outcome::Failed))
            })
            .map(|cell| cell.judged.code.as_deref())
            .collect();
        let most = board.communes.len() as f64 * SHARE;
        let by_night = if standing.is_empty() {
            Signal::Fine
        } else if standing.len() as f64 > most {
            Signal::Bad { code: commonest(standing.iter().flatten().copied()), communes: standing.len() }
        } else {
            // Some communes of a source that serves the others: theirs.
            Signal::Fine
        };
        let newer = probes.0.get(&name).filter(|(asked, _)| run_ended.is_none_or(|ended| *asked > ended));
        let of_source = match newer {
            Some((_, None)) => Signal::Fine,
            Some((_, Some(code))) => Signal::Bad { code: code.clone(), communes: board.communes.len() },
            None => by_night,
        };
        signals.insert((Scope::Source, name.clone()), of_source);
        if source.required {
            let late: Vec<&str> = cells()
                .filter(|cell| {
                    matches!(cell.judged.state, State::Failed | State::Late | State::NeedsSomebody | State::NeverRan)
                })
                .map(|cell| cell.judged.code.as_deref().unwrap_or_else(|| cell.judged.state.as_str()))
                .collect();
            let signal = match late.len() {
                0 => Signal::Fine,
                communes => Signal::Bad { code: commonest(late), communes },
            };
            signals.insert((Scope::Communes, name), signal);
        }
    }
    signals
}

/// A cause before what only follows from it.
fn commonest<'c>(codes: impl IntoIterator<Item = &'c str>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    codes.into_iter().for_each(|code| *counts.entry(code).or_default() += 1);
    let causes = counts.len() > 1;
    let most = counts
        .into_iter()
        .filter(|(code, _)| !causes || *code != FOLLOWS)
        .max_by_key(|(code, count)| (*count, std::cmp::Reverse(*code)));
    most.map_or_else(String::new, |(code, _)| code.to_owned())
}
