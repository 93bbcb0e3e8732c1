//! Bytes that nobody meant: no panic, no input that takes long.

use super::lists;
use crate::viet_text::{Encoding, decode, encode, recognise, recognise_cells};
use rand::RngExt;
use std::time::{Duration, Instant};

/// A million with `DOISOAT_MUTATIONS=1000000`.
fn inputs() -> u64 {
    std::env::var("DOISOAT_MUTATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(100_000)
}

#[test]
fn a_hundred_thousand_mutated_texts_are_decoded_or_refused_in_time() {
    let mut slowest = Duration::ZERO;
    for seed in 0..inputs() {
        let mut dice = lists::dice(seed);
        let encoding = Encoding::ALL[dice.random_range(0..Encoding::ALL.len())];
        let mut bytes = encode(&lists::name(&mut dice), encoding).expect("written");
        for _ in 0..dice.random_range(1..6) {
            let at = dice.random_range(0..bytes.len());
            match dice.random_range(0..3) {
                0 => bytes[at] = dice.random(),
                1 => bytes.truncate(at + 1),
                _ => bytes.insert(at, dice.random()),
            }
        }
        let began = Instant::now();
        let found = recognise(&bytes);
        assert!(found.confidence.is_finite(), "seed {seed}");
        for encoding in Encoding::ALL {
            decode(&bytes, encoding);
        }
        if let Ok(text) = std::str::from_utf8(&bytes) {
            recognise_cells([text].into_iter());
        }
        let took = began.elapsed();
        assert!(took < Duration::from_secs(1), "seed {seed} took {took:?}");
        slowest = slowest.max(took);
    }
    println!("{} inputs, the slowest {slowest:?}", inputs());
}

#[test]
fn a_large_text_of_one_word_is_recognised_in_time() {
    for bytes in [vec![0xd4; 8 << 20], b"Nguy\xd4n ".repeat(1 << 20)] {
        let began = Instant::now();
        recognise(&bytes);
        assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    }
}
