//! The rows of one bucket by columns: most rows agree with the others of their person, and of
//! these no more is read than it takes to see that.

use super::row::Row;
use schemas::Dataset;
use schemas::record::Residence;
use schemas::record::{CivilEventColumn as C, DossierColumn as D, LandRightColumn as L, PersonColumn as P};

/// Rows of one dataset, by columns.
pub trait Columns {
    fn rows(&self) -> usize;

    /// The value of row `row` in the column at `column` of the dataset's record.
    fn text(&self, column: usize, row: usize) -> Option<&str>;

    /// See [`Row::commune`].
    fn commune(&self, row: usize) -> Option<&str>;

    /// See [`Row::updated_at`].
    fn updated_at(&self, row: usize) -> Option<&str>;

    /// The row with all its values. `source`: see [`Row::source`].
    fn row(&self, source: usize, row: usize) -> Row<'_>;
}

/// The rows of one bucket of a snapshot.
pub struct Table<'a, T> {
    /// Index into the context's sources.
    pub source: usize,
    pub dataset: Dataset,
    pub columns: &'a T,
    /// Rows that are not evaluated here, in order.
    pub without: Vec<usize>,
}

impl<'a> Table<'a, Row<'a>> {
    /// The table of one row.
    pub fn of(row: &'a Row<'a>) -> Self {
        Self { source: row.source, dataset: row.dataset(), columns: row, without: Vec::new() }
    }
}

impl<'a, T: Columns> Table<'a, T> {
    pub(super) fn row(&self, row: usize) -> Row<'a> {
        self.columns.row(self.source, row)
    }

    pub(super) fn residence(&self, row: usize) -> Residence<'a> {
        let text = |at: usize| self.columns.text(at, row);
        let [province, district, commune, commune_name, detail, whole] = places(self.dataset).residence;
        Residence {
            province: text(province),
            district: text(district),
            commune: text(commune),
            commune_name: text(commune_name),
            detail: text(detail),
            text: text(whole),
        }
    }

    /// See [`Row::place`].
    pub(super) fn place(&self, row: usize) -> Option<&'a str> {
        let parcel = || self.columns.text(L::parcel_commune as usize, row);
        self.columns.commune(row).or_else(|| (self.dataset == Dataset::LandRight).then(parcel).flatten())
    }
}

/// Where in its columns a dataset says what all datasets say.
pub(super) struct Places {
    pub personal_id: usize,
    pub name: usize,
    pub sex: usize,
    pub birth_date: usize,
    pub ethnicity: Option<usize>,
    /// Province, district, commune, its name, detail, the whole as one text.
    pub residence: [usize; 6],
    /// Of father and mother.
    pub parents: Option<[usize; 2]>,
}

macro_rules! places {
    ($column:ident, $ethnicity:expr, $parents:expr) => {
        Places {
            personal_id: $column::personal_id as usize,
            name: $column::name as usize,
            sex: $column::sex as usize,
            birth_date: $column::birth_date as usize,
            ethnicity: $ethnicity,
            residence: [
                $column::residence_province as usize,
                $column::residence_district as usize,
                $column::residence_commune as usize,
                $column::residence_commune_name as usize,
                $column::residence_detail as usize,
                $column::residence_text as usize,
            ],
            parents: $parents,
        }
    };
}

static PERSON: Places =
    places!(P, Some(P::ethnicity as usize), Some([P::father_name as usize, P::mother_name as usize]));
static CIVIL_EVENT: Places =
    places!(C, Some(C::ethnicity as usize), Some([C::father_name as usize, C::mother_name as usize]));
static LAND_RIGHT: Places = places!(L, None, None);
static DOSSIER: Places = places!(D, None, None);

pub(super) fn places(dataset: Dataset) -> &'static Places {
    match dataset {
        Dataset::Person => &PERSON,
        Dataset::CivilEvent => &CIVIL_EVENT,
        Dataset::LandRight => &LAND_RIGHT,
        Dataset::Dossier => &DOSSIER,
    }
}

/// One row.
impl Columns for Row<'_> {
    fn rows(&self) -> usize {
        1
    }

    fn text(&self, column: usize, _: usize) -> Option<&str> {
        self.value(column)
    }

    fn commune(&self, _: usize) -> Option<&str> {
        self.commune
    }

    fn updated_at(&self, _: usize) -> Option<&str> {
        self.updated_at
    }

    fn row(&self, _: usize, _: usize) -> Row<'_> {
        *self
    }
}

/// Rows of one source and dataset.
impl Columns for Vec<Row<'_>> {
    fn rows(&self) -> usize {
        self.len()
    }

    fn text(&self, column: usize, row: usize) -> Option<&str> {
        self[row].value(column)
    }

    fn commune(&self, row: usize) -> Option<&str> {
        self[row].commune
    }

    fn updated_at(&self, row: usize) -> Option<&str> {
        self[row].updated_at
    }

    fn row(&self, _: usize, row: usize) -> Row<'_> {
        self[row]
    }
}
