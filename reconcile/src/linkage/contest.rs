//! Rows that want the same row: the heavier pair takes it.

use super::decide::{Decided, Decision};

/// How many pairs each row is in, on either side; more than 255 are 255. In one table, where `right`
/// is 0, a row is the same row on either side.
fn pairs_of_rows<'a>(pairs: impl Iterator<Item = &'a Decided> + Clone, right: usize) -> Vec<[u8; 2]> {
    let rows = pairs.clone().map(|d| d.pair.left.max(d.pair.right) as usize + 1).max().unwrap_or(0);
    let mut counts = vec![[0u8; 2]; rows];
    for Decided { pair, .. } in pairs {
        for (row, side) in [(pair.left, 0), (pair.right, right)] {
            let count = &mut counts[row as usize][side];
            *count = count.saturating_add(1);
        }
    }
    counts
}

/// Whether of the rows of one of two tables that have a link, more than the share `many` have a second
/// one.
pub fn have_many(decided: &[Decided], many: f64) -> bool {
    let counts = pairs_of_rows(decided.iter().filter(|d| d.decision == Decision::Link), 1);
    (0..2).any(|side| {
        let rows = |least: u8| counts.iter().filter(|counts| counts[side] >= least).count() as f64;
        rows(2) > many * rows(1)
    })
}

/// Drops the pairs of which a heavier link has taken a row; `decided` is in the order of the rows.
/// Few pairs share a row with another: the rest need not be weighed against each other.
pub fn one_partner(decided: &mut Vec<Decided>, one_table: bool) {
    let right = usize::from(!one_table);
    let counts = pairs_of_rows(decided.iter(), right);
    let rows = |d: &Decided| [(d.pair.left as usize, 0), (d.pair.right as usize, right)];
    let is_contested = |at: &usize| rows(&decided[*at]).iter().any(|(row, side)| counts[*row][*side] > 1);
    let mut contested: Vec<usize> = (0..decided.len()).filter(is_contested).collect();
    contested.sort_unstable_by(|a, b| decided[*b].pair.weight.total_cmp(&decided[*a].pair.weight).then(a.cmp(b)));
    let mut taken = vec![[false; 2]; counts.len()];
    contested.retain(|at| {
        let rows = rows(&decided[*at]);
        let is_lost = rows.iter().any(|(row, side)| taken[*row][*side]);
        if !is_lost && decided[*at].decision == Decision::Link {
            rows.iter().for_each(|(row, side)| taken[*row][*side] = true);
        }
        is_lost
    });
    contested.sort_unstable();
    let (mut at, mut lost) = (0, contested.into_iter().peekable());
    decided.retain(|_| {
        at += 1;
        lost.next_if_eq(&(at - 1)).is_none()
    });
}

#[cfg(test)]
mod tests {
    use super::super::score::Scored;
    use super::*;

    /// Against the rule written down slowly: the heaviest pair of all decides first.
    #[test]
    fn a_row_goes_to_the_heaviest_link_that_wants_it() {
        let mut state = 1u64;
        let mut below = |end: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % end
        };
        for round in 0..300 {
            let mut pairs = std::collections::BTreeMap::new();
            for _ in 0..below(40) {
                let (left, right) = (below(12) as u32, 12 + below(12) as u32);
                // Some weigh the same, and some are no links.
                pairs.insert((left, right % (12 + 12 * (round % 2))), below(6));
            }
            pairs.retain(|(left, right), _| left != right);
            let decided: Vec<Decided> = pairs
                .into_iter()
                .map(|((left, right), weight)| {
                    let decision = if weight > 1 { Decision::Link } else { Decision::Doubt };
                    Decided { pair: Scored { left, right, weight: weight as f64 }, decision }
                })
                .collect();
            for one_table in [false, true] {
                let mut order = decided.clone();
                order.sort_by(|a, b| b.pair.weight.total_cmp(&a.pair.weight));
                let (mut taken, mut expected) = (std::collections::BTreeSet::new(), Vec::new());
                for d in order {
                    let rows = [(d.pair.left, false), (d.pair.right, !one_table)];
                    if rows.iter().any(|row| taken.contains(row)) {
                        continue;
                    }
                    if d.decision == Decision::Link {
                        taken.extend(rows);
                    }
                    expected.push(d);
                }
                expected.sort_by_key(|d| (d.pair.left, d.pair.right));
                let mut found = decided.clone();
                one_partner(&mut found, one_table);
                assert_eq!(found, expected);
            }
        }
    }
}
