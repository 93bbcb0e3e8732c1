//! The file of pairs that `link` writes.

use crate::problem::Problem;
use crate::tables::Table;
use config::linkage::LinkageSpec;
use reconcile::linkage::{Decided, Decision, Explainer, Fields, Linked};
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;

/// Lines that are made ready at a time.
const LINES_A_PIECE: usize = 8_192;

/// One line for each pair: rows (from 1, without the header), keys, decision, probability, weight
/// in bits, group, and the level of each field.
pub(super) struct Pairs<'a> {
    explainer: Explainer<'a>,
    linked: &'a Linked,
    /// Both tables, whose last column is the key.
    keys: Option<[&'a Table; 2]>,
}

impl<'a> Pairs<'a> {
    pub fn new(spec: &'a LinkageSpec, fields: &'a Fields, linked: &'a Linked, keys: Option<[&'a Table; 2]>) -> Self {
        Self { explainer: Explainer::new(spec, fields, &linked.model), linked, keys }
    }

    /// Lines are made ready on `workers` threads and written in order.
    pub fn write(&self, path: &Path, workers: usize) -> Result<(), Problem> {
        let mut file = std::fs::File::create(path)?;
        file.write_all(&self.header()?)?;
        let pieces: Vec<&[Decided]> = self.linked.pairs.chunks(LINES_A_PIECE).collect();
        for round in pieces.chunks(workers.max(1)) {
            let ready = Mutex::new(Vec::new());
            std::thread::scope(|scope| {
                for (at, piece) in round.iter().enumerate() {
                    let ready = &ready;
                    scope.spawn(move || {
                        let lines = self.lines(piece);
                        ready.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((at, lines));
                    });
                }
            });
            let mut ready = ready.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
            ready.sort_by_key(|(at, _)| *at);
            for (_, lines) in ready {
                file.write_all(&lines?)?;
            }
        }
        Ok(())
    }

    fn header(&self) -> Result<Vec<u8>, Problem> {
        let mut out = csv::Writer::from_writer(Vec::new());
        let keys: &[&str] = if self.keys.is_some() { &["left_key", "right_key"] } else { &[] };
        let group: &[&str] = if self.linked.groups.is_some() { &["group"] } else { &[] };
        let fields = self.linked.model.comparisons.iter().map(|comparison| comparison.name.as_str());
        let ours =
            ["left_row", "right_row"].iter().chain(keys).chain(&["decision", "probability", "weight"]).chain(group);
        out.write_record(ours.copied().chain(fields)).map_err(failed)?;
        out.into_inner().map_err(|error| Problem::failed("FILE", error.to_string()))
    }

    fn lines(&self, pairs: &[Decided]) -> Result<Vec<u8>, Problem> {
        let mut out = csv::Writer::from_writer(Vec::new());
        let mut text = Vec::new();
        for Decided { pair, decision } in pairs {
            let mut number = |out: &mut csv::Writer<Vec<u8>>, number: std::fmt::Arguments<'_>| {
                text.clear();
                text.write_fmt(number)?;
                out.write_field(&text).map_err(failed)
            };
            number(&mut out, format_args!("{}", pair.left + 1))?;
            number(&mut out, format_args!("{}", pair.right + 1))?;
            for (table, row) in self.keys.iter().flatten().zip([pair.left, pair.right]) {
                let key = table.columns.last().map_or("", |keys| keys.get(row as usize));
                out.write_field(key).map_err(failed)?;
            }
            let decision = match decision {
                Decision::Link => "link",
                Decision::Doubt => "doubt",
            };
            out.write_field(decision).map_err(failed)?;
            number(&mut out, format_args!("{:.6}", pair.probability()))?;
            number(&mut out, format_args!("{:.3}", pair.weight / std::f64::consts::LN_2))?;
            if let Some(groups) = &self.linked.groups {
                number(&mut out, format_args!("{}", groups[pair.left as usize] + 1))?;
            }
            for level in self.explainer.levels(pair.left, pair.right) {
                out.write_field(level.unwrap_or_default()).map_err(failed)?;
            }
            out.write_record(None::<&[u8]>).map_err(failed)?;
        }
        out.into_inner().map_err(|error| Problem::failed("FILE", error.to_string()))
    }
}

fn failed(error: csv::Error) -> Problem {
    Problem::failed("FILE", error.to_string())
}
