//! Learns a model: u from pairs by chance, m and the prior by expectation maximisation over the
//! candidate pairs.

use super::compare::{Comparer, NO_EVIDENCE, Pattern, level_of, levels};
use super::field::Fields;
use super::model::{Comparison, Model};
use super::spec::Spec;
use std::collections::BTreeMap;

const CHANCE_PAIRS: usize = 1_000_000;
const ROUNDS: usize = 60;

pub fn learn(spec: &Spec, fields: &Fields, candidates: &[(u32, u32)]) -> Model {
    let comparer = Comparer::new(spec, fields);
    let mut counts: BTreeMap<Pattern, f64> = BTreeMap::new();
    for (a, b) in candidates {
        *counts.entry(comparer.pattern(*a, *b)).or_default() += 1.0;
    }
    let patterns: Vec<(Pattern, f64)> = counts.into_iter().collect();
    let mut model = start(spec, fields, &comparer);
    let total = fields.pairs().max(1.0);
    for _ in 0..ROUNDS {
        let before = model.clone();
        step(&mut model, &patterns, total);
        if distance(&before, &model) < 1e-6 {
            break;
        }
    }
    model
}

fn start(spec: &Spec, fields: &Fields, comparer: &Comparer<'_>) -> Model {
    let mut seen: Vec<Vec<f64>> = spec.fields.iter().map(|f| vec![0.0; levels(f.kind) as usize]).collect();
    seen.extend(spec.exchanged.iter().map(|_| vec![0.0; 2]));
    let mut state = spec.seed ^ 0x9e37_79b9_7f4a_7c15;
    let mut next = |end: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as usize) % end.max(1)
    };
    for _ in 0..CHANCE_PAIRS {
        let a = next(fields.left_rows) as u32;
        let b = next(fields.right_rows.unwrap_or(fields.left_rows)) as u32;
        if fields.right_rows.is_none() && a == b {
            continue;
        }
        let pattern = comparer.pattern(a, b);
        for (at, counts) in seen.iter_mut().enumerate() {
            let level = level_of(pattern, at);
            if level != NO_EVIDENCE {
                counts[level as usize] += 1.0;
            }
        }
    }
    let comparisons = seen
        .into_iter()
        .enumerate()
        .map(|(at, counts)| {
            let total: f64 = counts.iter().sum::<f64>() + 0.5 * counts.len() as f64;
            let u: Vec<f64> = counts.iter().map(|count| (count + 0.5) / total).collect();
            let n = u.len();
            let m = match (spec.fields.get(at), n) {
                (None, _) => vec![0.95, 0.05],
                (_, 2) => vec![0.9, 0.1],
                (_, 3) => vec![0.85, 0.1, 0.05],
                _ => vec![0.8, 0.1, 0.05, 0.05],
            };
            let name = spec.fields.get(at).map_or_else(|| "exchanged".to_owned(), |f| f.name.clone());
            Comparison { name, m, u }
        })
        .collect();
    let rows = fields.left_rows.min(fields.right_rows.unwrap_or(fields.left_rows)) as f64;
    Model { comparisons, prior: (0.5 * rows / fields.pairs().max(1.0)).clamp(1e-9, 0.5) }
}

fn step(model: &mut Model, patterns: &[(Pattern, f64)], total: f64) {
    let mut m: Vec<Vec<f64>> = model.comparisons.iter().map(|c| vec![1e-3; c.m.len()]).collect();
    let mut matches = 0.0;
    for (pattern, count) in patterns {
        let mut weight = model.prior_weight();
        for at in 0..model.comparisons.len() {
            let level = level_of(*pattern, at);
            if level != NO_EVIDENCE {
                weight += model.weight(at, level);
            }
        }
        let probability = 1.0 / (1.0 + (-weight).exp());
        let share = probability * count;
        matches += share;
        for (at, m) in m.iter_mut().enumerate() {
            let level = level_of(*pattern, at);
            if level != NO_EVIDENCE {
                m[level as usize] += share;
            }
        }
    }
    for (comparison, counts) in model.comparisons.iter_mut().zip(m) {
        let sum: f64 = counts.iter().sum();
        comparison.m = counts.iter().map(|count| (count / sum).max(1e-5)).collect();
    }
    model.prior = (matches / total).clamp(1e-12, 0.5);
}

fn distance(a: &Model, b: &Model) -> f64 {
    let levels = a.comparisons.iter().zip(&b.comparisons);
    levels.flat_map(|(a, b)| a.m.iter().zip(&b.m)).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}
