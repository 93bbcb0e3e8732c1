//! Vietnamese text before Unicode: decoded, encoded and recognised.
//!
//! Offices still keep lists in the encodings of the nineties, often without knowing it: the file
//! looks right because a font (`.VnTime`, `VNI-Times`) draws its bytes as Vietnamese letters.
//!
//! * [`decode`] and [`encode`] know UTF-8, UTF-16, windows-1258, TCVN3 (ABC, with the capitals of
//!   TCVN 5712-1), VNI and VISCII. Decoding answers `None` rather than dropping a byte.
//! * [`recognise`] says which of them a file is in, by the evidence of valid and of frequent
//!   Vietnamese syllables, with a confidence, and says that it does not know rather than guess.
//! * [`recognise_cells`] does the same for text that is Unicode by form and an old font by meaning:
//!   a workbook's cell `NguyÔn` is `Nguyễn` in TCVN3.
//!
//! ```
//! use connectors::viet_text::{Encoding, decode, recognise};
//!
//! let bytes = b"Nguy\xd4n V\xa8n M\xc9u, x\xb7 Hi\xd6p H\xdfa";
//! let found = recognise(bytes);
//! assert_eq!(found.encoding, Some(Encoding::Tcvn3));
//! assert_eq!(decode(bytes, Encoding::Tcvn3).as_deref(), Some("Nguyễn Văn Mẫu, xã Hiệp Hòa"));
//! ```
//!
//! What is lost for good: a TCVN3 font of capitals (`.VnTimeH`) draws the codes of small letters as
//! capitals, so a capital with a tone mark is a small letter in the file. Where the letters around
//! it are capitals it is made one again; the `Á` of a lone `Ánh` stays small.
//!
//! The module stands alone: it uses the standard library and `unicode-normalization`.

mod cells;
mod encoding;
mod evidence;
mod frequent;
mod recognise;
mod syllable;
mod tables;
mod tcvn3;
mod vni;
mod windows_1258;
mod words;

pub use cells::{Cells, decode_cell, recognise_cells};
pub use encoding::{Encoding, decode, encode};
pub use recognise::{Recognition, recognise};
pub use syllable::is_syllable;

#[cfg(test)]
mod tests;
