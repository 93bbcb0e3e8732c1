//! The file of pairs that `link` writes.

use crate::problem::Problem;
use crate::tables::Table;
use config::linkage::LinkageSpec;
use reconcile::linkage::{Decided, Decision, Explainer, Fields, Linked};
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;

/// Lines that are made ready at a time.
const LINES_A_PIECE: usize = 16_384;

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
        file.write_all(&self.header())?;
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
                file.write_all(&lines)?;
            }
        }
        Ok(())
    }

    fn header(&self) -> Vec<u8> {
        let keys: &[&str] = if self.keys.is_some() { &["left_key", "right_key"] } else { &[] };
        let group: &[&str] = if self.linked.groups.is_some() { &["group"] } else { &[] };
        let fields = self.linked.model.comparisons.iter().map(|comparison| comparison.name.as_str());
        let ours =
            ["left_row", "right_row"].iter().chain(keys).chain(&["decision", "probability", "weight"]).chain(group);
        let mut line = Line::default();
        ours.copied().chain(fields).for_each(|name| line.text(name));
        line.end();
        line.out
    }

    fn lines(&self, pairs: &[Decided]) -> Vec<u8> {
        let mut line = Line { out: Vec::with_capacity(pairs.len() * 128) };
        for Decided { pair, decision } in pairs {
            line.number(format_args!("{}", pair.left + 1));
            line.number(format_args!("{}", pair.right + 1));
            for (table, row) in self.keys.iter().flatten().zip([pair.left, pair.right]) {
                line.text(table.columns.last().map_or("", |keys| keys.get(row as usize)));
            }
            line.text(match decision {
                Decision::Link => "link",
                Decision::Doubt => "doubt",
            });
            line.number(format_args!("{:.6}", pair.probability()));
            line.number(format_args!("{:.3}", pair.weight / std::f64::consts::LN_2));
            if let Some(groups) = &self.linked.groups {
                line.number(format_args!("{}", groups[pair.left as usize] + 1));
            }
            self.explainer.levels(pair.left, pair.right).for_each(|level| line.text(level.unwrap_or_default()));
            line.end();
        }
        line.out
    }
}

/// Lines of CSV, of which each has several fields.
#[derive(Default)]
struct Line {
    out: Vec<u8>,
}

impl Line {
    fn number(&mut self, number: std::fmt::Arguments<'_>) {
        // Writing into memory does not fail.
        let _ = self.out.write_fmt(number);
        self.out.push(b',');
    }

    fn text(&mut self, text: &str) {
        if text.bytes().any(|c| matches!(c, b',' | b'"' | b'\n' | b'\r')) {
            self.out.push(b'"');
            self.out.extend(text.replace('"', "\"\"").as_bytes());
            self.out.push(b'"');
        } else {
            self.out.extend(text.as_bytes());
        }
        self.out.push(b',');
    }

    /// The last comma ends the line.
    fn end(&mut self) {
        if let Some(last) = self.out.last_mut() {
            *last = b'\n';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_with_separators_quotes_and_line_ends_are_written_as_other_programs_read_them() {
        let texts = ["a", "", "a,b", "say \"a\"", "a\nb", "a\r\nb", "\"", "Đỗ Thị", "a;b", " a "];
        let mut line = Line::default();
        texts.iter().for_each(|text| line.text(text));
        line.end();
        let mut theirs = csv::Writer::from_writer(Vec::new());
        theirs.write_record(texts).expect("a record");
        assert_eq!(line.out, theirs.into_inner().expect("the bytes"));
    }
}
