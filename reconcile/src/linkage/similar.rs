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

    /// All words of up to four letters out of three, against the definition.
    #[test]
    fn one_edit_is_one_letter_more_less_other_or_two_exchanged() {
        let mut words: Vec<Vec<u8>> = vec![Vec::new()];
        for _ in 0..4 {
            let longer = words.iter().flat_map(|word| b"abc".iter().map(move |c| [word.as_slice(), &[*c]].concat()));
            words = words.iter().cloned().chain(longer).collect();
            words.sort();
            words.dedup();
        }
        let without = |word: &[u8], at: usize| [&word[..at], &word[at + 1..]].concat();
        for a in &words {
            for b in words.iter().filter(|b| *b != a) {
                let less = |a: &[u8], b: &[u8]| (0..a.len()).any(|at| without(a, at) == b);
                let same = a.len() == b.len();
                let other = same && (0..a.len()).any(|at| without(a, at) == without(b, at));
                let exchanged = same
                    && (1..a.len()).any(|at| {
                        let mut a = a.clone();
                        a.swap(at - 1, at);
                        a == *b
                    });
                let expected = less(a, b) || less(b, a) || other || exchanged;
                assert_eq!(one_edit(a, b), expected, "{a:?} {b:?}");
            }
        }
    }

    /// Against the definition, written down slowly: letters match within half the longer word.
    #[test]
    fn jaro_and_winkler_is_as_defined_for_short_words_and_for_long_ones() {
        fn slowly(a: &[u8], b: &[u8]) -> f64 {
            let window = (a.len().max(b.len()) / 2).max(1) - 1;
            let mut partner = vec![None; b.len()];
            for (i, c) in a.iter().enumerate() {
                let near = (0..b.len()).find(|j| partner[*j].is_none() && b[*j] == *c && i.abs_diff(*j) <= window);
                if let Some(j) = near {
                    partner[j] = Some(i);
                }
            }
            let mut of_a: Vec<usize> = partner.iter().flatten().copied().collect();
            let of_b: Vec<u8> = (0..b.len()).filter(|j| partner[*j].is_some()).map(|j| b[j]).collect();
            of_a.sort_unstable();
            let m = of_a.len() as f64;
            if m == 0.0 {
                return 0.0;
            }
            let moved = of_a.iter().zip(&of_b).filter(|(i, c)| a[**i] != **c).count() / 2;
            let jaro = (m / a.len() as f64 + m / b.len() as f64 + (m - moved as f64) / m) / 3.0;
            let front = a.iter().zip(b).take_while(|(x, y)| x == y).count().min(4) as f64;
            jaro + front * 0.1 * (1.0 - jaro)
        }
        let mut state = 1u64;
        let mut below = |end: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % end
        };
        for _ in 0..3_000 {
            let mut word = |longest: u64| -> Vec<u8> { (0..below(longest)).map(|_| b'a' + below(5) as u8).collect() };
            for longest in [8, 70, 66] {
                let (a, b) = (word(longest), word(longest));
                assert!((jaro_winkler(&a, &b) - slowly(&a, &b)).abs() < 1e-12, "{a:?} {b:?}");
            }
        }
        let word = |count: usize| vec![b'a'; count];
        for count in [63, 64, 65] {
            assert_eq!(jaro_winkler(&word(count), &word(count)), 1.0);
        }
    }
}
