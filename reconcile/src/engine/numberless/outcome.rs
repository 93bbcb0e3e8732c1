//! What comes of linking: links, doubts, counts, and the model as a file.

use super::compare::FIELDS;
use super::digest::{digest, texts};
use super::learn::Model;
use super::pairs::Who;
use super::settled::Chosen;
use super::side::Side;
use crate::normal::id::unpack;
use schemas::{Dataset, SourceId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::f64::consts::LN_2;

/// One row of a source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RecordRef {
    pub source: SourceId,
    pub dataset: Dataset,
    pub record_key: String,
    pub part: u16,
}

/// What an officer said of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decided {
    Same,
    NotSame,
}

/// A decision about a record and a person, as long as the compared values stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficerDecision {
    pub said: Decided,
    /// Of the values that were compared when it was made, see [`PairShown::values_digest`].
    pub values_digest: String,
}

/// By record and the person's 12-digit number.
pub type Decisions = BTreeMap<(RecordRef, String), OfficerDecision>;

/// A step of a pair's waterfall. Carries personal values.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkStep {
    /// `prior` or the compared field.
    pub field: String,
    /// Absent: no evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Bits for (or against) one person.
    pub bits: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
}

impl std::fmt::Debug for LinkStep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?} {:+.2}", self.field, self.level, self.bits)
    }
}

/// A pair with its evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct PairShown {
    pub record: RecordRef,
    /// The person's 12-digit number.
    pub person: String,
    pub probability: f64,
    pub steps: Vec<LinkStep>,
    /// Hex; another value on either side is another digest.
    pub values_digest: String,
}

/// A row that was given to a person.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkedRow {
    pub pair: PairShown,
    /// An officer said so, whatever the weight.
    pub decided: bool,
}

/// What became of the rows of one (source, dataset).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceCount {
    /// Rows that speak of a person and have no usable number.
    pub without_number: u64,
    pub linked: u64,
    /// Of the linked, by an officer's decision.
    pub by_decision: u64,
    /// Not linked, and at least one candidate is probable enough for people to look at.
    pub in_doubt: u64,
    /// Nobody in the population is it, by what the row says.
    pub unlinked: u64,
    /// Of the unlinked, in one group with others: of one person that the population does not have.
    #[serde(default)]
    pub grouped: u64,
}

/// All that came of linking. In fixed orders throughout.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Links {
    pub(super) pairs: Vec<Chosen>,
    /// The people of the pairs.
    pub(super) people: BTreeMap<Who, Side>,
    /// `None` where no row was without a number.
    model: Option<Model>,
    /// Decisions whose values have changed: the pair is open again.
    pub reopened: Vec<(RecordRef, String)>,
    /// Rows of one person that the population does not have, two or more together.
    pub groups: Vec<Vec<RecordRef>>,
    pub counts: BTreeMap<(SourceId, Dataset), SourceCount>,
}

impl Links {
    pub(super) fn learned(model: Option<Model>) -> Self {
        Self { model, ..Self::default() }
    }

    /// Rows that were given to a person. Made one by one: with their steps they are a hundred times
    /// what they are made of.
    pub fn linked(&self) -> impl Iterator<Item = LinkedRow> {
        let linked = self.pairs.iter().filter(|pair| pair.is_link);
        linked.filter_map(|pair| Some(LinkedRow { pair: self.shown(pair)?, decided: pair.decided }))
    }

    /// Pairs for people to look at, the likeliest of each row first.
    pub fn doubts(&self) -> impl Iterator<Item = PairShown> {
        self.pairs.iter().filter(|pair| !pair.is_link).filter_map(|pair| self.shown(pair))
    }

    /// The model file, JSON; `None` where no row was without a number.
    pub fn model(&self) -> Option<String> {
        self.model.as_ref().map(Model::to_json)
    }

    /// SHA-256 of the model file, in hex; empty where nothing was learned.
    pub fn model_digest(&self) -> String {
        self.model().map(|model| hex::encode(Sha256::digest(model.as_bytes()))).unwrap_or_default()
    }

    fn shown(&self, pair: &Chosen) -> Option<PairShown> {
        let model = self.model.as_ref()?;
        let (row, person) = (pair.side.told(), self.people.get(&pair.who)?.told());
        let bits = |nats: f64| (nats / LN_2 * 1000.0).round() / 1000.0;
        let prior =
            LinkStep { field: "prior".into(), level: None, bits: bits(model.prior()), record: None, person: None };
        let weights = model.weights(&pair.candidate);
        let sides = texts(&row).into_iter().zip(texts(&person));
        let steps = FIELDS.iter().enumerate().zip(sides).map(|((at, (name, levels, ..)), (record, person))| {
            let level = levels.get(usize::from(pair.candidate.levels[at])).map(|level| (*level).to_owned());
            LinkStep { field: (*name).to_owned(), level, bits: bits(weights[at]), record, person }
        });
        let record_key = pair.side.record_key().to_owned();
        Some(PairShown {
            record: RecordRef { source: pair.source.clone(), dataset: pair.dataset, record_key, part: pair.part },
            person: unpack(pair.who.number()),
            probability: (pair.probability * 1e6).round() / 1e6,
            steps: std::iter::once(prior).chain(steps).collect(),
            values_digest: digest(&row, &person),
        })
    }
}
