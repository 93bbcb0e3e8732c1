//! Which pairs are worth comparing: those that agree on a key of at least one rule.

use super::field::{Fields, MISSING};
use super::spec::{BlockingRule, Part, PartOf, Spec};

/// The rules of a specification; without any, every two fields.
pub fn rules(spec: &Spec) -> Vec<BlockingRule> {
    if !spec.blocking.is_empty() {
        return spec.blocking.clone();
    }
    let part = |field| Part { field, of: PartOf::Whole };
    let mut rules: Vec<BlockingRule> = (0..spec.fields.len()).map(|a| vec![part(a)]).collect();
    for a in 0..spec.fields.len() {
        for b in a + 1..spec.fields.len() {
            rules.push(vec![part(a), part(b)]);
        }
    }
    rules
}

/// Candidate pairs, each once, in order.
pub fn candidates(spec: &Spec, fields: &Fields) -> Vec<(u32, u32)> {
    let mut pairs: Vec<u64> = Vec::new();
    for rule in rules(spec) {
        let before = pairs.len();
        pairs_of(spec, fields, &rule, &mut pairs);
        let _ = before;
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs.into_iter().map(|pair| ((pair >> 32) as u32, pair as u32)).collect()
}

fn pairs_of(spec: &Spec, fields: &Fields, rule: &BlockingRule, out: &mut Vec<u64>) {
    let keys = |right: bool| -> Vec<(u64, u32)> {
        let rows = if right { fields.right_rows.unwrap_or(0) } else { fields.left_rows };
        let mut keys: Vec<(u64, u32)> = (0..rows as u32)
            .filter_map(|row| {
                let mut key = 0xcbf2_9ce4_8422_2325u64;
                for part in rule {
                    let value =
                        if right { fields.right(part.field, row) } else { fields.left(part.field, row) };
                    if value == MISSING {
                        return None;
                    }
                    key = mix(key ^ part_key(fields, part, value));
                }
                Some((key, row))
            })
            .collect();
        keys.sort_unstable();
        keys
    };
    let left = keys(false);
    let right = fields.right_rows.map(|_| keys(true));
    for group in left.chunk_by(|a, b| a.0 == b.0) {
        match &right {
            None => {
                let n = group.len() as u64;
                if n * (n - 1) / 2 > spec.largest_block {
                    continue;
                }
                for (at, (_, a)) in group.iter().enumerate() {
                    out.extend(group[at + 1..].iter().map(|(_, b)| u64::from(*a) << 32 | u64::from(*b)));
                }
            }
            Some(right) => {
                let from = right.partition_point(|(key, _)| *key < group[0].0);
                let other = right[from..].iter().take_while(|(key, _)| *key == group[0].0);
                let size = other.clone().count() as u64;
                if size * group.len() as u64 > spec.largest_block {
                    continue;
                }
                for (_, b) in other {
                    out.extend(group.iter().map(|(_, a)| u64::from(*a) << 32 | u64::from(*b)));
                }
            }
        }
    }
}

fn part_key(fields: &Fields, part: &Part, value: u32) -> u64 {
    let plain = || &fields.dictionaries[fields.fields[part.field].dictionary].values[value as usize].plain;
    let letters = |letters: &mut dyn Iterator<Item = char>| {
        letters.fold(0xcbf2_9ce4_8422_2325u64, |hash, c| mix(hash ^ u64::from(c)))
    };
    match part.of {
        PartOf::Whole => u64::from(value) + 1,
        PartOf::Prefix(n) => letters(&mut plain().iter().copied().take(n)),
        PartOf::Sound => {
            let mut last = ' ';
            let mut sound = plain().iter().copied().filter(|c| {
                let keep = !"aeiouyhw ".contains(*c) && *c != last;
                last = *c;
                keep
            });
            letters(&mut sound.by_ref().take(4))
        }
    }
}

fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 31)).wrapping_mul(0x7fb5_d329_728e_a185);
    (x ^ (x >> 27)).wrapping_mul(0x81da_def4_bc2d_d44d)
}
