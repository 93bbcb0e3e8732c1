//! Rows that speak of nobody in the population, and of one person among themselves: a certificate
//! and a register entry of somebody whom the population database never had.
//!
//! Nothing stands in the middle here that the others could be held against, so a group is strict:
//! each two of its rows must be a link by themselves. The likeliest pairs join first.

use super::candidates::Candidate;
use super::compare::{Compared, Levels, NAME, is_enough, levels};
use super::frequencies::Frequencies;
use super::keys::mix;
use super::learn::Model;
use super::values::{Pending, Values};
use super::{LARGEST_BLOCK, LINK};
use std::collections::{BTreeMap, BTreeSet};

/// Groups of two rows or more, each in order, by their first row. `alone`: places in `pending`, in
/// order, of rows that no person and no doubt belongs to.
pub(super) fn groups(
    pending: &[Pending],
    alone: &[usize],
    model: &Model,
    frequencies: &Frequencies,
) -> Vec<Vec<usize>> {
    if frequencies.people() == 0 {
        // Nobody knows how common a name is: nothing can be weighed.
        return Vec::new();
    }
    let mut compared = Compared::default();
    let mut links: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    for (a, b) in candidates(pending, alone) {
        if once_each(&pending[a], &pending[b]) {
            continue;
        }
        let (levels, other) = closest(&pending[a].values, &pending[b].values, &mut compared);
        let name = other.names.first().map(|name| name.keys.0);
        let candidate = Candidate { levels, many: 1, rarity: frequencies.rarity(name, other.ethnicity) };
        let probability = model.probabilities(std::slice::from_ref(&candidate))[0];
        if probability >= LINK && is_enough(&levels) {
            links.insert((a, b), probability);
        }
    }
    joined(&links)
}

/// Pairs that share a blocking key, the smaller place first.
fn candidates(pending: &[Pending], alone: &[usize]) -> BTreeSet<(usize, usize)> {
    let mut blocks: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for at in alone {
        pending[*at].values.blocked().keys(|rule, key| {
            let block = blocks.entry(mix(u64::from(rule), [key, 1])).or_default();
            if block.last() != Some(at) {
                block.push(*at);
            }
        });
    }
    let mut pairs = BTreeSet::new();
    for block in blocks.into_values().filter(|block| block.len() <= LARGEST_BLOCK) {
        for (from, a) in block.iter().enumerate() {
            pairs.extend(block[from + 1..].iter().map(|b| (*a, *b)));
        }
    }
    pairs
}

/// Two births, or two deaths, of one source: never one person.
fn once_each(a: &Pending, b: &Pending) -> bool {
    a.source == b.source && a.once.is_some() && a.once == b.once
}

/// A row may have its name in two forms, and only the first of the other side is looked at: the
/// better direction counts.
fn closest<'a>(a: &'a Values, b: &'a Values, compared: &mut Compared) -> (Levels, &'a Values) {
    let forth = levels(a, b, compared);
    if b.names.len() < 2 {
        return (forth, b);
    }
    let back = levels(b, a, compared);
    if back[NAME] < forth[NAME] { (back, a) } else { (forth, b) }
}

fn joined(links: &BTreeMap<(usize, usize), f64>) -> Vec<Vec<usize>> {
    let mut order: Vec<(&(usize, usize), &f64)> = links.iter().collect();
    order.sort_by(|a, b| b.1.total_cmp(a.1).then(a.0.cmp(b.0)));
    let mut group_of: BTreeMap<usize, usize> = BTreeMap::new();
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for ((a, b), _) in order {
        let [a, b] = [*a, *b].map(|row| *group_of.entry(row).or_insert(row));
        let rows = |group: usize| members.get(&group).cloned().unwrap_or_else(|| vec![group]);
        let (of_a, of_b) = (rows(a), rows(b));
        let linked = |x: &usize, y: &usize| links.contains_key(&(*x.min(y), *x.max(y)));
        if a == b || !of_a.iter().all(|x| of_b.iter().all(|y| linked(x, y))) {
            continue;
        }
        members.remove(&b);
        group_of.extend(of_b.iter().map(|row| (*row, a)));
        let mut all = [of_a, of_b].concat();
        all.sort_unstable();
        members.insert(a, all);
    }
    let mut groups: Vec<Vec<usize>> = members.into_values().collect();
    groups.sort();
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_of_links_is_no_group_unless_its_ends_are_linked_too() {
        let links = BTreeMap::from([((1, 2), 0.9999), ((2, 3), 0.9998), ((7, 8), 1.0), ((7, 9), 1.0), ((8, 9), 1.0)]);
        assert_eq!(joined(&links), [vec![1, 2], vec![7, 8, 9]]);
    }

    #[test]
    fn two_groups_join_where_each_of_one_is_linked_with_each_of_the_other() {
        let mut links = BTreeMap::from([((1, 4), 1.0), ((2, 3), 1.0)]);
        links.extend([((1, 2), 0.9995), ((1, 3), 0.9995), ((2, 4), 0.9995), ((3, 4), 0.9995)]);
        assert_eq!(joined(&links), [vec![1, 2, 3, 4]]);
    }
}
