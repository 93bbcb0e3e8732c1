//! From pairs to one partner each, or to groups.

use super::score::Link;

/// Greedy from the heaviest: each row has at most one partner.
pub fn one_to_one(links: &[Link]) -> Vec<Link> {
    let mut order: Vec<&Link> = links.iter().collect();
    order.sort_by(|a, b| b.weight.total_cmp(&a.weight).then((a.left, a.right).cmp(&(b.left, b.right))));
    let (mut left, mut right) = (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
    let mut kept = Vec::new();
    for link in order {
        if !left.contains(&link.left) && !right.contains(&link.right) {
            left.insert(link.left);
            right.insert(link.right);
            kept.push(*link);
        }
    }
    kept
}

/// The group of each row: the smallest row that it is linked with, directly or over others.
pub fn groups(rows: usize, links: &[Link]) -> Vec<u32> {
    let mut parent: Vec<u32> = (0..rows as u32).collect();
    fn root(parent: &mut [u32], mut at: u32) -> u32 {
        while parent[at as usize] != at {
            parent[at as usize] = parent[parent[at as usize] as usize];
            at = parent[at as usize];
        }
        at
    }
    for link in links {
        let (a, b) = (root(&mut parent, link.left), root(&mut parent, link.right));
        let (small, large) = (a.min(b), a.max(b));
        parent[large as usize] = small;
    }
    (0..rows as u32).map(|row| root(&mut parent, row)).collect()
}
