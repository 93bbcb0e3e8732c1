//! What a table may look like: which headers mean which field, and how its rows are read.

use crate::read::text::fold;
use config::{DateOrder, TableSettings};
use schemas::Dataset;
use std::collections::BTreeMap;

/// A register's kind of entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    Birth,
    Death,
    Marriage,
}

pub enum Reading {
    /// A row is a record; fields stand in columns.
    List {
        /// Targets that together name a row.
        key: Vec<String>,
        fixed: BTreeMap<String, String>,
        /// The target that holds each row's commune.
        commune: Option<String>,
        /// Without any of these a row speaks of nothing.
        about: Vec<String>,
    },
    /// A row is an entry of a civil-status register under the wire's own names.
    Register(Event),
    /// A row is an owner of a parcel under a certificate; rows of one parcel are one record.
    Land,
}

pub struct Column {
    /// A field of the record, a name of the wire, or `#…` for what is no field.
    pub target: String,
    /// Folded header texts.
    pub words: Vec<String>,
}

/// A form whose columns have fixed places, because its headers are too long to be known by heart.
pub struct Form {
    /// Folded text that stands in its title, the sheet's name or the file's.
    pub mark: &'static str,
    /// Rows above the data.
    pub head: usize,
    /// Target and place, from 0.
    pub places: Vec<(&'static str, usize)>,
}

pub struct Shape {
    /// Behind the commune in the partition's name; empty for the resident list.
    pub key: String,
    pub dataset: Dataset,
    pub columns: Vec<Column>,
    /// Targets without which a header row is not this shape's.
    pub needs: Vec<String>,
    /// Columns that must be recognised at least.
    pub least: usize,
    pub form: Option<Form>,
    pub reading: Reading,
    pub sheet: Option<String>,
    /// From 0.
    pub header_row: Option<usize>,
    pub month_first: bool,
}

impl Shape {
    /// A table of the settings.
    pub fn free(table: &TableSettings) -> Self {
        let mut columns: Vec<Column> = table
            .columns
            .iter()
            .map(|(header, field)| Column { target: field.clone(), words: vec![fold(header)] })
            .collect();
        let about = table.columns.values().cloned().collect();
        let target = |at: usize| format!("#key{at}");
        for (at, header) in table.key.iter().enumerate() {
            columns.push(Column { target: target(at), words: vec![fold(header)] });
        }
        let commune = table.commune_column.as_ref().map(|header| {
            columns.push(Column { target: "#commune".into(), words: vec![fold(header)] });
            "#commune".to_owned()
        });
        let key: Vec<String> = (0..table.key.len()).map(target).collect();
        let needs = key.iter().chain(&commune).cloned().collect();
        Self {
            key: table.name.clone(),
            dataset: table.dataset,
            columns,
            needs,
            least: 2,
            form: None,
            reading: Reading::List { key, fixed: table.fixed.clone(), commune, about },
            sheet: table.sheet.clone(),
            header_row: table.header_row.map(|row| row.saturating_sub(1) as usize),
            month_first: table.date_order == DateOrder::MonthFirst,
        }
    }

    pub fn takes_sheet(&self, name: &str) -> bool {
        self.sheet.as_ref().is_none_or(|sheet| fold(sheet) == fold(name))
    }

    /// The name of the partition of one commune, or of all where each row says its own.
    pub fn partition(&self, commune: Option<&str>) -> String {
        match commune {
            None => format!("all:{}", self.key),
            Some(commune) if self.key.is_empty() => commune.to_owned(),
            Some(commune) => format!("{commune}:{}", self.key),
        }
    }

    pub fn has_commune_column(&self) -> bool {
        matches!(&self.reading, Reading::List { commune: Some(_), .. })
    }
}
