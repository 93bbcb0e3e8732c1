//! Thirty nights as a drawing: told apart by shape, not by colour.
//!
//! Strips that look the same are drawn once on a page: where a source is one for the whole province,
//! that is one drawing for all communes.

use crate::Lang;
use crate::province::words;
use crate::web::views::{StripPath, StripShape};
use health::Outcome;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

/// Units of a night and of the height of a strip.
const NIGHT: usize = 3;
const HEIGHT: usize = 12;

/// The distinct strips of a page.
#[derive(Default)]
pub struct Strips {
    known: HashMap<Vec<Option<Outcome>>, usize>,
    pub shapes: Vec<StripShape>,
}

impl Strips {
    /// The name of the drawing of these nights.
    pub fn name(&mut self, nights: &[Option<Outcome>], lang: Lang) -> usize {
        if let Some(known) = self.known.get(nights) {
            return *known;
        }
        let name = self.shapes.len();
        self.shapes.push(shape(name, nights, lang));
        self.known.insert(nights.to_vec(), name);
        name
    }
}

fn shape(name: usize, nights: &[Option<Outcome>], lang: Lang) -> StripShape {
    let mut paths: BTreeMap<&'static str, String> = BTreeMap::new();
    let mut from = 0;
    while from < nights.len() {
        let outcome = nights[from];
        let to = (from..nights.len()).find(|at| nights[*at] != outcome).unwrap_or(nights.len());
        if let Some(outcome) = outcome {
            let path = paths.entry(class(outcome)).or_default();
            draw(path, outcome, from, to);
        }
        from = to;
    }
    StripShape {
        name,
        width: nights.len() * NIGHT,
        height: HEIGHT,
        title: title(nights, lang),
        paths: paths.into_iter().map(|(class, d)| StripPath { class, d }).collect(),
    }
}

fn class(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Good => "g",
        Outcome::Quiet => "q",
        Outcome::Empty => "e",
        Outcome::Held => "h",
        Outcome::Missed => "m",
        Outcome::Parked => "p",
        Outcome::Failed => "f",
    }
}

/// A good row is a bar; the worse a night, the less of it is left, and a failed one is a cross.
fn draw(path: &mut String, outcome: Outcome, from: usize, to: usize) {
    let (x, width) = (from * NIGHT, (to - from) * NIGHT);
    // Writing to a text does not fail.
    let _ = match outcome {
        Outcome::Good => write!(path, "M{x} 0h{width}v{HEIGHT}h-{width}z"),
        Outcome::Held => write!(path, "M{x} 6h{width}v6h-{width}z"),
        Outcome::Quiet => write!(path, "M{x} 10h{width}v2h-{width}z"),
        Outcome::Empty => (from..to).try_for_each(|night| write!(path, "M{}.4 .4h2.2v11.2h-2.2z", night * NIGHT)),
        Outcome::Parked => (from..to).try_for_each(|night| write!(path, "M{} 0h3l-1.5 9z", night * NIGHT)),
        Outcome::Missed => (from..to).try_for_each(|night| write!(path, "M{} 5h1v2h-1z", night * NIGHT + 1)),
        Outcome::Failed => (from..to).try_for_each(|night| write!(path, "M{} 1l3 10m0-10l-3 10", night * NIGHT)),
    };
}

/// “27 đêm tốt, 2 trống, 1 lỗi; đêm qua: lỗi”.
fn title(nights: &[Option<Outcome>], lang: Lang) -> String {
    let count = |outcome: Outcome| nights.iter().filter(|night| **night == Some(outcome)).count();
    let counted: Vec<String> = [Outcome::Good]
        .into_iter()
        .chain(Outcome::ALL.into_iter().filter(|outcome| *outcome != Outcome::Good))
        .filter(|outcome| count(*outcome) > 0)
        .map(|outcome| format!("{} {}", count(outcome), words::outcome(Some(outcome), lang)))
        .collect();
    let last = words::outcome(nights.last().copied().flatten(), lang);
    if counted.is_empty() {
        return lang.pick("chưa có đêm nào", "no night yet").to_owned();
    }
    format!(
        "{} {}: {}; {}: {last}",
        nights.iter().flatten().count(),
        lang.pick("đêm", "nights"),
        counted.join(", "),
        lang.pick("đêm gần nhất", "the last")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_strips_are_drawn_once_and_a_row_of_equal_nights_is_one_line() {
        let mut strips = Strips::default();
        let good = vec![Some(Outcome::Good); 30];
        assert_eq!((strips.name(&good, Lang::Vi), strips.name(&good, Lang::Vi)), (0, 0));
        let mut worse = good.clone();
        worse[29] = Some(Outcome::Failed);
        assert_eq!(strips.name(&worse, Lang::Vi), 1);
        assert_eq!(strips.shapes.len(), 2);
        assert_eq!(strips.shapes[0].paths[0].d, "M0 0h90v12h-90z");
        assert_eq!(strips.shapes[1].title, "30 đêm: 29 tốt, 1 lỗi; đêm gần nhất: lỗi");
    }
}
