//! Which columns of a view are asked for, and where each of them stands in a row.

use super::cell::{Cell, Row};
use config::settings::{SqlView, Watermark};

/// The key is always first: it may be an expression.
const KEY: usize = 0;

#[derive(Debug, Clone)]
pub struct Layout {
    pub view: SqlView,
    /// Names of the columns behind the key, each once.
    pub columns: Vec<String>,
}

impl Layout {
    pub fn new(view: &SqlView) -> Self {
        let wanted =
            [view.watermark.as_ref().map(Watermark::column), view.commune_column.as_deref(), view.deleted.as_deref()];
        let fields = view.fields.values().map(|field| field.column());
        let mut columns: Vec<String> = Vec::new();
        for column in wanted.into_iter().chain(fields).flatten() {
            if !columns.iter().any(|known| known == column) {
                columns.push(column.to_owned());
            }
        }
        Self { view: view.clone(), columns }
    }

    pub fn has_watermark(&self) -> bool {
        self.view.watermark.is_some()
    }

    pub fn overlap(&self) -> Option<u32> {
        self.view.watermark.as_ref().map(|watermark| match watermark {
            Watermark::Time { overlap_seconds, .. } => *overlap_seconds,
            Watermark::Number { overlap, .. } => *overlap,
        })
    }

    pub fn key<'r>(&self, row: &'r Row) -> &'r Cell {
        row.get(KEY).unwrap_or(&Cell::Null)
    }

    pub fn mark<'r>(&self, row: &'r Row) -> &'r Cell {
        self.view.watermark.as_ref().map_or(&Cell::Null, |watermark| self.cell(row, watermark.column()))
    }

    /// The value of a column by its name.
    pub fn cell<'r>(&self, row: &'r Row, column: &str) -> &'r Cell {
        let at = self.columns.iter().position(|known| known == column);
        at.and_then(|at| row.get(KEY + 1 + at)).unwrap_or(&Cell::Null)
    }
}
