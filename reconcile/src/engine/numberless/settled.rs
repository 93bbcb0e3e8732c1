//! What was settled, and the people who are shown with it: who they are is seen in the rows of the
//! population once more, when these are read for their own sake.

use super::super::row::Context;
use super::super::table::{Columns, Table};
use super::candidates::Candidate;
use super::digest::texts;
use super::outcome::Links;
use super::pairs::Who;
use super::side::Side;
use super::values::Shared;
use crate::hashed::{Hashes, spread};
use crate::normal::id::{IdForm, classify, pack};
use config::SourceKind;
use schemas::record::PersonColumn;
use schemas::{Dataset, SourceId};
use std::collections::{BTreeMap, BTreeSet};

/// A pair that is told: a link or a doubt.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chosen {
    pub source: SourceId,
    pub dataset: Dataset,
    pub part: u16,
    /// The row.
    pub side: Side,
    pub who: Who,
    pub candidate: Candidate,
    pub probability: f64,
    pub is_link: bool,
    /// An officer said so.
    pub decided: bool,
}

/// Links and doubts; for [`Links`], the people of the pairs must be seen.
pub struct Settled {
    links: Links,
    /// Numbers of these people, as [`spread`].
    wanted: Hashes,
}

/// People who were seen by one thread.
#[derive(Default)]
pub struct PeopleSeen {
    people: BTreeMap<Who, Side>,
    shared: Shared,
}

impl Settled {
    pub(super) fn new(mut links: Links, chosen: Vec<Chosen>) -> Self {
        let wanted = chosen.iter().map(|pair| spread(pair.who.number())).collect();
        links.pairs = chosen;
        Self { links, wanted }
    }

    /// Looks for the people in the rows of one bucket: every bucket of the population must be shown.
    /// It takes the columns that [`super::Search::POPULATION_COLUMNS`] names.
    pub fn see<T: Columns>(&self, context: &Context, table: &Table<'_, T>, into: &mut PeopleSeen) {
        let is_population = context.sources[table.source].kind == SourceKind::Population;
        if !is_population || table.dataset != Dataset::Person || self.wanted.is_empty() {
            return;
        }
        for row in 0..table.columns.rows() {
            let text = table.columns.text(PersonColumn::personal_id as usize, row);
            let Some(IdForm::Number(id) | IdForm::UnknownPrefix(id)) = text.map(classify) else { continue };
            let number = pack(&id);
            if self.wanted.contains(&spread(number)) && table.without.binary_search(&row).is_err() {
                let side = Side::of_person(context, table, row, id.as_str(), &mut into.shared);
                let who = Who::new(number, side.record_key(), table.row(row).part);
                keep(&mut into.people, who, side);
            }
        }
    }

    /// Every row of the population was seen, in `parts`.
    pub fn links(self, parts: Vec<PeopleSeen>) -> Links {
        let mut links = self.links;
        let chosen: BTreeSet<Who> = links.pairs.iter().map(|pair| pair.who).collect();
        for (who, side) in parts.into_iter().flat_map(|part| part.people).filter(|(who, _)| chosen.contains(who)) {
            keep(&mut links.people, who, side);
        }
        links
    }
}

/// Of two records that cannot be told apart, the first by what it says: in whatever order they come.
fn keep(people: &mut BTreeMap<Who, Side>, who: Who, side: Side) {
    let is_later = people.get(&who).is_some_and(|known| texts(&known.told()) <= texts(&side.told()));
    if !is_later {
        people.insert(who, side);
    }
}
