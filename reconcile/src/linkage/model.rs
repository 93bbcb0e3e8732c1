//! What was learned, as a file: for each comparison how often each level occurs among true pairs
//! and by chance. Nothing in it is a value of a record.

use super::compare::{EXCHANGE, levels};
use config::linkage::LinkageSpec;
use serde::{Deserialize, Serialize};

/// The format of the file.
const FORMAT: u32 = 1;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    pub name: String,
    /// Share of true pairs with evidence.
    pub m: f64,
    /// Share of pairs by chance.
    pub u: f64,
}

impl Level {
    /// Natural logarithm of m over u.
    pub fn weight(&self) -> f64 {
        (self.m / self.u).ln()
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    pub name: String,
    pub levels: Vec<Level>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    pub format: u32,
    /// The share of true pairs among all pairs of the tables that it was learned from.
    pub prior: f64,
    /// Fields in the order of the specification, then exchanges.
    pub comparisons: Vec<Comparison>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    #[error("the model is not JSON of the known form: {0}")]
    Syntax(String),
    #[error("the model has format {0}; this version reads format {FORMAT}")]
    Format(u32),
    #[error("the model is for other fields: {0}")]
    OtherFields(String),
    #[error("the model holds a number that is no probability, at {0}")]
    NoProbability(String),
}

impl Model {
    /// A model that has learned nothing yet.
    pub(super) fn blank(spec: &LinkageSpec, prior: f64) -> Self {
        Self { format: FORMAT, prior, comparisons: expected(spec) }
    }

    /// The same model gives the same bytes.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Reads a model and checks that it is one for `spec`.
    pub fn from_json(text: &str, spec: &LinkageSpec) -> Result<Self, ModelError> {
        let model: Self = serde_json::from_str(text).map_err(|e| ModelError::Syntax(e.to_string()))?;
        if model.format != FORMAT {
            return Err(ModelError::Format(model.format));
        }
        let names = |comparisons: &[Comparison]| -> Vec<(String, Vec<String>)> {
            let levels = |c: &Comparison| c.levels.iter().map(|level| level.name.clone()).collect();
            comparisons.iter().map(|c| (c.name.clone(), levels(c))).collect()
        };
        let (found, wanted) = (names(&model.comparisons), names(&expected(spec)));
        if let Some((name, _)) = found.iter().find(|c| !wanted.contains(c)) {
            return Err(ModelError::OtherFields(name.clone()));
        }
        if let Some((name, _)) = wanted.iter().find(|c| !found.contains(c)) {
            return Err(ModelError::OtherFields(name.clone()));
        }
        if found != wanted {
            return Err(ModelError::OtherFields("another order".into()));
        }
        let is_probability = |p: f64| p > 0.0 && p < 1.0;
        if !is_probability(model.prior) {
            return Err(ModelError::NoProbability("prior".into()));
        }
        let wrong = |c: &&Comparison| c.levels.iter().any(|l| !is_probability(l.m) || !is_probability(l.u));
        match model.comparisons.iter().find(wrong) {
            Some(comparison) => Err(ModelError::NoProbability(comparison.name.clone())),
            None => Ok(model),
        }
    }

    /// To nine digits: more is not known, and a number that is written and read stays the same.
    pub(super) fn round(&mut self) {
        let rounded = |p: f64| format!("{p:.8e}").parse().unwrap_or(p);
        self.prior = rounded(self.prior);
        for level in self.comparisons.iter_mut().flat_map(|c| &mut c.levels) {
            (level.m, level.u) = (rounded(level.m), rounded(level.u));
        }
    }

    /// The same prior odds for tables of another size: as many true pairs for each row.
    pub fn prior_weight(&self) -> f64 {
        (self.prior / (1.0 - self.prior)).ln()
    }
}

/// The comparisons of a specification, with nothing known.
fn expected(spec: &LinkageSpec) -> Vec<Comparison> {
    let comparison = |name: String, levels: &[&str]| Comparison {
        name,
        levels: levels.iter().map(|level| Level { name: (*level).to_owned(), m: 0.5, u: 0.5 }).collect(),
    };
    let fields = spec.fields.iter().map(|field| comparison(field.name.clone(), levels(field.compare)));
    let exchanges = spec.exchanged.iter().map(|[a, b]| comparison(format!("{a} ⇄ {b}"), EXCHANGE));
    fields.chain(exchanges).collect()
}
