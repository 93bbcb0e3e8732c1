//! From weighed pairs to links, doubts and groups.
//!
//! The heaviest pairs decide first. Where rows have one partner at most, a row that is taken is
//! gone. In one table groups grow only while the pairs between them, taken together, speak for it:
//! a chain of half-probable pairs does not join strangers.

use super::contest::{have_many, one_partner};
use super::score::Scored;
use config::linkage::{Decide, Partners};
use std::collections::BTreeMap;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decision {
    Link,
    /// A person should look.
    Doubt,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decided {
    pub pair: Scored,
    pub decision: Decision,
}

/// Of rows with a certain partner, the share with a second one from which partners are many.
const MANY: f64 = 0.02;
/// What a pair that was not even a candidate says against a group, and the most that one pair
/// says for or against it.
const STRANGERS: f64 = -6.0;
const LOUDEST: f64 = 12.0;

/// Decides about `pairs`. `one_table`: both sides are the same table.
pub fn decide(decide: &Decide, pairs: &[Scored], one_table: bool) -> Vec<Decided> {
    let decision = |pair: &Scored| {
        let probability = pair.probability();
        let decision = if probability >= decide.link { Decision::Link } else { Decision::Doubt };
        (probability >= decide.doubt).then_some(Decided { pair: *pair, decision })
    };
    let mut decided: Vec<Decided> = Vec::with_capacity(pairs.len());
    decided.extend(pairs.iter().filter_map(decision));
    // As they come from scoring they are in order, and nothing is done.
    decided.sort_unstable_by_key(|d| (d.pair.left, d.pair.right));
    let one = match decide.partners {
        Partners::One => true,
        Partners::Many => false,
        Partners::Auto => !one_table && !have_many(&decided, MANY),
    };
    if one {
        one_partner(&mut decided, one_table);
    }
    decided
}
/// The group of each row of one table: its smallest member. Only links join.
pub fn groups(rows: usize, decided: &[Decided]) -> Vec<u32> {
    let weight: BTreeMap<(u32, u32), f64> = decided
        .iter()
        .map(|d| ((d.pair.left.min(d.pair.right), d.pair.left.max(d.pair.right)), d.pair.weight))
        .collect();
    let mut group: Vec<u32> = (0..rows as u32).collect();
    let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    let mut links: Vec<&Decided> = decided.iter().filter(|d| d.decision == Decision::Link).collect();
    links.sort_by(|a, b| {
        b.pair.weight.total_cmp(&a.pair.weight).then((a.pair.left, a.pair.right).cmp(&(b.pair.left, b.pair.right)))
    });
    for Decided { pair, .. } in links {
        let (a, b) = (group[pair.left as usize], group[pair.right as usize]);
        if a == b {
            continue;
        }
        let of = |members: &BTreeMap<u32, Vec<u32>>, at: u32| members.get(&at).cloned().unwrap_or_else(|| vec![at]);
        let (of_a, of_b) = (of(&members, a), of(&members, b));
        let between: f64 = of_a
            .iter()
            .flat_map(|x| of_b.iter().map(move |y| (*x.min(y), *x.max(y))))
            .map(|pair| weight.get(&pair).copied().unwrap_or(STRANGERS).clamp(-LOUDEST, LOUDEST))
            .sum();
        if between <= 0.0 {
            continue;
        }
        let (small, large) = (a.min(b), a.max(b));
        members.remove(&large);
        let joined: Vec<u32> = of_a.into_iter().chain(of_b).collect();
        joined.iter().for_each(|row| group[*row as usize] = small);
        members.insert(small, joined);
    }
    group
}
