//! What is learned from three data sets, and what comes of it, on record: shares to six digits,
//! counts of pairs, and weights of some pairs.

use super::linkage_bound::made_up;
use super::record::is_on_record;
use config::linkage::LinkageSpec;
use reconcile::linkage::person_name::compare_person_names;
use reconcile::linkage::{Column, Explainer, Fields, link};

fn lines(title: &str, spec: &LinkageSpec, left: &[Column], right: Option<&[Column]>) -> Vec<String> {
    let fields = Fields::new(spec, left, right, 2);
    let linked = link(spec, &fields, None, 2);
    let mut lines = vec![format!(
        "{title}: {} candidates, {} pairs, prior {:.5e}",
        linked.candidates,
        linked.pairs.len(),
        linked.model.prior
    )];
    for comparison in &linked.model.comparisons {
        let levels: Vec<String> =
            comparison.levels.iter().map(|l| format!("{} m {:.5e} u {:.5e}", l.name, l.m, l.u)).collect();
        lines.push(format!("  {}: {}", comparison.name, levels.join(", ")));
    }
    let explainer = Explainer::new(spec, &fields, &linked.model);
    for decided in linked.pairs.iter().step_by((linked.pairs.len() / 25).max(1)) {
        let pair = decided.pair;
        let steps: Vec<String> = explainer
            .explain(pair.left, pair.right)
            .iter()
            .map(|step| {
                format!(
                    "{} {} {:.4} ({:.4})",
                    step.name,
                    step.level.as_deref().unwrap_or("-"),
                    step.weight,
                    step.rarity
                )
            })
            .collect();
        lines.push(format!(
            "  {} {} {:?} {:.4}: {}",
            pair.left,
            pair.right,
            decided.decision,
            pair.weight,
            steps.join(", ")
        ));
    }
    if let Some(groups) = &linked.groups {
        let joined = groups.iter().enumerate().filter(|(row, group)| *row != **group as usize);
        let sum: usize = joined.clone().map(|(row, group)| row * 31 + *group as usize).sum();
        lines.push(format!("  {} rows joined others, {sum}", joined.count()));
    }
    lines
}

#[test]
fn what_is_learned_and_linked_is_that_on_record() {
    let mut found = Vec::new();
    for (title, one_table) in [("two tables", false), ("one table", true)] {
        let (spec, left, right) = made_up(if one_table { 5 } else { 4 }, 700);
        found.extend(lines(title, &spec, &left, (!one_table).then_some(right.as_slice())));
    }
    is_on_record("answers/linked.txt", &found);
}

#[test]
fn names_of_people_compare_with_each_other_as_is_on_record() {
    let names: Vec<String> = super::person_names::names().into_iter().step_by(3).collect();
    let row = |a: &String| {
        let verdict = |b: &String| {
            let found = compare_person_names(a, b);
            // The level as a digit, the reason as its first letters.
            let reason: String = found.reason.as_str().split(' ').filter_map(|word| word.chars().next()).collect();
            format!("{}{reason}", found.likeness as u8)
        };
        format!("{a}: {}", names.iter().map(verdict).collect::<Vec<_>>().join(" "))
    };
    is_on_record("answers/person_names.txt", &names.iter().map(row).collect::<Vec<_>>());
}
