//! The first findings of each kind, cut to a length that a page can show.

use super::emit::Found;
use reconcile::tables::Code;
use std::collections::BTreeMap;

/// Examples of one kind.
const MOST: usize = 5;
/// Letters of a value that are kept.
const LONGEST: usize = 160;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    pub key: String,
    pub left: String,
    pub right: String,
    pub left_row: Option<u64>,
    pub right_row: Option<u64>,
}

#[derive(Debug, Default)]
pub struct Examples {
    kinds: BTreeMap<(Option<usize>, Code), Vec<Example>>,
}

impl Examples {
    pub fn see(&mut self, found: &Found<'_>) {
        let kind = self.kinds.entry((found.field, found.code)).or_default();
        if kind.len() < MOST {
            kind.push(Example {
                key: short(found.key),
                left: short(found.left),
                right: short(found.right),
                left_row: found.left_row,
                right_row: found.right_row,
            });
        }
    }

    pub fn of(&self, field: Option<usize>, code: Code) -> &[Example] {
        self.kinds.get(&(field, code)).map_or(&[], Vec::as_slice)
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A part of a value, and whether the other value has it too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub differs: bool,
}

/// The letters in which two values differ: the longest common subsequence is what they share.
pub fn marked(left: &str, right: &str) -> [Vec<Piece>; 2] {
    let (a, b): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut longest = vec![vec![0u16; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i][j] =
                if a[i] == b[j] { longest[i + 1][j + 1] + 1 } else { longest[i + 1][j].max(longest[i][j + 1]) };
        }
    }
    let mut pieces = [Vec::new(), Vec::new()];
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            push(&mut pieces[0], a[i], false);
            push(&mut pieces[1], b[j], false);
            (i, j) = (i + 1, j + 1);
        } else if j == b.len() || (i < a.len() && longest[i + 1][j] >= longest[i][j + 1]) {
            push(&mut pieces[0], a[i], true);
            i += 1;
        } else {
            push(&mut pieces[1], b[j], true);
            j += 1;
        }
    }
    pieces
}

fn push(pieces: &mut Vec<Piece>, letter: char, differs: bool) {
    match pieces.last_mut().filter(|piece| piece.differs == differs) {
        Some(piece) => piece.text.push(letter),
        None => pieces.push(Piece { text: letter.to_string(), differs }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letters_that_differ_are_marked_and_all_letters_are_there() {
        let shown = |pieces: &[Piece]| {
            pieces.iter().map(|p| if p.differs { format!("[{}]", p.text) } else { p.text.clone() }).collect::<String>()
        };
        let [a, b] = marked("Nguyễn Thị Lý", "Nguyễn Thị Lí");
        assert_eq!((shown(&a).as_str(), shown(&b).as_str()), ("Nguyễn Thị L[ý]", "Nguyễn Thị L[í]"));
        let [a, b] = marked("1985-03-05", "");
        assert_eq!((shown(&a).as_str(), b.len()), ("[1985-03-05]", 0));
    }
}
