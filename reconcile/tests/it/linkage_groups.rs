//! Decisions and groups, from pairs whose weights are given.

use config::linkage::{Decide, Partners};
use reconcile::linkage::{Decided, Decision, Scored, decide, groups};

fn scored(pairs: &[(u32, u32, f64)]) -> Vec<Scored> {
    pairs.iter().map(|(left, right, weight)| Scored { left: *left, right: *right, weight: *weight }).collect()
}

fn told(decided: &[Decided]) -> Vec<(u32, u32, bool)> {
    decided.iter().map(|d| (d.pair.left, d.pair.right, d.decision == Decision::Link)).collect()
}

/// The weight of a probability.
fn weight(probability: f64) -> f64 {
    (probability / (1.0 - probability)).ln()
}

#[test]
fn a_pair_is_a_link_from_one_probability_and_a_doubt_from_another() {
    let pairs =
        [(0, 0, weight(0.95)), (1, 1, weight(0.91)), (2, 2, weight(0.89)), (3, 3, weight(0.11)), (4, 4, weight(0.09))];
    let decided = decide(&Decide { partners: Partners::Many, ..Decide::default() }, &scored(&pairs), false);
    assert_eq!(told(&decided), [(0, 0, true), (1, 1, true), (2, 2, false), (3, 3, false)]);
    // A weight of nothing is a half.
    let halves = Decide { link: 0.5, doubt: 0.5, partners: Partners::Many };
    assert_eq!(told(&decide(&halves, &scored(&[(0, 0, 0.0), (1, 1, -1e-9)]), false)), [(0, 0, true)]);
}

#[test]
fn a_row_that_is_taken_has_no_other_partner_not_even_in_doubt() {
    let one = Decide { partners: Partners::One, ..Decide::default() };
    let pairs = [(0, 0, 9.0), (0, 1, 1.0), (1, 0, 1.0), (1, 1, 1.0), (1, 2, 0.5)];
    // A doubt takes nobody.
    assert_eq!(told(&decide(&one, &scored(&pairs), false)), [(0, 0, true), (1, 1, false), (1, 2, false)]);
    // Of equal weights the first rows.
    assert_eq!(
        told(&decide(&one, &scored(&[(5, 1, 9.0), (2, 1, 9.0), (2, 0, 9.0)]), false)),
        [(2, 0, true), (5, 1, true)]
    );
}

#[test]
fn partners_are_many_where_more_than_two_of_a_hundred_have_a_second_one() {
    let auto = Decide::default();
    let links = |again: usize, one_table: bool, swap: bool| {
        let mut pairs: Vec<(u32, u32, f64)> = (0..100).map(|n| (n, n + 1_000, 9.0)).collect();
        pairs.extend((0..again as u32).map(|n| (n, n + 2_000, 8.0)));
        if swap {
            pairs.iter_mut().for_each(|pair| (pair.0, pair.1) = (pair.1, pair.0));
        }
        decide(&auto, &scored(&pairs), one_table).len()
    };
    for swap in [false, true] {
        assert_eq!((links(2, false, swap), links(3, false, swap)), (100, 103), "{swap}");
    }
    assert_eq!(links(2, true, false), 102, "in one table partners are always many");
    // Doubts do not count.
    let mut pairs: Vec<(u32, u32, f64)> = (0..10).map(|n| (n, n, 9.0)).collect();
    pairs.extend((0..9).map(|n| (n, n + 1, 1.0)));
    assert_eq!(decide(&auto, &scored(&pairs), false).len(), 10);
}

fn grouped(rows: usize, pairs: &[(u32, u32, f64)]) -> Vec<u32> {
    let decision = |weight: f64| if weight > 2.0 { Decision::Link } else { Decision::Doubt };
    let decided: Vec<Decided> =
        scored(pairs).into_iter().map(|pair| Decided { pair, decision: decision(pair.weight) }).collect();
    groups(rows, &decided)
}

#[test]
fn groups_grow_while_the_pairs_between_them_speak_for_it_together() {
    assert_eq!(grouped(4, &[]), [0, 1, 2, 3]);
    assert_eq!(grouped(4, &[(1, 3, 5.0)]), [0, 1, 2, 1]);
    // Row 2 is linked to 1 by 7: more than 6, which speaks against 0 and 2 being no candidates.
    assert_eq!(grouped(3, &[(0, 1, 9.0), (1, 2, 7.0)]), [0, 0, 0]);
    assert_eq!(grouped(3, &[(0, 1, 9.0), (1, 2, 6.0)]), [0, 0, 2], "as much against as for it");
    // A doubt between them speaks for it, too.
    assert_eq!(grouped(3, &[(0, 1, 9.0), (1, 2, 5.0), (0, 2, -4.0)]), [0, 0, 0]);
    assert_eq!(grouped(3, &[(0, 1, 9.0), (1, 2, 5.0), (0, 2, -5.0)]), [0, 0, 2]);
    // Written the other way round it is the same pair.
    assert_eq!(grouped(3, &[(1, 0, 9.0), (2, 1, 5.0), (2, 0, -4.0)]), [0, 0, 0]);
    // A doubt alone joins nobody.
    assert_eq!(grouped(2, &[(0, 1, 1.5)]), [0, 1]);
}

#[test]
fn no_pair_is_louder_than_twelve_either_way() {
    // 100 counts as 12, and two strangers say -12: as much against as for it.
    assert_eq!(grouped(4, &[(0, 1, 200.0), (1, 2, 150.0), (2, 3, 100.0)])[..3], [0, 0, 0]);
    assert_eq!(grouped(4, &[(0, 1, 200.0), (1, 2, 150.0), (2, 3, 100.0)]), [0, 0, 0, 3]);
    // -100 counts as -12: three times 11 outweigh two of them.
    let pairs = [(0, 1, 50.0), (2, 3, 49.0), (0, 2, 11.0), (1, 3, 11.0), (1, 2, 11.0), (0, 3, -100.0)];
    assert_eq!(grouped(4, &pairs), [0, 0, 0, 0]);
}

#[test]
fn two_groups_join_under_the_smallest_of_both() {
    let pairs = [(4, 5, 20.0), (1, 3, 19.0), (3, 5, 11.0), (1, 4, 10.0), (1, 5, 9.0), (3, 4, 8.0)];
    assert_eq!(grouped(6, &pairs), [0, 1, 2, 1, 1, 1]);
}
