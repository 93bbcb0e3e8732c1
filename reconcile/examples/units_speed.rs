//! How fast addresses are read: `cargo run --release --example units_speed -- 1000000`.
//!
//! The addresses of `tests/data/old_addresses.csv` (18 kinds of writing), over and over in an order
//! that a seed decides, on one core. The tokens of every text are read afresh; nothing is cached
//! between two addresses.

use config::units::Units;
use reconcile::units::{Learned, Query, Resolver, Scratch, Status};
use std::collections::BTreeMap;
use std::time::Instant;

fn memory_mb(field: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(field))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kb| kb / 1024)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let wanted: usize = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/old_addresses.csv");
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_path(file)?;
    let mut addresses = Vec::new();
    for record in reader.records() {
        let record = record?;
        addresses.push((record[1].to_owned(), record[5].to_owned()));
    }
    let before = memory_mb("VmRSS").unwrap_or_default();
    let start = Instant::now();
    let resolver = {
        let units = Units::embedded()?;
        Resolver::new(&units)
    };
    println!("catalogue and resolver: {:?}, {} MB", start.elapsed(), memory_mb("VmRSS").unwrap_or_default() - before);
    let (learned, mut scratch) = (Learned::default(), Scratch::default());

    let mut by_kind: BTreeMap<&str, (u32, f64)> = BTreeMap::new();
    for (address, kind) in &addresses {
        let start = Instant::now();
        let query = Query { text: Some(address), ..Query::default() };
        std::hint::black_box(resolver.resolve_with(&query, &learned, &mut scratch));
        let entry = by_kind.entry(kind).or_default();
        entry.0 += 1;
        entry.1 += start.elapsed().as_secs_f64();
    }
    for (kind, (count, seconds)) in by_kind {
        println!("{kind:<34}{:>10.1} us each", seconds * 1e6 / f64::from(count));
    }

    let mut statuses: BTreeMap<Status, u32> = BTreeMap::new();
    let mut seed = 20_261_124_u64;
    let start = Instant::now();
    for _ in 0..wanted {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        let (address, _) = &addresses[(seed % addresses.len() as u64) as usize];
        let query = Query { text: Some(address), ..Query::default() };
        let answer = resolver.resolve_with(&query, &learned, &mut scratch);
        *statuses.entry(answer.status).or_default() += 1;
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{wanted} addresses in {seconds:.2} s: {:.0} a second on one core", wanted as f64 / seconds);
    println!("peak memory {} MB; {statuses:?}", memory_mb("VmHWM").unwrap_or_default());
    Ok(())
}
