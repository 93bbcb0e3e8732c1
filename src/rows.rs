//! Rows of snapshots as the engine takes them.

use reconcile::engine::{Columns, Row, View};
use schemas::{CanonicalRecord, Record};
use store::snapshots::{Frame, RecordView, RowView};

/// A frame as the engine takes it: by columns.
pub struct Framed(pub Frame);

impl Columns for Framed {
    fn rows(&self) -> usize {
        self.0.len()
    }

    fn text(&self, column: usize, row: usize) -> Option<&str> {
        self.0.text(column, row)
    }

    fn commune(&self, row: usize) -> Option<&str> {
        self.0.commune(row)
    }

    fn updated_at(&self, row: usize) -> Option<&str> {
        self.0.updated_at(row)
    }

    fn row(&self, source: usize, row: usize) -> Row<'_> {
        engine_row(source, &self.0.row(row))
    }
}

/// A row as it stands in a snapshot. `source`: its place in the context's sources.
pub fn engine_row<'a>(source: usize, row: &RowView<'a>) -> Row<'a> {
    Row {
        source,
        record_key: row.record_key,
        part: row.part,
        commune: row.commune,
        updated_at: row.updated_at,
        view: match row.record {
            RecordView::Person(view) => View::Person(view),
            RecordView::CivilEvent(view) => View::CivilEvent(view),
            RecordView::LandRight(view) => View::LandRight(view),
            RecordView::Dossier(view) => View::Dossier(view),
        },
    }
}

/// A record as it was pulled.
pub fn record_row(source: usize, record: &CanonicalRecord) -> Row<'_> {
    let envelope = &record.envelope;
    Row {
        source,
        record_key: &envelope.record_key,
        part: envelope.part,
        commune: envelope.commune.as_deref(),
        updated_at: envelope.updated_at.as_deref(),
        view: match &record.record {
            Record::Person(record) => View::Person(record.view()),
            Record::CivilEvent(record) => View::CivilEvent(record.view()),
            Record::LandRight(record) => View::LandRight(record.view()),
            Record::Dossier(record) => View::Dossier(record.view()),
        },
    }
}

/// Does this row of a mosaic say only that there was an answer, whose values are gone?
pub fn is_forgotten(row: &RowView<'_>) -> bool {
    matches!(&row.record, RecordView::Person(person) if person.is_forgotten())
}
