//! From candidates to links, doubts and counts.

use super::compare::{Compared, FIELDS, is_enough, is_worth_a_look, levels};
use super::digest::{digest, texts};
use super::found::{BY_NUMBER, Found};
use super::groups::groups;
use super::learn::{Candidate, Model};
use super::outcome::{Decided, LinkStep, LinkedRow, Links, OfficerDecision, PairShown};
use super::search::{PersonKey, Search};
use super::values::{Pending, Values};
use super::{DOUBT, GROUPS, LINK, MOST_DOUBTS};
use crate::engine::index::Index;
use crate::linkage::parallel::{in_pieces, in_ranges};
use crate::normal::id::unpack;
use std::collections::BTreeMap;
use std::f64::consts::LN_2;

/// Rows that one thread compares at a time.
const ROWS_A_PIECE: usize = 512;

const PEOPLE_A_PIECE: usize = 4096;

/// A pair that has a probability.
struct Weighed<'a> {
    row: usize,
    key: &'a PersonKey,
    candidate: Candidate<'a>,
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
    for (row, person, mask) in &pairs {
        let claimed = pending[*row as usize].claimed == Some(people[*person as usize].0.0);
        usable[*row as usize] |= claimed && mask & BY_NUMBER != 0;
    }
    let mut pairs_of: Vec<&[(u32, u32, u16)]> = vec![&[]; pending.len()];
    for row in pairs.chunk_by(|a, b| a.0 == b.0) {
        let at = row[0].0 as usize;
        pairs_of[at] = if usable[at] { &[] } else { row };
    }
    let rarity = in_pieces(&people, PEOPLE_A_PIECE, workers, |people| {
        people.iter().map(|(_, values)| frequencies.rarity(values)).collect::<Vec<_>>()
    })
    .concat();
    let candidates: Vec<Vec<Candidate<'_>>> = in_pieces(&pairs_of, ROWS_A_PIECE, workers, |rows| {
        let mut compared = Compared::default();
        let mut candidates = Vec::with_capacity(rows.len());
        for row in rows {
            let candidate = |(at, person, _): &(u32, u32, u16)| {
                let (at, person) = (*at as usize, *person as usize);
                let values = &people[person].1;
                Candidate::new(levels(&pending[at].values, values, &mut compared), values, rarity[person])
            };
            candidates.push(row.iter().map(candidate).collect());
        }
        candidates
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
                let (key, candidate) = (&people[pairs_of[row][at].1 as usize].0, &candidates[row][at]);
                let found = match decisions.is_empty() {
                    // Most are nobody's person, and nobody said a word about them.
                    true if probability < DOUBT => continue,
                    true => None,
                    false => decisions.get(&(pending[row].record.clone(), unpack(key.0))),
                };
                let holds = |d: &&OfficerDecision| d.values_digest == digest(&pending[row].values, candidate.person);
                let decided = found.filter(holds).map(|d| d.said);
                let reopened = found.is_some() && decided.is_none();
                let candidate = candidate.clone();
                weighed.push(Weighed { row, key, candidate, probability, decided, reopened });
            }
            chosen.extend(best(weighed));
        }
        chosen
    })
    .into_iter()
    .flatten()
    .collect();
    one_each(&pending, &mut chosen);
    let shown = |pair: &Weighed<'_>| show(&pending[pair.row], pair, &model);
    let mut person_of: BTreeMap<usize, u64> = BTreeMap::new();
    let mut doubtful: BTreeMap<usize, u64> = BTreeMap::new();
    for pair in &chosen {
        if pair.reopened {
            links.reopened.push((pending[pair.row].record.clone(), unpack(pair.key.0)));
        }
        if is_link(pair) {
            person_of.insert(pair.row, pair.key.0);
            links.linked.push(LinkedRow { pair: shown(pair), decided: pair.decided == Some(Decided::Same) });
        } else {
            *doubtful.entry(pair.row).or_default() += 1;
            links.doubts.push(shown(pair));
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
    (index, links)
}

/// What of the candidates of one row matters: its person, or those in doubt, the likeliest first.
fn best<'a>(mut row: Vec<Weighed<'a>>) -> Vec<Weighed<'a>> {
    row.retain(|pair| pair.decided != Some(Decided::NotSame));
    row.sort_by(|a, b| b.probability.total_cmp(&a.probability).then_with(|| a.key.cmp(b.key)));
    // A person may have two records under one number: the likelier speaks.
    let mut numbers = std::collections::BTreeSet::new();
    row.retain(|pair| numbers.insert(pair.key.0));
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
            taken.entry((pending[pair.row].source, once, pair.key.0)).or_default().push(at);
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

fn show(row: &Pending, pair: &Weighed<'_>, model: &Model) -> PairShown {
    let bits = |nats: f64| (nats / LN_2 * 1000.0).round() / 1000.0;
    let (left, right) = (texts(&row.values), texts(pair.candidate.person));
    let prior = LinkStep { field: "prior".into(), level: None, bits: bits(model.prior()), record: None, person: None };
    let weights = model.weights(&pair.candidate);
    let steps = FIELDS.iter().enumerate().zip(left.into_iter().zip(right)).map(|((at, (name, levels, ..)), (a, b))| {
        let level = levels.get(usize::from(pair.candidate.levels[at])).map(|level| (*level).to_owned());
        LinkStep { field: (*name).to_owned(), level, bits: bits(weights[at]), record: a, person: b }
    });
    PairShown {
        record: row.record.clone(),
        person: unpack(pair.key.0),
        probability: (pair.probability * 1e6).round() / 1e6,
        steps: std::iter::once(prior).chain(steps).collect(),
        values_digest: digest(&row.values, pair.candidate.person),
    }
}
