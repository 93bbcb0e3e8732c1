//! A second opinion: a plain reading of what the servers and files say, compared with the truth.
//!
//! It knows nothing of how defects are planted; only `docs/findings.md` and the wire.

mod cases;
#[path = "../common/mod.rs"]
mod common;
mod land;
mod lists;
mod mention;
mod opinion;
mod population;
mod registers;

use common::{start, world};
use sandbox::{Faults, Planted, drop_files};
use std::collections::BTreeSet;

#[tokio::test]
async fn a_plain_reading_of_all_sources_finds_exactly_the_truth() {
    for seed in [1, 2] {
        let made = world(8_000, seed, 1.0);
        let planted: BTreeSet<_> = made
            .truth()
            .planted
            .iter()
            .map(|p: &Planted| (p.kind.as_str().to_owned(), p.subject.clone(), p.field.clone(), p.source.clone()))
            .collect();
        let folder = tempfile::tempdir().expect("folder");
        drop_files(&made, folder.path()).expect("files");
        let communes = made.communes();
        let running = start(made, Faults::none(), seed).await;
        let population = population::population(&running).await;
        let mut opinion =
            opinion::Opinion { population, successors: opinion::successors(), found: mention::Findings::default() };
        opinion.of_population();
        let dead = registers::registers(&running, &communes, &mut opinion).await;
        land::land(&running, &communes, &dead, &mut opinion).await;
        cases::cases(&running, &communes, &dead, &mut opinion).await;
        lists::lists(folder.path(), &mut opinion);
        let missed: Vec<_> = planted.difference(&opinion.found.0).take(10).collect();
        let false_ones: Vec<_> = opinion.found.0.difference(&planted).take(10).collect();
        assert!(missed.is_empty() && false_ones.is_empty(), "seed {seed}: missed {missed:#?} false {false_ones:#?}");
        assert!(planted.len() > 500);
    }
}
