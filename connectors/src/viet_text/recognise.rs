//! Which encoding a file is in.

use super::encoding::{Encoding, decode};
use super::evidence::{NOTHING_KNOWN, likelihood};
use super::words::tokens;

/// Less than this and the answer is "don't know".
pub(super) const CERTAIN: f64 = 0.95;
/// Bytes that are looked at.
const LOOKED_AT: usize = 1 << 17;

/// Letters beyond ASCII that all are valid UTF-8.
const SURELY_UTF8: usize = 12;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recognition {
    /// `None`: it is none of ours, or the evidence does not tell which.
    pub encoding: Option<Encoding>,
    /// Of the most likely encoding, 0 to 1.
    pub confidence: f64,
    /// Different words that were evidence; 0: the text is plain ASCII or has a byte-order mark.
    pub words: usize,
}

impl Recognition {
    fn certain(encoding: Encoding) -> Self {
        Self { encoding: Some(encoding), confidence: 1.0, words: 0 }
    }
}

/// Recognises the encoding of a file from its bytes.
pub fn recognise(bytes: &[u8]) -> Recognition {
    if bytes.starts_with(b"\xef\xbb\xbf") && std::str::from_utf8(bytes).is_ok() {
        return Recognition::certain(Encoding::Utf8);
    }
    for (mark, encoding) in [(b"\xff\xfe", Encoding::Utf16Le), (b"\xfe\xff", Encoding::Utf16Be)] {
        if bytes.starts_with(mark) && decode(bytes, encoding).is_some() {
            return Recognition::certain(encoding);
        }
    }
    if let Some(encoding) = bare_utf16(bytes) {
        return Recognition::certain(encoding);
    }
    if bytes.is_ascii() {
        return Recognition::certain(Encoding::Utf8);
    }
    // No one-byte text makes so many letters of several bytes by chance. What they mean, Vietnamese
    // or an old font's letters, is another question.
    if std::str::from_utf8(bytes).is_ok_and(|text| text.chars().filter(|c| !c.is_ascii()).count() >= SURELY_UTF8) {
        return Recognition::certain(Encoding::Utf8);
    }
    let mut candidates =
        vec![(Encoding::Tcvn3, 0.3), (Encoding::Vni, 0.3), (Encoding::Windows1258, 0.2), (Encoding::Viscii, 0.1)];
    if std::str::from_utf8(bytes).is_ok() {
        // Hardly any text of another encoding is valid UTF-8 by chance.
        candidates.iter_mut().for_each(|(_, prior)| *prior *= 0.01);
        candidates.push((Encoding::Utf8, 0.9));
    }
    let mut end = bytes.len().min(LOOKED_AT);
    while end < bytes.len() && !bytes[end - 1].is_ascii_whitespace() && end > 1 {
        end -= 1;
    }
    decide(tokens(std::iter::once(&bytes[..end])).into_iter(), &candidates)
}

/// The posterior over the candidates and "none of them", each with its prior.
pub(super) fn decide<'a>(words: impl Iterator<Item = &'a [u8]>, candidates: &[(Encoding, f64)]) -> Recognition {
    let mut sums: Vec<f64> = candidates.iter().map(|(_, prior)| prior.ln()).collect();
    let mut none = 0.1f64.ln();
    let mut count = 0;
    for word in words {
        count += 1;
        none += NOTHING_KNOWN;
        for (sum, (encoding, _)) in sums.iter_mut().zip(candidates) {
            // A byte that the encoding has not is worse than a word that is no syllable.
            *sum += decode(word, *encoding).map_or(2.0 * NOTHING_KNOWN, |text| likelihood(&text));
        }
    }
    let most = sums.iter().copied().fold(none, f64::max);
    let total: f64 = sums.iter().chain([&none]).map(|sum| (sum - most).exp()).sum();
    let best = sums.iter().zip(candidates).max_by(|a, b| a.0.total_cmp(b.0));
    let Some((sum, (encoding, _))) = best else { return Recognition { encoding: None, confidence: 0.0, words: count } };
    let confidence = (sum - most).exp() / total;
    Recognition { encoding: (confidence >= CERTAIN).then_some(*encoding), confidence, words: count }
}

/// UTF-16 without a mark: every second byte of separators, digits and Latin letters is zero, and
/// no text of a one-byte encoding holds a zero.
fn bare_utf16(bytes: &[u8]) -> Option<Encoding> {
    if bytes.len() < 4 || bytes.len() % 2 == 1 {
        return None;
    }
    let looked_at = &bytes[..bytes.len().min(LOOKED_AT)];
    let zeros = |at: usize| looked_at.as_chunks::<2>().0.iter().filter(|pair| pair[at] == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let (encoding, many, few) =
        if odd > even { (Encoding::Utf16Le, odd, even) } else { (Encoding::Utf16Be, even, odd) };
    // Before the whole file is decoded: nearly every file fails here.
    if many * 4 < looked_at.len() / 2 || few > 0 {
        return None;
    }
    let text = decode(bytes, encoding)?;
    let plain = text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'));
    plain.then_some(encoding)
}
