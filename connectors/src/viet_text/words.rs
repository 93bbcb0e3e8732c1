//! The tokens of a text that tell its encoding: runs of letters with a byte beyond ASCII.

use std::collections::BTreeSet;

/// Different tokens that are looked at: more tell nothing new.
const ENOUGH: usize = 400;
/// Longer runs are no words.
const LONGEST: usize = 24;

/// Different tokens in order of bytes; a word that is in every row counts once.
pub fn tokens<'a>(texts: impl Iterator<Item = &'a [u8]>) -> BTreeSet<&'a [u8]> {
    let mut found = BTreeSet::new();
    for text in texts {
        for token in text.split(|byte| byte.is_ascii() && !byte.is_ascii_alphabetic()) {
            if token.len() <= LONGEST && !token.is_ascii() {
                found.insert(token);
                if found.len() >= ENOUGH {
                    return found;
                }
            }
        }
    }
    found
}
