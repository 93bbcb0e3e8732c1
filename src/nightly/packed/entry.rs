//! One finding as bytes, with what is asked of it before it is read whole.

use super::failed;
use crate::problem::Problem;
use reconcile::engine::export_line;
use schemas::{Finding, FindingKind};
use std::str::FromStr;
use store::ledger::{FindingLine, body_hash};

/// Bytes of a length.
const LENGTH: usize = 4;
/// The end of a text, before every letter; where a source serves such a byte it is marked.
const END: [u8; 2] = [0, 0];
const NO_END: [u8; 2] = [0, 0xff];

/// One finding in a block: its place in the order, what is counted of it, and its line.
pub(super) struct Entry<'a> {
    /// Kind, subject, field and source, each with [`END`].
    pub order: &'a [u8],
    pub unit: &'a [u8],
    /// Records of its own source that it speaks of.
    pub records: u64,
    /// As the ledger names it.
    pub identity: [u8; 12],
    pub line: &'a [u8],
    /// Of its body in the ledger: the line without its end.
    pub hash: [u8; 12],
}

fn with_length(out: &mut Vec<u8>, write: &mut dyn FnMut(&mut Vec<u8>)) {
    let at = out.len();
    out.extend_from_slice(&[0; LENGTH]);
    write(out);
    let length = (out.len() - at - LENGTH) as u32;
    out[at..at + LENGTH].copy_from_slice(&length.to_le_bytes());
}

pub(super) fn write(finding: &Finding, out: &mut Vec<u8>) {
    let (kind, subject, field, source) = finding.sort_key();
    let records = finding.values.iter().filter(|value| value.source == finding.source).count() as u32;
    with_length(out, &mut |out| {
        for text in [kind, subject, field, source] {
            for (at, piece) in text.as_bytes().split(|byte| *byte == 0).enumerate() {
                out.extend_from_slice(if at > 0 { &NO_END } else { &[] });
                out.extend_from_slice(piece);
            }
            out.extend_from_slice(&END);
        }
    });
    with_length(out, &mut |out| out.extend_from_slice(finding.unit.as_deref().unwrap_or_default().as_bytes()));
    with_length(out, &mut |out| out.extend_from_slice(&records.to_le_bytes()));
    out.extend_from_slice(&Finding::identity([kind, subject, field, source].map(str::as_bytes)));
    let line = out.len() + LENGTH;
    with_length(out, &mut |out| export_line(finding, out));
    let hash = body_hash(out[line..].strip_suffix(b"\n").unwrap_or_default());
    out.extend_from_slice(&hash);
}

/// The next piece with its length before it.
fn piece<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = bytes.split_first_chunk::<LENGTH>()?;
    let (piece, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    *bytes = rest;
    Some(piece)
}

pub(super) fn read<'a>(bytes: &mut &'a [u8]) -> Option<Entry<'a>> {
    let (order, unit, records) = (piece(bytes)?, piece(bytes)?, piece(bytes)?);
    let (identity, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    let line = piece(bytes)?;
    let (hash, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    let records = u32::from_le_bytes(records.try_into().ok()?).into();
    Some(Entry { order, unit, records, identity: *identity, line, hash: *hash })
}

impl Entry<'_> {
    fn text(bytes: &[u8]) -> Result<&str, Problem> {
        std::str::from_utf8(bytes).map_err(|_| failed("a text"))
    }

    /// Kind and source.
    pub fn kind_and_source(&self) -> Result<(FindingKind, &str), Problem> {
        // Our own words: neither holds an end.
        let texts = self.order.strip_suffix(&END).unwrap_or_default();
        let kind = texts.split(|byte| *byte == 0).next().map(Self::text).transpose()?;
        let kind = kind.and_then(|text| FindingKind::from_str(text).ok());
        let source = texts.rsplit(|byte| *byte == 0).next().map(Self::text).transpose()?;
        kind.zip(source).ok_or_else(|| failed("an order"))
    }

    pub fn unit(&self) -> Result<Option<&str>, Problem> {
        Ok(Some(Self::text(self.unit)?).filter(|unit| !unit.is_empty()))
    }

    /// Its body is the line without its end, of which it has the hash.
    pub fn for_ledger(&self) -> Result<FindingLine, Problem> {
        let body = self.line.strip_suffix(b"\n").unwrap_or(self.line).to_vec();
        Ok(FindingLine { identity: self.identity, hash: self.hash, body })
    }

    pub fn finding(&self) -> Result<Finding, Problem> {
        serde_json::from_slice(self.line).map_err(|_| failed("a finding"))
    }
}
