//! Letters folded beforehand: every name of a province is hashed, and Vietnamese has few letters.

use super::fold::{is_mark, letter, lower};
use std::sync::LazyLock;

/// Letters below this are in the tables: all that Vietnamese is written with, and more.
const LETTERS: u32 = 0x1f00;
/// White space, and for [`LOOSE`] marks between letters: no letter at all.
const NOTHING: u16 = 0xffff;
/// A mark of a decomposed text, which must be composed before anything can be said.
const COMBINING: u16 = 0xfffe;

/// Lower case.
static EXACT: LazyLock<Vec<u16>> = LazyLock::new(|| table(|c| Some(lower(c))));
/// What spelling leaves of a letter, see [`plain`].
static LOOSE: LazyLock<Vec<u16>> = LazyLock::new(|| table(|c| plain(lower(c))));

fn table(fold: impl Fn(char) -> Option<char>) -> Vec<u16> {
    let entry = |c: char| match c {
        c if is_combining(c) => COMBINING,
        c if c.is_whitespace() => NOTHING,
        c => fold(c).map_or(NOTHING, |folded| u16::try_from(folded as u32).unwrap_or(NOTHING)),
    };
    (0..LETTERS).map(|code| char::from_u32(code).map_or(NOTHING, entry)).collect()
}

/// The plain letter of a lower-case one, `đ` as `d` and `y` as `i`; `None` for a mark.
pub(super) fn plain(c: char) -> Option<char> {
    let base = match letter(c).base {
        'đ' => 'd',
        'y' => 'i',
        base => base,
    };
    (!is_mark(c)).then_some(base)
}

/// Calls `each` with every letter in lower case. `false`: the text is decomposed, and what was
/// called means nothing.
pub(super) fn each_exact(text: &str, each: impl FnMut(u32)) -> bool {
    each_in(&EXACT, text, |c| Some(lower(c)), each)
}

/// The same with plain letters.
pub(super) fn each_plain(text: &str, each: impl FnMut(u32)) -> bool {
    each_in(&LOOSE, text, |c| plain(lower(c)), each)
}

/// Are two texts the same letters, whatever their case and white space? `None`: one may be
/// decomposed.
pub(super) fn same(a: &str, b: &str) -> Option<bool> {
    let (mut a, mut b) = (a.chars(), b.chars());
    loop {
        match (next_exact(&mut a)?, next_exact(&mut b)?) {
            (None, None) => return Some(true),
            (a, b) if a == b => {}
            // What comes later may be a mark that belongs to this letter.
            _ => return (!a.chain(b).any(is_combining)).then_some(false),
        }
    }
}

/// The next letter in lower case, `Some(None)` at the end; `None`: a mark.
fn next_exact(text: &mut std::str::Chars<'_>) -> Option<Option<u32>> {
    for c in text {
        match EXACT.get(c as usize) {
            Some(&NOTHING) => {}
            Some(&COMBINING) => return None,
            Some(folded) => return Some(Some(u32::from(*folded))),
            None if c.is_whitespace() => {}
            None => return Some(Some(lower(c) as u32)),
        }
    }
    Some(None)
}

fn is_combining(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

fn each_in(table: &[u16], text: &str, other: impl Fn(char) -> Option<char>, mut each: impl FnMut(u32)) -> bool {
    for c in text.chars() {
        match table.get(c as usize) {
            Some(&NOTHING) => {}
            Some(&COMBINING) => return false,
            Some(folded) => each(u32::from(*folded)),
            None if c.is_whitespace() => {}
            None => other(c).into_iter().for_each(|c| each(c as u32)),
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_letter_folds_to_a_sign_of_the_table() {
        for code in 0..LETTERS {
            let Some(c) = char::from_u32(code) else { continue };
            for folded in [Some(lower(c)), plain(lower(c))].into_iter().flatten() {
                assert!((folded as u32) < u32::from(COMBINING), "{code:x}");
            }
        }
    }

    #[test]
    fn the_tables_say_what_letter_by_letter_says() {
        let text = "Nguyễn Thị-Hoà  ĐẶNG ỷ Ỹ \u{2019}x\u{2003}z Ł ß İ";
        let (mut exact, mut loose) = (Vec::new(), Vec::new());
        assert!(each_exact(text, |c| exact.push(c)) && each_plain(text, |c| loose.push(c)));
        let letters = || text.chars().filter(|c| !c.is_whitespace()).map(lower);
        assert_eq!(exact, letters().map(|c| c as u32).collect::<Vec<_>>());
        assert_eq!(loose, letters().filter_map(plain).map(|c| c as u32).collect::<Vec<_>>());
        assert!(!each_plain("Hoa\u{300}", |_| {}));
    }
}
