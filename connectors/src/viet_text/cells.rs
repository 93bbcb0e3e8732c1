//! Text that is Unicode by form and an old font by meaning: each byte of TCVN3 or VNI became the
//! Western character of that byte when it was pasted, or saved as a workbook.

use super::encoding::{Encoding, decode};
use super::evidence::{NOTHING_KNOWN, likelihood};
use super::recognise::CERTAIN;
use super::tables::WINDOWS_1252_LOW;
use super::words::tokens;

/// What the cells of one column are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cells {
    /// Unicode, or nothing but ASCII.
    Unicode,
    /// Written for a font of this encoding, with the confidence.
    Font(Encoding, f64),
    /// Not Vietnamese as it is, and no font is likely enough.
    Unknown,
}

/// Most lists are Unicode, so that must be unlikely before a font is believed. UTF-8 here is text
/// that was read as Western once too often.
const PRIORS: [(Encoding, f64); 5] = [
    (Encoding::Tcvn3, 0.06),
    (Encoding::Vni, 0.06),
    (Encoding::Utf8, 0.02),
    (Encoding::Viscii, 0.005),
    (Encoding::Windows1258, 0.005),
];
const UNICODE: f64 = 0.85;

/// Recognises what a column's cells are.
pub fn recognise_cells<'a>(cells: impl Iterator<Item = &'a str>) -> Cells {
    // Cells are read again as bytes; one with a letter that no Western program makes is Unicode.
    let (mut western, mut proper): (Vec<Vec<u8>>, Vec<&str>) = (Vec::new(), Vec::new());
    for cell in cells.filter(|cell| !cell.is_ascii()) {
        match western_bytes(cell) {
            Some(bytes) => western.push(bytes),
            None => proper.push(cell),
        }
    }
    if western.is_empty() {
        return Cells::Unicode;
    }
    let as_unicode = tokens(proper.iter().map(|cell| cell.as_bytes()));
    let evidence_of_unicode: f64 =
        as_unicode.iter().filter_map(|token| std::str::from_utf8(token).ok()).map(likelihood).sum();
    // The same cells in an old font would be something nobody can read.
    let against = as_unicode.len() as f64 * NOTHING_KNOWN * 1.3;
    let mut unicode = UNICODE.ln() + evidence_of_unicode;
    let mut none = 0.05f64.ln() + against.max(as_unicode.len() as f64 * NOTHING_KNOWN);
    let mut fonts: Vec<f64> = PRIORS.iter().map(|(_, prior)| prior.ln() + against).collect();
    for token in tokens(western.iter().map(Vec::as_slice)) {
        unicode += likelihood(&western_text(token));
        none += NOTHING_KNOWN;
        for (sum, (encoding, _)) in fonts.iter_mut().zip(&PRIORS) {
            *sum += decode(token, *encoding).map_or(2.0 * NOTHING_KNOWN, |text| likelihood(&text));
        }
    }
    let most = fonts.iter().copied().fold(unicode.max(none), f64::max);
    let total: f64 = fonts.iter().chain([&unicode, &none]).map(|sum| (sum - most).exp()).sum();
    let share = |sum: f64| (sum - most).exp() / total;
    if share(unicode) >= 0.5 {
        return Cells::Unicode;
    }
    let best = fonts.iter().zip(&PRIORS).max_by(|a, b| a.0.total_cmp(b.0));
    match best {
        Some((sum, (encoding, _))) if share(*sum) >= CERTAIN => Cells::Font(*encoding, share(*sum)),
        _ => Cells::Unknown,
    }
}

/// The text of a cell that was written for a font. `None`: it holds a letter that such a cell
/// cannot hold, so it stays as it is.
pub fn decode_cell(cell: &str, encoding: Encoding) -> Option<String> {
    if cell.is_ascii() {
        return None;
    }
    decode(&western_bytes(cell)?, encoding)
}

/// The bytes that a Western program shows as these characters.
fn western_bytes(text: &str) -> Option<Vec<u8>> {
    text.chars()
        .map(|c| match u32::from(c) {
            code @ 0..=0xff => u8::try_from(code).ok(),
            _ => WINDOWS_1252_LOW.chars().position(|western| western == c).map(|at| at as u8 + 0x80),
        })
        .collect()
}

fn western_text(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|byte| match byte {
            0x80..=0x9f => WINDOWS_1252_LOW.chars().nth(usize::from(byte - 0x80)).unwrap_or('\u{fffd}'),
            _ => char::from(*byte),
        })
        .collect()
}
