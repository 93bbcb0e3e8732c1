//! Similarity of short texts, letter by letter.

/// One letter more, less, other, or two neighbours exchanged.
pub fn one_edit(a: &[u8], b: &[u8]) -> bool {
    let (a, b) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if b.len() - a.len() > 1 {
        return false;
    }
    let begin = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    if a.len() != b.len() {
        return a[begin..] == b[begin + 1..];
    }
    match a.len() - begin {
        0 | 1 => true,
        _ => {
            a[begin + 1..] == b[begin + 1..]
                || (a[begin] == b[begin + 1] && a[begin + 1] == b[begin] && a[begin + 2..] == b[begin + 2..])
        }
    }
}

/// The same for two different words of eight letters each.
pub fn one_edit_of_eight(a: u64, b: u64) -> bool {
    let other = a ^ b;
    let (first, last) = (other.leading_zeros() / 8, other.trailing_zeros() / 8);
    match 7 - last - first {
        0 => true,
        // Two neighbours, each where the other was.
        1 => {
            let two = |word: u64| (word >> (8 * last)) as u16;
            two(a) == two(b).swap_bytes()
        }
        _ => false,
    }
}

/// Similarity after Jaro and Winkler, from 0 to 1.
pub fn jaro_winkler(a: &[u8], b: &[u8]) -> f64 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let window = (a.len().max(b.len()) / 2).saturating_sub(1);
    let mut taken = [false; 64];
    let mut taken_long;
    let taken: &mut [bool] = if b.len() <= 64 {
        &mut taken[..b.len()]
    } else {
        taken_long = vec![false; b.len()];
        &mut taken_long
    };
    let mut short = [0u8; 64];
    let mut long;
    let matched: &mut [u8] = if a.len() <= 64 {
        &mut short
    } else {
        long = vec![0; a.len()];
        &mut long
    };
    let mut found = 0;
    for (i, c) in a.iter().enumerate() {
        let from = i.saturating_sub(window);
        let to = (i + window + 1).min(b.len());
        if let Some(j) = (from..to).find(|j| !taken[*j] && b[*j] == *c) {
            taken[j] = true;
            matched[found] = *c;
            found += 1;
        }
    }
    if found == 0 {
        return 0.0;
    }
    let matched = &matched[..found];
    let others = b.iter().zip(taken.iter()).filter(|(_, taken)| **taken).map(|(c, _)| c);
    let moved = matched.iter().zip(others).filter(|(x, y)| x != y).count() / 2;
    let m = matched.len() as f64;
    let jaro = (m / a.len() as f64 + m / b.len() as f64 + (m - moved as f64) / m) / 3.0;
    let prefix = a.iter().zip(b).take(4).take_while(|(x, y)| x == y).count();
    jaro + prefix as f64 * 0.1 * (1.0 - jaro)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pairs that are printed with the measure, and one longer than the short tables.
    #[test]
    fn jaro_and_winklers_own_examples_come_out_as_printed() {
        for (a, b, printed) in [
            ("MARTHA", "MARHTA", 0.9611),
            ("DWAYNE", "DUANE", 0.84),
            ("DIXON", "DICKSONX", 0.8133),
            ("SAME", "SAME", 1.0),
            ("ABC", "XYZ", 0.0),
            ("", "A", 0.0),
        ] {
            let found = jaro_winkler(a.as_bytes(), b.as_bytes());
            assert!((found - printed).abs() < 5e-5, "{a} {b}: {found}");
        }
        let (long, other) = ("ab".repeat(50), "ab".repeat(49) + "ba");
        let found = jaro_winkler(long.as_bytes(), other.as_bytes());
        // All letters found, one exchange of a hundred, four letters in front.
        let jaro = (1.0 + 1.0 + 0.99) / 3.0;
        assert!((found - (jaro + 0.4 * (1.0 - jaro))).abs() < 1e-9, "{found}");
    }

    #[test]
    fn words_of_eight_letters_are_compared_at_once_as_letter_by_letter() {
        let word = |letters: &[u8; 8]| u64::from_be_bytes(*letters);
        let mut all: Vec<[u8; 8]> = vec![*b"19850305"];
        for _ in 0..2 {
            for letters in all.clone() {
                for at in 0..8 {
                    let mut other = letters;
                    other[at] = b'7';
                    all.push(other);
                    other = letters;
                    other.swap(at, (at + 1) % 8);
                    all.push(other);
                }
            }
        }
        for a in &all {
            for b in all.iter().filter(|b| *b != a) {
                assert_eq!(one_edit_of_eight(word(a), word(b)), one_edit(a, b), "{a:?} {b:?}");
            }
        }
    }
}
