//! Rows to columns and back, without copying a text on the way back.

use polars::prelude::*;
use schemas::record::{CivilEventView, DossierView, LandRightView, PersonView};
use schemas::{CanonicalRecord, CivilEventRecord, Dataset, DossierRecord, LandRightRecord, PersonRecord, Record};

/// Columns that every dataset has, before its own.
pub(super) const ENVELOPE: [&str; 7] = ["link_key", "record_key", "part", "commune", "version", "updated_at", "as_of"];

/// Says again what a column of the record says: for whoever searches a file by it.
pub(super) const LINK_KEY: &str = "link_key";

/// The columns of a dataset's record, in order.
pub(super) fn record_columns(dataset: Dataset) -> &'static [&'static str] {
    match dataset {
        Dataset::Person => PersonRecord::COLUMNS,
        Dataset::CivilEvent => CivilEventRecord::COLUMNS,
        Dataset::LandRight => LandRightRecord::COLUMNS,
        Dataset::Dossier => DossierRecord::COLUMNS,
    }
}

fn values(record: &Record) -> Vec<Option<&str>> {
    match record {
        Record::Person(r) => r.values(),
        Record::CivilEvent(r) => r.values(),
        Record::LandRight(r) => r.values(),
        Record::Dossier(r) => r.values(),
    }
}

/// Makes the frame of one bucket from its rows, one after the other.
pub(super) struct FrameBuilder {
    link_key: StringChunkedBuilder,
    record_key: StringChunkedBuilder,
    parts: Vec<u32>,
    commune: StringChunkedBuilder,
    versions: Vec<i64>,
    updated_at: StringChunkedBuilder,
    as_of: StringChunkedBuilder,
    fields: Vec<StringChunkedBuilder>,
}

impl FrameBuilder {
    pub fn new(dataset: Dataset, rows: usize) -> Self {
        let text = |name: &str| StringChunkedBuilder::new(name.into(), rows);
        Self {
            link_key: text("link_key"),
            record_key: text("record_key"),
            parts: Vec::with_capacity(rows),
            commune: text("commune"),
            versions: Vec::with_capacity(rows),
            updated_at: text("updated_at"),
            as_of: text("as_of"),
            fields: record_columns(dataset).iter().map(|name| text(name)).collect(),
        }
    }

    /// `as_of`: the instant at which the row was true.
    pub fn add(&mut self, row: &CanonicalRecord, as_of: &str) {
        self.link_key.append_option(row.record.link_key());
        self.record_key.append_value(&row.envelope.record_key);
        self.parts.push(u32::from(row.envelope.part));
        self.commune.append_option(row.envelope.commune.as_deref());
        self.versions.push(row.envelope.version);
        self.updated_at.append_option(row.envelope.updated_at.as_deref());
        self.as_of.append_value(as_of);
        for (field, value) in self.fields.iter_mut().zip(values(&row.record)) {
            field.append_option(value);
        }
    }

    pub fn finish(self) -> PolarsResult<DataFrame> {
        let rows = self.parts.len();
        let mut columns = vec![
            self.link_key.finish().into_column(),
            self.record_key.finish().into_column(),
            UInt32Chunked::from_vec("part".into(), self.parts).into_column(),
            self.commune.finish().into_column(),
            Int64Chunked::from_vec("version".into(), self.versions).into_column(),
            self.updated_at.finish().into_column(),
            self.as_of.finish().into_column(),
        ];
        columns.extend(self.fields.into_iter().map(|field| field.finish().into_column()));
        DataFrame::new(rows, columns)
    }
}

/// One record of a snapshot, borrowed.
#[derive(Clone, Copy)]
pub enum RecordView<'a> {
    Person(PersonView<'a>),
    CivilEvent(CivilEventView<'a>),
    LandRight(LandRightView<'a>),
    Dossier(DossierView<'a>),
}

impl<'a> RecordView<'a> {
    /// See [`Record::link_key`].
    pub fn link_key(&self) -> Option<&'a str> {
        match self {
            Self::Person(view) => view.link_key(),
            Self::CivilEvent(view) => view.link_key(),
            Self::LandRight(view) => view.link_key(),
            Self::Dossier(view) => view.link_key(),
        }
    }
}

/// One row of a snapshot, borrowed.
#[derive(Clone, Copy)]
pub struct RowView<'a> {
    pub record_key: &'a str,
    pub part: u16,
    pub commune: Option<&'a str>,
    pub version: i64,
    pub updated_at: Option<&'a str>,
    pub as_of: &'a str,
    pub record: RecordView<'a>,
}

impl RowView<'_> {
    /// The row as it was pulled.
    pub fn to_record(&self) -> CanonicalRecord {
        CanonicalRecord {
            envelope: schemas::Envelope {
                record_key: self.record_key.to_owned(),
                part: self.part,
                commune: self.commune.map(str::to_owned),
                version: self.version,
                updated_at: self.updated_at.map(str::to_owned),
                deleted: false,
            },
            record: match &self.record {
                RecordView::Person(v) => Record::Person(v.to_owned()),
                RecordView::CivilEvent(v) => Record::CivilEvent(v.to_owned()),
                RecordView::LandRight(v) => Record::LandRight(v.to_owned()),
                RecordView::Dossier(v) => Record::Dossier(v.to_owned()),
            },
        }
    }
}

/// One chunk of a column.
type Chunk<T> = <T as PolarsDataType>::Array;
type Texts = Chunk<StringType>;

/// The column as one chunk; `None` where it was not read or holds nothing: most columns of most
/// buckets are empty, and a view asks for every one of them in every row.
fn texts(frame: &DataFrame, name: &str) -> PolarsResult<Option<Texts>> {
    let Ok(column) = frame.column(name) else { return Ok(None) };
    if column.null_count() == column.len() {
        return Ok(None);
    }
    Ok(only_chunk(column.str()?))
}

fn only_chunk<T: PolarsDataType>(column: &ChunkedArray<T>) -> Option<Chunk<T>>
where
    Chunk<T>: Clone,
{
    column.rechunk().downcast_iter().next().cloned()
}

/// The rows of one bucket, some or all columns of them. A column that was not read is `None` in
/// every view.
pub struct Frame {
    dataset: Dataset,
    rows: usize,
    record_key: Option<Texts>,
    part: Option<Chunk<UInt32Type>>,
    commune: Option<Texts>,
    version: Option<Chunk<Int64Type>>,
    updated_at: Option<Texts>,
    as_of: Option<Texts>,
    fields: Vec<Option<Texts>>,
}

impl Frame {
    /// All rows of `frame`, of which there are so many.
    pub(super) fn new(dataset: Dataset, rows: usize, frame: &DataFrame) -> PolarsResult<Self> {
        let text = |name: &str| texts(frame, name);
        let column = |name: &str| frame.column(name).ok();
        Ok(Self {
            dataset,
            rows,
            record_key: text("record_key")?,
            part: column("part").map(|c| c.u32().map(only_chunk)).transpose()?.flatten(),
            commune: text("commune")?,
            version: column("version").map(|c| c.i64().map(only_chunk)).transpose()?.flatten(),
            updated_at: text("updated_at")?,
            as_of: text("as_of")?,
            fields: record_columns(dataset).iter().map(|name| text(name)).collect::<PolarsResult<_>>()?,
        })
    }

    /// The rows from `from` to before `to`; nothing is copied.
    pub(super) fn part(&self, from: usize, to: usize) -> Self {
        let texts = |column: &Option<Texts>| column.as_ref().map(|texts| texts.clone().sliced(from, to - from));
        Self {
            dataset: self.dataset,
            rows: to - from,
            record_key: texts(&self.record_key),
            part: self.part.as_ref().map(|parts| parts.clone().sliced(from, to - from)),
            commune: texts(&self.commune),
            version: self.version.as_ref().map(|versions| versions.clone().sliced(from, to - from)),
            updated_at: texts(&self.updated_at),
            as_of: texts(&self.as_of),
            fields: self.fields.iter().map(texts).collect(),
        }
    }

    /// The link key of row `at`, if the columns that it is made of were read.
    pub(super) fn link_key(&self, at: usize) -> Option<&str> {
        self.row(at).record.link_key()
    }

    /// How many rows stand up to a link key, where rows are in the order of theirs.
    pub(super) fn rows_up_to(&self, key: Option<&str>) -> usize {
        let (mut from, mut to) = (0, self.rows);
        while from < to {
            let middle = from.midpoint(to);
            if self.link_key(middle) <= key { from = middle + 1 } else { to = middle }
        }
        from
    }

    pub fn len(&self) -> usize {
        self.rows
    }

    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Row `at`, which must be below [`Self::len`].
    pub fn row(&self, at: usize) -> RowView<'_> {
        let field = |index: usize| self.fields[index].as_ref().and_then(|c| c.get(at));
        RowView {
            record_key: self.record_key.as_ref().and_then(|c| c.get(at)).unwrap_or_default(),
            part: self.part.as_ref().and_then(|c| c.get(at)).unwrap_or_default() as u16,
            commune: self.commune.as_ref().and_then(|c| c.get(at)),
            version: self.version.as_ref().and_then(|c| c.get(at)).unwrap_or_default(),
            updated_at: self.updated_at.as_ref().and_then(|c| c.get(at)),
            as_of: self.as_of.as_ref().and_then(|c| c.get(at)).unwrap_or_default(),
            record: match self.dataset {
                Dataset::Person => RecordView::Person(PersonView::from_columns(field)),
                Dataset::CivilEvent => RecordView::CivilEvent(CivilEventView::from_columns(field)),
                Dataset::LandRight => RecordView::LandRight(LandRightView::from_columns(field)),
                Dataset::Dossier => RecordView::Dossier(DossierView::from_columns(field)),
            },
        }
    }

    /// One value of row `row`: of the column at `column` of the dataset's record.
    #[inline]
    pub fn text(&self, column: usize, row: usize) -> Option<&str> {
        self.fields[column].as_ref().and_then(|c| c.get(row))
    }

    /// See [`RowView::commune`].
    #[inline]
    pub fn commune(&self, row: usize) -> Option<&str> {
        self.commune.as_ref().and_then(|c| c.get(row))
    }

    /// See [`RowView::updated_at`].
    #[inline]
    pub fn updated_at(&self, row: usize) -> Option<&str> {
        self.updated_at.as_ref().and_then(|c| c.get(row))
    }

    pub fn iter(&self) -> impl Iterator<Item = RowView<'_>> {
        (0..self.rows).map(|at| self.row(at))
    }
}
