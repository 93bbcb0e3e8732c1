//! Rows that belong to a person of another bucket than the one in which they are stored.

use reconcile::engine::{Row, View};
use schemas::record::{CivilEventView, DossierView, LandRightView, PersonView};
use schemas::{Dataset, Record};
use std::collections::BTreeMap;
use store::snapshots::RowView;

/// A row away from home, as far as it was read. Packed: a province has a hundred thousand of them.
pub(super) struct Stray {
    source: u32,
    part: u16,
    dataset: Dataset,
    /// Record key, commune, day of update and the record's columns, one after the other.
    texts: Box<str>,
    /// Where each of them ends; [`NOTHING`]: it is none.
    ends: Box<[u32]>,
}

const NOTHING: u32 = u32::MAX;
/// Texts before the record's columns.
const BEFORE: usize = 3;

impl Stray {
    pub fn of(source: usize, row: &RowView<'_>) -> Self {
        let record = row.to_record().record;
        let (dataset, values) = match &record {
            Record::Person(record) => (Dataset::Person, record.values()),
            Record::CivilEvent(record) => (Dataset::CivilEvent, record.values()),
            Record::LandRight(record) => (Dataset::LandRight, record.values()),
            Record::Dossier(record) => (Dataset::Dossier, record.values()),
        };
        let mut texts = String::new();
        let mut ends = Vec::with_capacity(BEFORE + values.len());
        for value in [Some(row.record_key), row.commune, row.updated_at].into_iter().chain(values) {
            texts.push_str(value.unwrap_or_default());
            // A record is a few hundred bytes.
            ends.push(value.map_or(NOTHING, |_| texts.len() as u32));
        }
        Self { source: source as u32, part: row.part, dataset, texts: texts.into(), ends: ends.into() }
    }

    pub fn row(&self) -> Row<'_> {
        let mut start = 0;
        let texts: Vec<Option<&str>> = self
            .ends
            .iter()
            .map(|end| {
                let end = Some(*end).filter(|end| *end != NOTHING)? as usize;
                self.texts.get(std::mem::replace(&mut start, end)..end)
            })
            .collect();
        let column = |at: usize| texts.get(BEFORE + at).copied().flatten();
        Row {
            source: self.source as usize,
            record_key: texts[0].unwrap_or_default(),
            part: self.part,
            commune: texts[1],
            updated_at: texts[2],
            view: match self.dataset {
                Dataset::Person => View::Person(PersonView::from_columns(column)),
                Dataset::CivilEvent => View::CivilEvent(CivilEventView::from_columns(column)),
                Dataset::LandRight => View::LandRight(LandRightView::from_columns(column)),
                Dataset::Dossier => View::Dossier(DossierView::from_columns(column)),
            },
        }
    }
}

/// A row of a snapshot: snapshot, bucket, number of the row in the bucket.
pub(super) type Place = (usize, u32, usize);

/// Where the rows are that moved: skipped at home, added where their person is.
#[derive(Default)]
pub(super) struct Strays {
    /// By bucket of the person.
    arriving: BTreeMap<u32, Vec<Stray>>,
    /// Numbers of rows by snapshot and bucket, in order once [`Self::of`] has seen them.
    left: BTreeMap<(usize, u32), Vec<usize>>,
}

impl Strays {
    /// All parts together.
    pub fn of(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::default();
        for part in parts {
            part.arriving.into_iter().for_each(|(bucket, rows)| all.arriving.entry(bucket).or_default().extend(rows));
            part.left.into_iter().for_each(|(place, rows)| all.left.entry(place).or_default().extend(rows));
        }
        all.left.values_mut().for_each(|rows| rows.sort_unstable());
        all
    }

    /// Moves the row at `place` to the bucket `target`, unless it is there.
    pub fn send(&mut self, (at, bucket, row): Place, target: u32, stray: impl FnOnce() -> Stray) {
        if target != bucket {
            self.left.entry((at, bucket)).or_default().push(row);
            self.arriving.entry(target).or_default().push(stray());
        }
    }

    /// Numbers of the rows that are not evaluated in the bucket in which they are stored, in order.
    pub fn left(&self, snapshot: usize, bucket: u32) -> &[usize] {
        self.left.get(&(snapshot, bucket)).map_or(&[], Vec::as_slice)
    }

    pub fn arriving(&self, bucket: u32) -> &[Stray] {
        self.arriving.get(&bucket).map_or(&[], Vec::as_slice)
    }
}
