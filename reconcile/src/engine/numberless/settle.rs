//! From candidates to links, doubts and counts.

use super::candidates::{Aside, Candidate, Candidates};
use super::compare::{is_enough, is_worth_a_look};
use super::digest::digest;
use super::found::AllFound;
use super::groups::groups;
use super::learn::Model;
use super::outcome::{Decided, Decisions, Links, OfficerDecision};
use super::pairs::{Pair, ROWS, Who};
use super::search::Search;
use super::settled::{Chosen, Settled};
use super::side::Side;
use super::values::{Pending, Values};
use super::{DOUBT, GROUPS, LINK, MOST_DOUBTS};
use crate::engine::index::Index;
use crate::linkage::parallel::{drop_all, in_ranges};
use crate::normal::id::unpack;
use std::collections::BTreeMap;

/// A pair that has a probability.
struct Weighed {
    row: usize,
    who: Who,
    candidate: Candidate,
    probability: f64,
    decided: Option<Decided>,
    /// A decision was there, of other values.
    reopened: bool,
}

/// `aside`: see [`Candidates::new`].
pub(super) fn settle<E: Send>(
    search: Search<'_>,
    mut found: AllFound,
    aside: Aside<'_, E>,
    workers: usize,
) -> Result<(Index, Settled), E> {
    let Search { mut index, mut pending, decisions, .. } = search;
    index.drafts.append(&mut std::mem::take(&mut found.twins).drafts());
    let candidates = Candidates::new(&found, &pending, aside)?;
    let sample: Vec<&Values> = found.sample.values().collect();
    let model = Model::learn(&pending, &candidates, &sample, workers)?;
    let chosen = in_ranges(pending.len(), ROWS, workers, |rows| {
        let some = candidates.some(rows.clone())?;
        let of_row = |row: usize| best(weighed(row, &pending[row], some.of(row), &model, &decisions, &found.decided));
        Ok(rows.flat_map(of_row).collect::<Vec<_>>())
    });
    let mut chosen: Vec<Weighed> = chosen.into_iter().collect::<Result<Vec<_>, E>>()?.into_iter().flatten().collect();
    one_each(&pending, &mut chosen);
    let usable: Vec<bool> = (0..pending.len()).map(|row| candidates.is_usable(row)).collect();
    let mut links = Links::learned((!pending.is_empty()).then(|| model.clone()));
    let mut person_of: BTreeMap<usize, u64> = BTreeMap::new();
    let mut doubtful: BTreeMap<usize, u64> = BTreeMap::new();
    for pair in &chosen {
        if pair.reopened {
            links.reopened.push((pending[pair.row].record.clone(), unpack(pair.who.number())));
        }
        if is_link(pair) {
            person_of.insert(pair.row, pair.who.number());
        } else {
            *doubtful.entry(pair.row).or_default() += 1;
        }
    }
    let left = |at: &usize| !usable[*at] && !person_of.contains_key(at) && !doubtful.contains_key(at);
    let left: Vec<usize> = (0..pending.len()).filter(left).filter(|at| pending[*at].says_enough()).collect();
    let mut group_of: BTreeMap<usize, u64> = BTreeMap::new();
    for group in groups(&pending, &left, &model, &found.frequencies) {
        // Named by its first row: the same name whatever else there is.
        group_of.extend(group.iter().map(|at| (*at, GROUPS + group[0] as u64)));
        links.groups.push(group.iter().map(|at| pending[*at].record.clone()).collect());
    }
    drop(found);
    for (at, row) in pending.iter_mut().enumerate().filter(|(at, _)| !usable[*at]) {
        let person = person_of.get(&at).copied();
        let count = links.counts.entry((row.record.source.clone(), row.record.dataset)).or_default();
        count.without_number += 1;
        match (person, doubtful.contains_key(&at)) {
            (Some(_), _) => count.linked += 1,
            (None, true) => count.in_doubt += 1,
            (None, false) => {
                count.unlinked += 1;
                count.grouped += u64::from(group_of.contains_key(&at));
            }
        }
        if let Some(person) = person {
            row.always.iter_mut().for_each(|draft| draft.suggestion = Some(unpack(person)));
        }
        if let Some(person) = person.or(group_of.get(&at).copied()) {
            let record = &row.record;
            index.linked.push((row.source, record.dataset, record.record_key.clone(), record.part, person));
        } else {
            index.drafts.append(&mut row.unlinked);
        }
        index.drafts.append(&mut row.always);
    }
    let chosen: Vec<Chosen> = chosen
        .into_iter()
        .map(|pair| {
            let (row, is_link) = (&pending[pair.row], is_link(&pair));
            let Weighed { who, candidate, probability, decided, .. } = pair;
            let decided = is_link && decided == Some(Decided::Same);
            if decided {
                let key = (row.record.source.clone(), row.record.dataset);
                links.counts.entry(key).or_default().by_decision += 1;
            }
            let side = Side::new(&row.record.record_key, &row.values.told(), row.values.place.clone());
            let (source, dataset, part) = (row.record.source.clone(), row.record.dataset, row.record.part);
            Chosen { source, dataset, part, side, who, candidate, probability, is_link, decided }
        })
        .collect();
    index.linked.sort();
    drop_all(pending, workers);
    Ok((index, Settled::new(links, chosen)))
}

/// The candidates of a row with their probabilities, but for those of whom nobody would be told.
fn weighed(
    row: usize,
    pending: &Pending,
    (pairs, all): (Vec<Pair>, Vec<Candidate>),
    model: &Model,
    decisions: &Decisions,
    people: &BTreeMap<Who, Side>,
) -> Vec<Weighed> {
    let probabilities = model.probabilities(&all);
    let one = |(pair, (candidate, probability)): (Pair, (Candidate, f64))| {
        let found = match decisions.is_empty() {
            // Most are nobody's person, and nobody said a word about them.
            true if probability < DOUBT => return None,
            true => None,
            false => decisions.get(&(pending.record.clone(), unpack(pair.who.number()))),
        };
        let holds = |d: &&OfficerDecision| {
            people
                .get(&pair.who)
                .is_some_and(|person| d.values_digest == digest(&pending.values.told(), &person.told()))
        };
        let decided = found.filter(holds).map(|d| d.said);
        let reopened = found.is_some() && decided.is_none();
        Some(Weighed { row, who: pair.who, candidate, probability, decided, reopened })
    };
    pairs.into_iter().zip(all.into_iter().zip(probabilities)).filter_map(one).collect()
}

/// What of the candidates of one row matters: its person, or those in doubt, the likeliest first.
fn best(mut row: Vec<Weighed>) -> Vec<Weighed> {
    row.retain(|pair| pair.decided != Some(Decided::NotSame));
    row.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.who.cmp(&b.who)));
    // A person may have two records under one number: the likelier speaks.
    let mut numbers = std::collections::BTreeSet::new();
    row.retain(|pair| numbers.insert(pair.who.number()));
    let same = row.iter().filter(|pair| pair.decided == Some(Decided::Same)).count();
    if same == 1 {
        row.retain(|pair| pair.decided == Some(Decided::Same));
        return row;
    }
    if row.first().is_some_and(is_link) {
        row.truncate(1);
        return row;
    }
    row.retain(|pair| {
        (pair.probability >= DOUBT && is_worth_a_look(&pair.candidate.levels))
            || pair.reopened
            || pair.decided.is_some()
    });
    row.truncate(MOST_DOUBTS);
    row
}

/// Weight and evidence suffice, or an officer said so. What was decided of other values is for
/// people to look at again.
fn is_link(pair: &Weighed) -> bool {
    match pair.decided {
        Some(Decided::Same) => pair.probability.is_finite(),
        Some(Decided::NotSame) => false,
        None => pair.probability >= LINK && !pair.reopened && is_enough(&pair.candidate.levels),
    }
}

/// A person is born and dies once: of two rows of one source for that, neither is believed by
/// weight alone unless it is the likelier by far.
fn one_each(pending: &[Pending], chosen: &mut [Weighed]) {
    let mut taken: BTreeMap<(usize, &str, u64), Vec<usize>> = BTreeMap::new();
    for (at, pair) in chosen.iter().enumerate() {
        if let (Some(once), true) = (pending[pair.row].once, is_link(pair)) {
            taken.entry((pending[pair.row].source, once, pair.who.number())).or_default().push(at);
        }
    }
    let claims: Vec<Vec<usize>> = taken.into_values().filter(|rows| rows.len() > 1).collect();
    for claim in claims {
        let share = 1.0 / claim.len() as f64;
        for at in claim.into_iter().filter(|at| chosen[*at].decided.is_none()).collect::<Vec<_>>() {
            chosen[at].probability *= share;
        }
    }
}
