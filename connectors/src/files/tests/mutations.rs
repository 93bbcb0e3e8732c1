//! Files that nobody meant: no panic, none that takes long, a table or a clear refusal.

use super::super::rows::{Owner, entries};
use super::super::table;
use super::super::templates;
use super::communes;
use super::write::{self, cells};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;
use std::time::{Duration, Instant};

const LIST: &[&str] = &[
    "DANH SÁCH",
    "STT|Số định danh|Họ và tên|Ngày sinh|Giới tính|Mã xã",
    "#1|#99085000123|Nguyễn Văn Mẫu|#20519|Nam|#691",
    "#2|099185000124|Trần Thị Mẫu|03/1962|Nữ|00691",
];

/// A million with `DOISOAT_MUTATIONS=1000000`.
fn inputs(share: u64) -> u64 {
    let all: u64 = std::env::var("DOISOAT_MUTATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(100_000);
    all / share
}

fn mutate(dice: &mut ChaCha8Rng, bytes: &mut Vec<u8>) {
    for _ in 0..dice.random_range(1..8) {
        if bytes.is_empty() {
            return;
        }
        let at = dice.random_range(0..bytes.len());
        match dice.random_range(0..6) {
            0 => bytes[at] = dice.random(),
            1 => bytes[at] ^= 1 << dice.random_range(0..8),
            2 => bytes.truncate(at),
            3 => bytes.insert(at, dice.random()),
            4 => {
                let end = (at + dice.random_range(1..40)).min(bytes.len());
                let piece: Vec<u8> = bytes[at..end].to_vec();
                let to = dice.random_range(0..bytes.len());
                bytes.splice(to..to, piece);
            }
            _ => bytes[at] = [0, 0xff, b'"', b',', b'<', b'&'][dice.random_range(0..6)],
        }
    }
}

fn try_all(original: &[u8], name: &str, count: u64) {
    let shapes: Vec<_> = templates::known().into_iter().map(Arc::new).collect();
    let communes = communes();
    let owner = Owner { partition: "00691", commune: Some("00691"), communes: &communes };
    let (mut slowest, mut read) = (Duration::ZERO, 0u64);
    for seed in 0..count {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let mut bytes = original.to_vec();
        mutate(&mut dice, &mut bytes);
        let began = Instant::now();
        if let Ok(tables) = table::read(bytes, name, 1 << 20, &shapes) {
            read += tables.iter().map(|table| entries(table, owner).len() as u64).sum::<u64>();
        }
        let took = began.elapsed();
        assert!(took < Duration::from_secs(1), "{name}: seed {seed} took {took:?}");
        slowest = slowest.max(took);
    }
    println!("{name}: {count} inputs, {read} rows read, the slowest {slowest:?}");
    assert!(read > 0, "not one mutated file could still be read");
}

#[test]
fn mutated_csv_is_read_or_refused_in_time() {
    try_all(write::csv(&cells(LIST), ';').as_bytes(), "00691.csv", inputs(2));
}

#[test]
fn mutated_xls_is_read_or_refused_in_time() {
    // The library's panics are caught; their messages are of no use here.
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(|info| {
        if std::thread::current().name().is_none_or(|name| !name.contains("mutated_xls")) {
            eprintln!("{info}");
        }
    }));
    try_all(&write::xls(&cells(LIST), false), "00691.xls", inputs(4));
    std::panic::set_hook(before);
}

#[test]
fn mutated_xlsx_is_read_or_refused_in_time() {
    try_all(&write::xlsx(&cells(LIST)), "00691.xlsx", inputs(8));
}

#[test]
fn mutated_ods_is_read_or_refused_in_time() {
    try_all(&write::ods(&cells(LIST)), "00691.ods", inputs(8));
}
