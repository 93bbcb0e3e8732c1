//! Counts of what was found, by field and level, and a few examples of each kind.

use super::emit::Found;
use super::examples::{Example, Examples};
use super::plan::Plan;
use reconcile::tables::Code;
use schemas::Level;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub struct Table {
    pub rows: u64,
    /// Rows with more or fewer cells than the header.
    pub ragged: u64,
    pub columns_alone: Vec<String>,
    pub encoding: Option<&'static str>,
}

#[derive(Debug, Default)]
pub struct Summary {
    pub key: String,
    pub fields: Vec<String>,
    pub left: Table,
    pub right: Table,
    /// Keys that both tables have.
    pub shared: u64,
    /// Those whose fields were compared: all but the ones that a table has twice with other values.
    pub compared: u64,
    counts: BTreeMap<(Option<usize>, Code), u64>,
    examples: Examples,
}

pub const LEVELS: [Level; 5] = [Level::Same, Level::Spelling, Level::Compatible, Level::Different, Level::OnlyHere];

/// The word for programs.
pub fn level_word(level: Level) -> &'static str {
    match level {
        Level::Same => "same",
        Level::Spelling => "spelling",
        Level::Compatible => "compatible",
        Level::Different => "different",
        Level::OnlyHere => "only_here",
        Level::CouldNotAsk => "could_not_ask",
    }
}

impl Summary {
    pub fn new(plan: &Plan) -> Self {
        let table = |alone: &[String]| Table { columns_alone: alone.to_vec(), ..Table::default() };
        Self {
            key: plan.key.name.clone(),
            fields: plan.fields.iter().map(|field| field.name.clone()).collect(),
            left: table(&plan.left_alone),
            right: table(&plan.right_alone),
            ..Self::default()
        }
    }

    pub fn count(&mut self, found: &Found<'_>) {
        *self.counts.entry((found.field, found.code)).or_default() += 1;
        if found.code.is_listed() {
            self.examples.see(found);
        }
    }

    /// Rows of this kind.
    pub fn of(&self, code: Code) -> u64 {
        self.counts.get(&(None, code)).copied().unwrap_or(0)
    }

    /// Kinds of findings about rows or about one field, with their numbers.
    pub fn codes(&self, field: Option<usize>) -> impl Iterator<Item = (Code, u64)> {
        self.counts.iter().filter(move |((of, _), _)| *of == field).map(|((_, code), count)| (*code, *count))
    }

    pub fn examples(&self, field: Option<usize>, code: Code) -> &[Example] {
        self.examples.of(field, code)
    }

    /// Compared values of a field at a level. What has no finding is the same.
    pub fn at(&self, field: usize, level: Level) -> u64 {
        let found = |wanted: &dyn Fn(Level) -> bool| {
            self.codes(Some(field)).filter(|(code, _)| wanted(code.level())).map(|(_, count)| count).sum::<u64>()
        };
        match level {
            Level::Same => self.compared - found(&|_| true),
            level => found(&|other| other == level),
        }
    }

    /// Lines of the findings' file.
    pub fn listed(&self) -> u64 {
        self.counts.iter().filter(|((_, code), _)| code.is_listed()).map(|(_, count)| count).sum()
    }

    pub fn to_json(&self) -> Value {
        let kinds = |field: Option<usize>| -> Vec<Value> {
            let kind = |(code, count): (Code, u64)| {
                let (vi, en) = code.reason();
                json!({"code": code.as_str(), "level": level_word(code.level()), "count": count,
                       "reason_vi": vi, "reason_en": en, "listed": code.is_listed()})
            };
            self.codes(field).map(kind).collect()
        };
        let fields: Vec<Value> = (0..self.fields.len())
            .map(|field| {
                let levels: serde_json::Map<String, Value> =
                    LEVELS.iter().map(|level| (level_word(*level).into(), self.at(field, *level).into())).collect();
                json!({"field": self.fields[field], "levels": levels, "kinds": kinds(Some(field))})
            })
            .collect();
        let table = |table: &Table| {
            json!({"rows": table.rows, "ragged_rows": table.ragged, "columns_not_compared": table.columns_alone,
                   "decoded_from": table.encoding})
        };
        json!({"key": self.key, "left": table(&self.left), "right": table(&self.right), "shared_keys": self.shared,
               "compared": self.compared, "rows": kinds(None), "fields": fields, "findings": self.listed()})
    }
}
