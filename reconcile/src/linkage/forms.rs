//! The normal forms of all distinct texts, and their numbers in dictionaries.

use super::column::{Column, Texts};
use super::dictionary::MISSING;
use super::parallel::in_pieces;
use super::text::push_form;
use config::linkage::{Comparator, LinkageSpec};
use std::ops::Range;

/// Texts in a piece of work.
const TEXTS_A_PIECE: usize = 4_096;

/// A piece of the texts of one column: the field, the side, and which texts.
type Piece = (usize, usize, Range<usize>);

/// The forms of a piece of texts, one after the other; an empty one is no value.
struct Forms {
    letters: String,
    ends: Vec<usize>,
}

/// What fields that share a dictionary have: the forms of all their texts, and of each field the value
/// of each text on both sides.
pub struct Numbered {
    pub forms: Texts,
    pub values: Vec<(usize, [Vec<u32>; 2])>,
}

/// `groups`: fields that share a dictionary. Making forms is most of the work, and any piece of it can
/// be done by itself; then values are numbered as they come: field by field, the left table first.
pub fn numbered(
    spec: &LinkageSpec,
    groups: &[Vec<usize>],
    sides: [Option<&[Column]>; 2],
    workers: usize,
) -> Vec<Numbered> {
    let texts = |at: usize, side: usize| sides[side].map_or(0, |columns| columns[at].texts.len());
    let mut pieces: Vec<Piece> = Vec::new();
    for (at, side) in groups.iter().flatten().flat_map(|at| [(*at, 0), (*at, 1)]) {
        let begins = (0..texts(at, side)).step_by(TEXTS_A_PIECE);
        pieces.extend(begins.map(|from| (at, side, from..(from + TEXTS_A_PIECE).min(texts(at, side)))));
    }
    let forms = in_pieces(&pieces, 1, workers, |piece| {
        let (at, side, range) = &piece[0];
        let texts = sides[*side].map(|columns| &columns[*at].texts);
        texts.map_or(Forms { letters: String::new(), ends: Vec::new() }, |texts| {
            Forms::new(spec.fields[*at].compare, texts, range.clone())
        })
    });
    in_pieces(groups, 1, workers, |group| {
        let mut numbered = Numbered { forms: Texts::default(), values: Vec::new() };
        for at in &group[0] {
            let values = [0, 1].map(|side| {
                let mut values = Vec::with_capacity(texts(*at, side));
                let ours = pieces.iter().zip(&forms).filter(|((a, s, _), _)| (a, *s) == (at, side));
                ours.for_each(|(_, forms)| values.extend(forms.iter().map(|form| value(&mut numbered.forms, form))));
                values
            });
            numbered.values.push((*at, values));
        }
        numbered
    })
}

fn value(forms: &mut Texts, form: &str) -> u32 {
    if form.is_empty() { MISSING } else { forms.number(form) + 1 }
}

impl Forms {
    fn new(comparator: Comparator, texts: &Texts, range: Range<usize>) -> Self {
        let mut forms =
            Self { letters: String::with_capacity(16 * range.len()), ends: Vec::with_capacity(range.len()) };
        for text in range {
            push_form(comparator, texts.get(text as u32), &mut forms.letters);
            forms.ends.push(forms.letters.len());
        }
        forms
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        let mut begin = 0;
        self.ends.iter().map(move |end| &self.letters[std::mem::replace(&mut begin, *end)..*end])
    }
}
