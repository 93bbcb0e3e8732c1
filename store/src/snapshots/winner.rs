//! A row on its way into the file of its bucket: as bytes, behind what it is sorted by. Only one row at a
//! time is made of them.

use crate::error::{Result, StoreError};
use schemas::CanonicalRecord;
use serde::{Deserialize, Serialize};

/// How a row is written when it has no link key.
const NOTHING: u32 = u32::MAX;

#[derive(Serialize)]
struct Written<'a> {
    #[serde(rename = "a")]
    as_of: &'a str,
    #[serde(rename = "r")]
    row: &'a CanonicalRecord,
}

#[derive(Deserialize)]
struct Read {
    #[serde(rename = "a")]
    as_of: String,
    #[serde(rename = "r")]
    row: CanonicalRecord,
}

/// Appends a row. `as_of`: when it was true.
pub(super) fn write(row: &CanonicalRecord, as_of: &str, out: &mut Vec<u8>) -> Result<()> {
    let text = |text: Option<&str>, out: &mut Vec<u8>| {
        // A record is a few hundred bytes.
        out.extend_from_slice(&text.map_or(NOTHING, |text| text.len() as u32).to_le_bytes());
        out.extend_from_slice(text.unwrap_or_default().as_bytes());
    };
    text(row.record.link_key(), out);
    text(Some(&row.envelope.record_key), out);
    out.extend_from_slice(&row.envelope.part.to_le_bytes());
    let length = out.len();
    out.extend_from_slice(&[0; 4]);
    let written = Written { as_of, row };
    serde_json::to_writer(&mut *out, &written).map_err(|_| StoreError::Corrupt { what: "record" })?;
    let json = (out.len() - length - 4) as u32;
    out[length..length + 4].copy_from_slice(&json.to_le_bytes());
    Ok(())
}

/// A row, and what it is sorted by.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Winner<'a> {
    link_key: Option<&'a str>,
    record_key: &'a str,
    part: u16,
    json: &'a [u8],
}

impl<'a> Winner<'a> {
    /// All rows that stand in `bytes`, in the order of a snapshot.
    pub fn sorted(mut bytes: &'a [u8]) -> Result<Vec<Self>> {
        let mut rows = Vec::new();
        while !bytes.is_empty() {
            rows.push(Self::next(&mut bytes).ok_or(StoreError::Corrupt { what: "spilled record" })?);
        }
        rows.sort_unstable();
        Ok(rows)
    }

    fn next(bytes: &mut &'a [u8]) -> Option<Self> {
        let (link_key, record_key) = (text(bytes)?, text(bytes)??);
        let (part, rest) = bytes.split_first_chunk()?;
        *bytes = rest;
        let json = piece(bytes)??;
        Some(Self { link_key, record_key, part: u16::from_le_bytes(*part), json })
    }

    /// The row, and when it was true.
    pub fn record(&self) -> Result<(CanonicalRecord, String)> {
        let read: Read =
            serde_json::from_slice(self.json).map_err(|_| StoreError::Corrupt { what: "spilled record" })?;
        Ok((read.row, read.as_of))
    }
}

/// `None` where there is no more; `Some(None)`: nothing was written.
fn piece<'a>(bytes: &mut &'a [u8]) -> Option<Option<&'a [u8]>> {
    let (length, rest) = bytes.split_first_chunk()?;
    let length = u32::from_le_bytes(*length);
    let (piece, rest) = rest.split_at_checked(if length == NOTHING { 0 } else { length as usize })?;
    *bytes = rest;
    Some((length != NOTHING).then_some(piece))
}

fn text<'a>(bytes: &mut &'a [u8]) -> Option<Option<&'a str>> {
    piece(bytes)?.map(std::str::from_utf8).transpose().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemas::{Envelope, PersonRecord, Record};

    fn row(link_key: Option<&str>, record_key: &str, part: u16) -> CanonicalRecord {
        let record = PersonRecord {
            personal_id: link_key.map(str::to_owned),
            name: Some("Lò Thị Ánh".into()),
            ..PersonRecord::default()
        };
        let envelope = Envelope {
            record_key: record_key.into(),
            part,
            commune: None,
            version: 3,
            updated_at: None,
            deleted: false,
        };
        CanonicalRecord { envelope, record: Record::Person(record) }
    }

    #[test]
    fn rows_come_back_as_they_were_those_without_a_link_key_first() {
        let ordered = [
            row(None, "a", 0),
            row(None, "b", 7),
            row(Some(""), "a", 1),
            row(Some("099085000001"), "", 0),
            row(Some("099085000001"), "a", 0),
            row(Some("099085000001"), "a", 256),
            row(Some("099085000002"), "a", 2),
        ];
        let mut bytes = Vec::new();
        for at in [3, 0, 6, 5, 1, 4, 2] {
            write(&ordered[at], &format!("2026-11-{at:02}"), &mut bytes).expect("writes");
        }
        let read: Vec<_> =
            Winner::sorted(&bytes).expect("whole").iter().map(|row| row.record().expect("a record")).collect();
        let expected: Vec<_> = (0..).zip(ordered).map(|(at, row)| (row, format!("2026-11-{at:02}"))).collect();
        assert!(read == expected);
        assert!(Winner::sorted(&bytes[..bytes.len() - 1]).is_err(), "a row that ends too early is none");
    }
}
