//! Asks the resolver about each line of the standard input: `cargo run --example units_ask`.

use config::units::Units;
use reconcile::units::{Learned, Query, Resolver};
use std::io::BufRead;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let resolver = Resolver::new(&Units::embedded()?);
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let answer = resolver.resolve(&Query { text: Some(&line), ..Query::default() }, &Learned::default());
        println!("{line}\n  {} {} ({})", answer.status, answer.confidence, answer.reason.english());
        for candidate in answer.candidates.iter().take(4) {
            let name = resolver.full_name(candidate.code).unwrap_or_default();
            let evidence: Vec<String> = candidate.evidence.iter().map(|e| e.english()).collect();
            println!("  {} {name} [{}] {}", candidate.code, candidate.score, evidence.join("; "));
        }
    }
    Ok(())
}
