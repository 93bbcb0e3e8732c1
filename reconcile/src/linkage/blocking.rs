//! Which pairs are worth comparing: those that agree on a key of at least one rule. Where there
//! would be too many, the rarest agreements come first.

use super::blocks::{Partners, Parts};
pub use super::candidates::Candidates;
use super::field::{Field, Fields};
use super::parallel::{in_pieces, in_ranges};
use config::linkage::{LinkageSpec, PartOf};

pub(super) type Rule = Vec<(usize, PartOf)>;

/// The rules of a specification; without any, every field and every two fields.
fn rules(spec: &LinkageSpec) -> Vec<Rule> {
    if !spec.blocking.rules.is_empty() {
        let rules = spec.blocking.rules.iter();
        return rules.map(|rule| rule.iter().filter_map(|part| spec.part(part)).collect()).collect();
    }
    let whole = |field| (field, PartOf::Whole);
    let fields = 0..spec.fields.len();
    let mut rules: Vec<Rule> = fields.clone().map(|a| vec![whole(a)]).collect();
    for a in fields {
        rules.extend((a + 1..spec.fields.len()).map(|b| vec![whole(a), whole(b)]));
    }
    rules
}

/// Blocks with more pairs than this are never compared.
pub(super) const LARGEST_BLOCK: usize = 20_000;

pub fn candidates(spec: &LinkageSpec, fields: &Fields, workers: usize) -> Candidates {
    // Many rules ask for the same.
    let chances: Vec<f64> = fields.fields.iter().map(Field::agreement_by_chance).collect();
    let mut rules = rules(spec);
    rules.retain(|rule| is_selective(spec, fields, &chances, rule));
    rules.sort_by_key(Vec::len);
    let parts = Parts::new(fields, &rules, workers);
    let blocks = in_pieces(&rules, 1, workers, |rule| {
        let blocks = parts.blocks(fields, &rule[0]);
        (blocks.pairs_by_size(), blocks)
    });
    let rows = fields.left_rows.max(fields.right_rows.unwrap_or(0)) as u64;
    let budget = rows * u64::from(spec.blocking.pairs_per_row);
    let (mut largest, mut total) = (0, 0);
    for size in 1..=LARGEST_BLOCK {
        total += blocks.iter().map(|(pairs, _)| pairs[size]).sum::<u64>();
        if total > budget && largest > 0 {
            break;
        }
        largest = size;
    }
    let mut partners: Vec<Partners<'_>> = Vec::with_capacity(rules.len());
    // Those that ask for less go first, as the others leave out whom these bring together.
    for wave in rules.chunk_by(|a, b| a.len() == b.len()) {
        let begin = partners.len();
        let found = in_ranges(wave.len(), 1, workers, |at| {
            let rule = begin + at.start;
            let asks_for_less = |(other, _): &(&Rule, _)| other.iter().all(|part| rules[rule].contains(part));
            let less: Vec<(&Rule, &Partners<'_>)> = rules.iter().zip(&partners).filter(asks_for_less).collect();
            blocks[rule].1.up_to(largest, fields.left_rows, &less)
        });
        partners.extend(found);
    }
    partners.retain(|partners| !partners.is_empty());
    Candidates::gather(fields, &partners, workers)
}

/// Would the rule, by chance alone, bring far more pairs than may be compared?
fn is_selective(spec: &LinkageSpec, fields: &Fields, chances: &[f64], rule: &Rule) -> bool {
    let chance: f64 = rule
        .iter()
        .map(|(field, of)| match of {
            PartOf::Whole => chances[*field],
            // Parts of values agree more often; their blocks decide.
            _ => 0.0,
        })
        .product();
    let rows = fields.left_rows.max(fields.right_rows.unwrap_or(0)) as f64;
    let mean_block = chance * rows;
    mean_block < 50.0 * f64::from(spec.blocking.pairs_per_row)
}
