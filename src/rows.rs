//! Rows of snapshots as the engine takes them.

use reconcile::engine::{Row, View};
use schemas::{CanonicalRecord, Record};
use store::snapshots::{RecordView, RowView};

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
