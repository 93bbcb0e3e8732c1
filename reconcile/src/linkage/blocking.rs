//! Which pairs are worth comparing: those that agree on a key of at least one rule. Where there
//! would be too many, the rarest agreements come first.

use super::blocks::{Partners, Parts};
use super::field::Fields;
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

/// Left rows in a piece of work.
const ROWS_A_PIECE: usize = 4_000;

/// Pairs worth comparing, each once: for each left row its right rows, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidates {
    /// Where the right rows of each left row begin, and at last where they end.
    starts: Vec<usize>,
    rights: Vec<u32>,
}

impl Candidates {
    pub fn len(&self) -> usize {
        self.rights.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rights.is_empty()
    }

    pub fn left_rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// The right rows of a left row.
    pub fn of(&self, left: usize) -> &[u32] {
        &self.rights[self.starts[left]..self.starts[left + 1]]
    }

    /// Every `step`-th pair from the pair at `from` on.
    pub fn stepping(&self, from: usize, step: usize) -> impl Iterator<Item = (u32, u32)> {
        let mut left = self.starts.partition_point(|start| *start <= from).saturating_sub(1);
        self.rights.iter().enumerate().skip(from).step_by(step).map(move |(at, right)| {
            while self.starts[left + 1] <= at {
                left += 1;
            }
            (left as u32, *right)
        })
    }
}

pub fn candidates(spec: &LinkageSpec, fields: &Fields, workers: usize) -> Candidates {
    let mut rules: Vec<Rule> = rules(spec).into_iter().filter(|rule| is_selective(spec, fields, rule)).collect();
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
    gather(fields, &partners, workers)
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

/// The pairs of all blocks, each once.
fn gather(fields: &Fields, rules: &[Partners<'_>], workers: usize) -> Candidates {
    let rights = fields.right_rows.unwrap_or(fields.left_rows);
    let pieces = in_ranges(fields.left_rows, ROWS_A_PIECE, workers, |range| {
        // The last left row that met each right row.
        let mut met = vec![u32::MAX; rights];
        let (mut counts, mut found) = (Vec::with_capacity(range.len()), Vec::<u32>::new());
        let mut partners: Vec<&[u32]> = Vec::with_capacity(rules.len());
        for left in range {
            let begin = found.len();
            partners.clear();
            partners.extend(rules.iter().map(|rule| rule.of(left)).filter(|rights| !rights.is_empty()));
            found.resize(begin + partners.iter().map(|rights| rights.len()).sum::<usize>(), 0);
            let mut end = begin;
            for right in partners.iter().copied().flatten() {
                // Whether it is new cannot be foreseen: it is written, and counts if it is.
                let met = &mut met[*right as usize];
                found[end] = *right;
                end += usize::from(*met != left as u32);
                *met = left as u32;
            }
            found.truncate(end);
            found[begin..].sort_unstable();
            counts.push(found.len() - begin);
        }
        (counts, found)
    });
    let mut candidates = Candidates { starts: vec![0], rights: Vec::new() };
    candidates.rights.reserve_exact(pieces.iter().map(|(_, found)| found.len()).sum());
    for (counts, found) in pieces {
        for count in counts {
            candidates.starts.push(candidates.starts[candidates.starts.len() - 1] + count);
        }
        candidates.rights.extend(found);
    }
    candidates
}
