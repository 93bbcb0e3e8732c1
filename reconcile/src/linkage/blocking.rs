//! Which pairs are worth comparing: those that agree on a key of at least one rule. Where there
//! would be too many, the rarest agreements come first.

use super::field::{Fields, MISSING};
use super::parallel::in_pieces;
use config::linkage::{LinkageSpec, PartOf};

type Rule = Vec<(usize, PartOf)>;

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
const LARGEST_BLOCK: usize = 20_000;

/// Candidate pairs, each once, in order.
pub fn candidates(spec: &LinkageSpec, fields: &Fields, workers: usize) -> Vec<(u32, u32)> {
    let rules: Vec<Rule> = rules(spec).into_iter().filter(|rule| is_selective(spec, fields, rule)).collect();
    // How many pairs there are in blocks of each size.
    let sizes = in_pieces(&rules, 1, workers, |rule| {
        let mut pairs = vec![0u64; LARGEST_BLOCK + 1];
        each_block(fields, &rule[0], |left, right| {
            let size = block_size(left, right);
            if size <= LARGEST_BLOCK as u64 {
                pairs[size as usize] += size;
            }
        });
        pairs
    });
    let rows = fields.left_rows.max(fields.right_rows.unwrap_or(0)) as u64;
    let budget = rows * u64::from(spec.blocking.pairs_per_row);
    let (mut largest, mut total) = (0, 0);
    for size in 1..=LARGEST_BLOCK {
        total += sizes.iter().map(|pairs| pairs[size]).sum::<u64>();
        if total > budget && largest > 0 {
            break;
        }
        largest = size as u64;
    }
    let mut pairs: Vec<u64> = in_pieces(&rules, 1, workers, |rule| {
        let mut pairs = Vec::new();
        each_block(fields, &rule[0], |left, right| {
            if block_size(left, right) <= largest {
                push_pairs(left, right, &mut pairs);
            }
        });
        pairs
    })
    .concat();
    pairs.sort_unstable();
    pairs.dedup();
    pairs.into_iter().map(|pair| ((pair >> 32) as u32, pair as u32)).collect()
}

/// Would the rule, by chance alone, bring far more pairs than may be compared?
fn is_selective(spec: &LinkageSpec, fields: &Fields, rule: &Rule) -> bool {
    let chance: f64 = rule
        .iter()
        .map(|(field, of)| match of {
            PartOf::Whole => fields.fields[*field].agreement_by_chance(),
            // Parts of values agree more often; their blocks decide.
            _ => 0.0,
        })
        .product();
    let rows = fields.left_rows.max(fields.right_rows.unwrap_or(0)) as f64;
    let mean_block = chance * rows;
    mean_block < 50.0 * f64::from(spec.blocking.pairs_per_row)
}

fn block_size(left: &[(u64, u32)], right: Option<&[(u64, u32)]>) -> u64 {
    match right {
        Some(right) => left.len() as u64 * right.len() as u64,
        None => left.len() as u64 * (left.len() as u64 - 1) / 2,
    }
}

fn push_pairs(left: &[(u64, u32)], right: Option<&[(u64, u32)]>, out: &mut Vec<u64>) {
    let pair = |a: u32, b: u32| u64::from(a) << 32 | u64::from(b);
    for (at, (_, a)) in left.iter().enumerate() {
        match right {
            Some(right) => out.extend(right.iter().map(|(_, b)| pair(*a, *b))),
            None => out.extend(left[at + 1..].iter().map(|(_, b)| pair(*a, *b))),
        }
    }
}

/// Calls `look` with the rows of both sides that share a key.
fn each_block(fields: &Fields, rule: &Rule, mut look: impl FnMut(&[(u64, u32)], Option<&[(u64, u32)]>)) {
    let left = keys(fields, rule, false);
    if fields.right_rows.is_none() {
        left.chunk_by(|a, b| a.0 == b.0).filter(|block| block.len() > 1).for_each(|block| look(block, None));
        return;
    }
    let right = keys(fields, rule, true);
    let mut rest = right.as_slice();
    for block in left.chunk_by(|a, b| a.0 == b.0) {
        let key = block[0].0;
        rest = &rest[rest.iter().take_while(|(other, _)| *other < key).count()..];
        let same = rest.iter().take_while(|(other, _)| *other == key).count();
        if same > 0 {
            look(block, Some(&rest[..same]));
        }
    }
}

/// Keys of the rows that have a value for each part of the rule, sorted.
fn keys(fields: &Fields, rule: &Rule, right: bool) -> Vec<(u64, u32)> {
    let rows = if right { fields.right_rows.unwrap_or(0) } else { fields.left_rows };
    let mut keys: Vec<(u64, u32)> = (0..rows as u32)
        .filter_map(|row| {
            let key = rule.iter().try_fold(0xcbf2_9ce4_8422_2325u64, |key, (field, of)| {
                let value = if right { fields.right(*field, row) } else { fields.left(*field, row) };
                (value != MISSING).then(|| mix(key ^ part_key(fields, *field, *of, value)))
            })?;
            Some((key, row))
        })
        .collect();
    keys.sort_unstable();
    keys
}

fn part_key(fields: &Fields, field: usize, of: PartOf, value: u32) -> u64 {
    let plain = &fields.prepared(field, value).plain;
    let hash = |letters: &mut dyn Iterator<Item = u8>| letters.fold(7u64, |hash, c| mix(hash ^ u64::from(c)));
    match of {
        PartOf::Whole => u64::from(value),
        PartOf::Prefix(length) => hash(&mut plain.iter().copied().take(length)),
        PartOf::Sound => {
            let mut last = 0;
            let mut consonants = plain.iter().copied().filter(|c| {
                let keep = !b"aeiouyhw ".contains(c) && *c != last;
                last = *c;
                keep
            });
            hash(&mut consonants.by_ref().take(4))
        }
    }
}

fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 31)).wrapping_mul(0x7fb5_d329_728e_a185);
    (x ^ (x >> 27)).wrapping_mul(0x81da_def4_bc2d_d44d)
}
