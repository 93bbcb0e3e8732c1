//! Letters folded beforehand: every name of a province is hashed, and Vietnamese has few letters.

use super::fold::{is_mark, letter, lower};
use std::sync::LazyLock;
use unicode_normalization::char::compose;

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

/// Are two texts the same letters, whatever their case, white space and composition? `None`: a
/// letter has marks that make no one letter with it, which is for a library to judge.
pub(super) fn same(a: &str, b: &str) -> Option<bool> {
    if differ_in_case_only(a.as_bytes(), b.as_bytes()) {
        return Some(true);
    }
    let (mut a, mut b) = (Letters::of(a), Letters::of(b));
    loop {
        match (a.next_exact()?, b.next_exact()?) {
            (None, None) => return Some(true),
            (x, y) if x == y => {}
            _ => return Some(false),
        }
    }
}

/// Letters in lower case, composed.
struct Letters<'a> {
    rest: std::str::Chars<'a>,
    /// The letter that comes next, where it was looked at already.
    next: Option<char>,
}

impl<'a> Letters<'a> {
    fn of(text: &'a str) -> Self {
        Self { rest: text.chars(), next: None }
    }

    /// `Some(None)` at the end; `None`: marks that make no one letter.
    fn next_exact(&mut self) -> Option<Option<u32>> {
        while let Some(mut c) = self.next.take().or_else(|| self.rest.next()) {
            self.next = self.rest.next();
            while let Some(mark) = self.next.filter(|c| is_combining(*c)) {
                c = compose(c, mark)?;
                self.next = self.rest.next();
            }
            match EXACT.get(c as usize) {
                Some(&NOTHING) => {}
                // A mark without a letter.
                Some(&COMBINING) => return None,
                Some(folded) => return Some(Some(u32::from(*folded))),
                None if c.is_whitespace() => {}
                None => return Some(Some(lower(c) as u32)),
            }
        }
        Some(None)
    }
}

/// The usual case, byte by byte: a name that one source writes in capitals. `false` says nothing.
///
/// Up to the first byte that is not understood both texts have the same letters at the same places,
/// so the bytes before one are of the same letter in both.
fn differ_in_case_only(a: &[u8], b: &[u8]) -> bool {
    let before = |at: usize, by: usize| at.checked_sub(by).map_or(0, |at| a[at]);
    let same = |at: usize, (x, y): (u8, u8)| {
        let (capital, apart) = (x.min(y), x ^ y);
        match (apart, before(at, 1)) {
            (0, _) => true,
            (0x20, 0xc3) => matches!(capital, 0x80..=0x96 | 0x98..=0x9e),
            (0x20, _) => capital.is_ascii_uppercase(),
            // Ă, Đ.
            (0x01, 0xc4) => matches!(capital, 0x82 | 0x90),
            // Ơ.
            (0x01, 0xc6) => capital == 0xa0,
            // Ư and ư: 0xaf and 0xb0.
            (0x1f, 0xc6) => capital == 0xaf,
            // The letters with marks of Vietnamese: U+1EA0 to U+1EF9, capitals even.
            (0x01, 0xba) => before(at, 2) == 0xe1 && capital >= 0xa0,
            (0x01, 0xbb) => before(at, 2) == 0xe1 && capital <= 0xb8,
            _ => false,
        }
    };
    a.len() == b.len() && a.iter().zip(b).enumerate().all(|(at, (x, y))| same(at, (*x, *y)))
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
    fn a_letter_and_its_capital_differ_in_case_only_and_no_two_others_do() {
        let letters: Vec<char> = (0..0x1f00).filter_map(char::from_u32).filter(|c| !is_combining(*c)).collect();
        let vietnamese = "ĂÂĐÊÔƠƯÀÁẢÃẠẰẮẲẴẶẦẤẨẪẬÈÉẺẼẸỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌỒỐỔỖỘỜỚỞỠỢÙÚỦŨỤỪỨỬỮỰỲÝỶỸỴ";
        let text = |c: char| format!("Mẫu {c}n");
        let differ = |a: char, b: char| differ_in_case_only(text(a).as_bytes(), text(b).as_bytes());
        for capital in ('A'..='Z').chain(vietnamese.chars()) {
            // Ĩ and Ũ stand in blocks of their own and take the long way.
            let is_quick = !matches!(capital, 'Ĩ' | 'Ũ');
            assert_eq!(differ(capital, lower(capital)), is_quick, "{capital}");
            assert_eq!(differ(lower(capital), capital), is_quick, "{capital}");
        }
        for (at, a) in letters.iter().enumerate() {
            for b in &letters[at.saturating_sub(0x60)..at] {
                assert!(!differ(*a, *b) || lower(*a) == lower(*b), "{a:?} {b:?}");
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
