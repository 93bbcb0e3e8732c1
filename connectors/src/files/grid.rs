//! A sheet as rows of text that grows only as far as it is allowed to.

use schemas::{ErrorClass, SourceError};

/// Lists of people, not data dumps: more is refused.
const MOST_CELLS: usize = 5_000_000;
/// The widest form that is known has 38 columns; what stands further right is not read.
pub const MOST_COLUMNS: usize = 256;
/// Rows of a sheet that a spreadsheet program can hold.
const MOST_ROWS: usize = 1_048_576;

/// Rows of cells; an empty cell is an empty text, and a row may be short.
pub type Rows = Vec<Vec<String>>;

/// What all sheets of one file may still take. An empty cell between two others takes its place
/// too: memory is for what is held, not for what is written.
pub struct Budget {
    cells: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { cells: MOST_CELLS }
    }
}

impl Budget {
    pub fn spend(&mut self, cells: usize) -> Result<(), SourceError> {
        let too_many = || refused("too_many_cells", "the file has too many cells");
        self.cells = self.cells.checked_sub(cells).ok_or_else(too_many)?;
        Ok(())
    }

    /// Puts a text at its place. Texts that are empty or too far right cost nothing.
    pub fn place(&mut self, rows: &mut Rows, row: usize, column: usize, text: String) -> Result<(), SourceError> {
        if text.is_empty() || column >= MOST_COLUMNS || row >= MOST_ROWS {
            return Ok(());
        }
        if rows.len() <= row {
            self.spend(row + 1 - rows.len())?;
            rows.resize_with(row + 1, Vec::new);
        }
        let Some(cells) = rows.get_mut(row) else { return Ok(()) };
        if cells.len() <= column {
            self.spend(column + 1 - cells.len())?;
            cells.resize(column + 1, String::new());
        }
        if let Some(cell) = cells.get_mut(column) {
            *cell = text;
        }
        Ok(())
    }
}

pub fn refused(code: &str, detail: &str) -> SourceError {
    SourceError::new(ErrorClass::Contract, code, detail)
}
