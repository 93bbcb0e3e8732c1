//! A commune from its sources, and the province from its communes.

use crate::{Judged, State};
use std::collections::BTreeMap;

/// One source in a commune.
#[derive(Debug, Clone)]
pub struct SourceHealth {
    pub judged: Judged,
    /// Whether the commune's state depends on it.
    pub counts: bool,
}

/// As bad as the worst source that counts. None counts: it never ran.
pub fn worst<'a>(sources: impl IntoIterator<Item = &'a SourceHealth>) -> State {
    let counted = sources.into_iter().filter(|source| source.counts);
    counted.map(|source| source.judged.state).min().unwrap_or(State::NeverRan)
}

/// How many communes are in each state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    pub all: usize,
    pub by_state: BTreeMap<State, usize>,
}

impl Counts {
    pub fn of(&self, state: State) -> usize {
        self.by_state.get(&state).copied().unwrap_or(0)
    }
}

pub fn counts(states: impl IntoIterator<Item = State>) -> Counts {
    let mut counts = Counts::default();
    for state in states {
        counts.all += 1;
        *counts.by_state.entry(state).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(state: State, counts: bool) -> SourceHealth {
        SourceHealth { judged: Judged { state, age: None, code: None, blame: None }, counts }
    }

    #[test]
    fn a_commune_is_as_bad_as_the_worst_source_that_counts() {
        let sources = [source(State::OnTime, true), source(State::Late, true), source(State::Failed, false)];
        assert_eq!(worst(&sources), State::Late);
        assert_eq!(worst(&[source(State::OnTime, false)]), State::NeverRan);
        let counted = counts([State::OnTime, State::OnTime, State::Late]);
        assert_eq!((counted.all, counted.of(State::OnTime), counted.of(State::Failed)), (3, 2, 0));
    }
}
