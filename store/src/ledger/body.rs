//! How the body of a finding is kept: as JSON in PostgreSQL, packed in SQLite.
//!
//! Nearly all of a body are the same words as in every other, and SQLite writes each byte twice. So it is
//! compressed there with a dictionary of those words: each body alone, so that one finding is read, changed
//! and forgotten without any other. What a ledger kept as JSON before stays as it is until it changes.

use crate::error::{Result, StoreError};
use sqlx::{Database, Decode, Encode, Postgres, Sqlite, Type};
use std::sync::LazyLock;
use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};

/// Our own words, and no value of anybody: `scripts/finding_dictionary.py`. What was packed with it is read with
/// it for ever. Packed bodies name it by its number: a better one is another file with another number.
const WORDS: &[u8] = include_bytes!("body.dictionary");
/// Higher ones take more time than they save.
const EFFORT: i32 = 1;
/// Far more than a body is: what claims to be larger is not ours.
const LARGEST: usize = 64 << 20;

static PACKING: LazyLock<EncoderDictionary<'static>> = LazyLock::new(|| EncoderDictionary::copy(WORDS, EFFORT));
static UNPACKING: LazyLock<DecoderDictionary<'static>> = LazyLock::new(|| DecoderDictionary::copy(WORDS));

fn corrupt<E>(_: E) -> StoreError {
    StoreError::Corrupt { what: "finding" }
}

/// Packs one body after the other.
pub(super) struct Packer(Compressor<'static>);

impl Packer {
    pub fn new() -> Result<Self> {
        Compressor::with_prepared_dictionary(&PACKING).map(Self).map_err(corrupt)
    }

    pub fn pack(&mut self, json: &[u8]) -> Result<Vec<u8>> {
        self.0.compress(json).map_err(corrupt)
    }
}

/// The JSON of a body, however it is kept.
pub(super) fn unpacked(kept: Vec<u8>) -> Result<Vec<u8>> {
    if kept.first() == Some(&b'{') {
        return Ok(kept);
    }
    let size = zstd::zstd_safe::get_frame_content_size(&kept).map_err(corrupt)?.unwrap_or_default();
    let size = usize::try_from(size).ok().filter(|size| *size <= LARGEST).ok_or_else(|| corrupt(()))?;
    Decompressor::with_prepared_dictionary(&UNPACKING)
        .and_then(|mut unpacker| unpacker.decompress(&kept, size))
        .map_err(corrupt)
}

/// A database with its way to keep a body.
pub(super) trait KeepsBodies: Database {
    type Kept: Type<Self> + for<'q> Encode<'q, Self> + for<'r> Decode<'r, Self> + Send + Unpin + 'static;
    fn kept(json: Vec<u8>) -> Result<Self::Kept>;
    fn json(kept: Self::Kept) -> Result<Vec<u8>>;
}

impl KeepsBodies for Sqlite {
    type Kept = Vec<u8>;

    fn kept(json: Vec<u8>) -> Result<Vec<u8>> {
        Packer::new()?.pack(&json)
    }

    fn json(kept: Vec<u8>) -> Result<Vec<u8>> {
        unpacked(kept)
    }
}

impl KeepsBodies for Postgres {
    type Kept = String;

    fn kept(json: Vec<u8>) -> Result<String> {
        String::from_utf8(json).map_err(corrupt)
    }

    fn json(kept: String) -> Result<Vec<u8>> {
        Ok(kept.into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn a_body_that_was_packed_is_the_same_and_one_that_was_not_is_left() {
        let long = format!("{{\"explanation_vi\":\"{}\"}}", "Nguyễn Thị Ánh ".repeat(5000));
        for json in ["{}", "{\"kind\":\"NAME_DIFF\",\"severity\":\"stop\"}", &long] {
            let packed = Sqlite::kept(json.into()).expect("packs");
            assert_ne!(packed.first(), Some(&b'{'));
            assert_eq!(Sqlite::json(packed).expect("unpacks"), json.as_bytes());
            assert_eq!(Sqlite::json(json.into()).expect("JSON of before"), json.as_bytes());
            assert_eq!(Postgres::json(Postgres::kept(json.into()).expect("text")).expect("text"), json.as_bytes());
        }
    }

    #[test]
    fn our_own_words_cost_next_to_nothing() {
        let json = "\"next_step_en\":\"Accept the case. Write the name as Population has it; ask the agency that keeps \
                    Commune file to align it when convenient.\"}";
        let packed = Sqlite::kept(json.into()).expect("packs");
        assert!(packed.len() * 4 < json.len(), "{} of {}", packed.len(), json.len());
    }

    #[test]
    fn what_nobody_packed_is_no_body() {
        let whole = Sqlite::kept(b"{\"kind\":\"NAME_DIFF\"}".to_vec()).expect("packs");
        for bytes in [&b""[..], b"not packed", &whole[..whole.len() - 1]] {
            assert!(Sqlite::json(bytes.to_vec()).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn the_dictionary_is_the_one_that_ledgers_were_written_with() {
        assert_eq!(
            hex::encode(Sha256::digest(WORDS)),
            "592fb38151bcd99e386b222afec480fd2cae0cd11fb04f6713e4c5bc2f53bd37"
        );
    }
}
