//! From candidates to links, doubts and counts.

use super::compare::{FIELDS, is_enough, is_worth_a_look};
use super::digest::{digest, texts};
use super::found::{BY_NUMBER, Found, Pair};
use super::groups::groups;
use super::learn::{Candidate, Model};
use super::outcome::{Decided, LinkStep, LinkedRow, Links, OfficerDecision, PairShown};
use super::person::Person;
use super::search::Search;
use super::values::{Pending, Values};
use super::{DOUBT, GROUPS, LINK, MOST_DOUBTS};
use crate::engine::index::Index;
use crate::linkage::parallel::{drop_all, in_pieces, in_ranges};
use crate::normal::id::unpack;
use std::collections::BTreeMap;
use std::f64::consts::LN_2;
use std::num::NonZeroU64;

/// Rows that one thread compares at a time.
const ROWS_A_PIECE: usize = 512;

/// A pair that has a probability.
struct Weighed<'a> {
    row: usize,
    number: u64,
    /// Where it may be shown.
    person: Option<&'a Person>,
    candidate: Candidate,
    probability: f64,
    decided: Option<Decided>,
    /// A decision was there, of other values.
    reopened: bool,
}

pub(super) fn settle(search: Search<'_>, found: Found, workers: usize) -> (Index, Links) {
    let Search { mut index, mut pending, decisions, .. } = search;
    let Found { people, pairs, sample, frequencies, twins, .. } = found;
    index.drafts.append(&mut twins.drafts());
    // A number of an unassigned prefix that the population has is a number like any other.
    let mut usable = vec![false; pending.len()];
    for pair in &pairs {
        let claimed = pending[pair.row as usize].claimed == Some(pair.number);
        usable[pair.row as usize] |= claimed && pair.rules & BY_NUMBER != 0;
    }
    let mut pairs_of: Vec<&[Pair]> = vec![&[]; pending.len()];
    for row in pairs.chunk_by(|a, b| a.row == b.row) {
        let at = row[0].row as usize;
        pairs_of[at] = if usable[at] { &[] } else { row };
    }
    let candidates: Vec<Vec<Candidate>> = in_pieces(&pairs_of, ROWS_A_PIECE, workers, |rows| {
        let candidate = |pair: &Pair| Candidate {
            levels: pair.levels,
            rarity: frequencies.rarity(pair.name.map(NonZeroU64::get), pair.ethnicity),
        };
        rows.iter().map(|row| row.iter().map(candidate).collect()).collect::<Vec<_>>()
    })
    .concat();
    let sample: Vec<&Values> = sample.values().collect();
    let model = Model::learn(&pending, &candidates, &sample, &frequencies, workers);
    let mut links =
        Links { model: if pending.is_empty() { String::new() } else { model.to_json() }, ..Links::default() };
    let mut chosen: Vec<Weighed<'_>> = in_ranges(pending.len(), ROWS_A_PIECE, workers, |rows| {
        let mut chosen = Vec::new();
        for row in rows {
            let probabilities = model.probabilities(&candidates[row]);
            let mut weighed: Vec<Weighed<'_>> = Vec::new();
            for (at, probability) in probabilities.into_iter().enumerate() {
                let Pair { number, person, .. } = pairs_of[row][at];
                let (person, candidate) =
                    (person.map(|person| &people[person.get() as usize - 1]), &candidates[row][at]);
                let found = match decisions.is_empty() {
                    // Most are nobody's person, and nobody said a word about them.
                    true if probability < DOUBT => continue,
                    true => None,
                    false => decisions.get(&(pending[row].record.clone(), unpack(number))),
                };
                let holds = |d: &&OfficerDecision| {
                    person.is_some_and(|person| d.values_digest == digest(&pending[row].values.told(), &person.told()))
                };
                let decided = found.filter(holds).map(|d| d.said);
                let reopened = found.is_some() && decided.is_none();
                let candidate = candidate.clone();
                weighed.push(Weighed { row, number, person, candidate, probability, decided, reopened });
            }
            chosen.extend(best(weighed));
        }
        chosen
    })
    .into_iter()
    .flatten()
    .collect();
    one_each(&pending, &mut chosen);
    let shown = in_pieces(&chosen, ROWS_A_PIECE, workers, |pairs| {
        pairs.iter().map(|pair| show(&pending[pair.row], pair, &model)).collect::<Vec<_>>()
    });
    let mut person_of: BTreeMap<usize, u64> = BTreeMap::new();
    let mut doubtful: BTreeMap<usize, u64> = BTreeMap::new();
    for (pair, shown) in chosen.iter().zip(shown.into_iter().flatten()) {
        if pair.reopened {
            links.reopened.push((pending[pair.row].record.clone(), unpack(pair.number)));
        }
        if is_link(pair) {
            person_of.insert(pair.row, pair.number);
            let decided = pair.decided == Some(Decided::Same);
            links.linked.extend(shown.map(|pair| LinkedRow { pair, decided }));
        } else {
            *doubtful.entry(pair.row).or_default() += 1;
            links.doubts.extend(shown);
        }
    }
    let left = |at: &usize| !usable[*at] && !person_of.contains_key(at) && !doubtful.contains_key(at);
    let left: Vec<usize> = (0..pending.len()).filter(left).filter(|at| pending[*at].says_enough()).collect();
    let mut group_of: BTreeMap<usize, u64> = BTreeMap::new();
    for group in groups(&pending, &left, &model, &frequencies) {
        // Named by its first row: the same name whatever else there is.
        group_of.extend(group.iter().map(|at| (*at, GROUPS + group[0] as u64)));
        links.groups.push(group.iter().map(|at| pending[*at].record.clone()).collect());
    }
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
    for row in links.linked.iter().filter(|row| row.decided) {
        let key = (row.pair.record.source.clone(), row.pair.record.dataset);
        links.counts.entry(key).or_default().by_decision += 1;
    }
    index.linked.sort();
    drop(candidates);
    drop_all(people, workers);
    drop_all(pending, workers);
    (index, links)
}

/// What of the candidates of one row matters: its person, or those in doubt, the likeliest first.
fn best<'a>(mut row: Vec<Weighed<'a>>) -> Vec<Weighed<'a>> {
    row.retain(|pair| pair.decided != Some(Decided::NotSame));
    let key = |pair: &Weighed<'a>| (pair.number, pair.person.map(Person::key));
    row.sort_by(|a, b| b.probability.total_cmp(&a.probability).then_with(|| key(a).cmp(&key(b))));
    // A person may have two records under one number: the likelier speaks.
    let mut numbers = std::collections::BTreeSet::new();
    row.retain(|pair| numbers.insert(pair.number));
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
fn is_link(pair: &Weighed<'_>) -> bool {
    match pair.decided {
        Some(Decided::Same) => pair.probability.is_finite(),
        Some(Decided::NotSame) => false,
        None => pair.probability >= LINK && !pair.reopened && is_enough(&pair.candidate.levels),
    }
}

/// A person is born and dies once: of two rows of one source for that, neither is believed by
/// weight alone unless it is the likelier by far.
fn one_each(pending: &[Pending], chosen: &mut [Weighed<'_>]) {
    let mut taken: BTreeMap<(usize, &str, u64), Vec<usize>> = BTreeMap::new();
    for (at, pair) in chosen.iter().enumerate() {
        if let (Some(once), true) = (pending[pair.row].once, is_link(pair)) {
            taken.entry((pending[pair.row].source, once, pair.number)).or_default().push(at);
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

fn show(row: &Pending, pair: &Weighed<'_>, model: &Model) -> Option<PairShown> {
    let (row_told, person) = (row.values.told(), pair.person?.told());
    let bits = |nats: f64| (nats / LN_2 * 1000.0).round() / 1000.0;
    let (left, right) = (texts(&row_told), texts(&person));
    let prior = LinkStep { field: "prior".into(), level: None, bits: bits(model.prior()), record: None, person: None };
    let weights = model.weights(&pair.candidate);
    let steps = FIELDS.iter().enumerate().zip(left.into_iter().zip(right)).map(|((at, (name, levels, ..)), (a, b))| {
        let level = levels.get(usize::from(pair.candidate.levels[at])).map(|level| (*level).to_owned());
        LinkStep { field: (*name).to_owned(), level, bits: bits(weights[at]), record: a, person: b }
    });
    Some(PairShown {
        record: row.record.clone(),
        person: unpack(pair.number),
        probability: (pair.probability * 1e6).round() / 1e6,
        steps: std::iter::once(prior).chain(steps).collect(),
        values_digest: digest(&row_told, &person),
    })
}
