//! Where the time of linking goes: `link_speed SPEC LEFT [RIGHT]` prints seconds by stage, the best
//! of five, and what came out. The tables are CSV with the specification's columns.

use config::linkage::LinkageSpec;
use reconcile::linkage::{Column, Fields, candidates, decide, learn, score};
use std::path::Path;
use std::time::Instant;

fn read(path: &str, wanted: &[&str]) -> Result<Vec<Column>, Box<dyn std::error::Error>> {
    let mut reader = csv::Reader::from_path(path)?;
    let header = reader.headers()?.clone();
    let places: Vec<usize> = wanted
        .iter()
        .map(|name| header.iter().position(|h| h == *name).ok_or_else(|| format!("{path} has no column {name}")))
        .collect::<Result<_, _>>()?;
    let mut columns = vec![Column::default(); wanted.len()];
    for row in reader.records() {
        let row = row?;
        columns.iter_mut().zip(&places).for_each(|(column, at)| column.push(row[*at].trim()));
    }
    Ok(columns)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [spec, left, right @ ..] = arguments.as_slice() else {
        return Err("link_speed SPEC LEFT [RIGHT]".into());
    };
    let spec = LinkageSpec::load(Path::new(spec))?;
    let workers = std::thread::available_parallelism()?.get();
    let names = |name: fn(&config::linkage::FieldSpec) -> &str| spec.fields.iter().map(name).collect::<Vec<_>>();
    let left = read(left, &names(config::linkage::FieldSpec::left))?;
    let right = right.first().map(|path| read(path, &names(config::linkage::FieldSpec::right))).transpose()?;
    let mut best = [f64::MAX; 5];
    for _ in 0..5 {
        let mut began = Instant::now();
        let mut stage = |at: usize| {
            best[at] = best[at].min(began.elapsed().as_secs_f64());
            began = Instant::now();
        };
        let fields = Fields::new(&spec, &left, right.as_deref(), workers);
        stage(0);
        let pairs = candidates(&spec, &fields, workers);
        stage(1);
        let model = learn(&spec, &fields, &pairs, workers);
        stage(2);
        let scored = score(&spec, &fields, &model, &pairs, spec.decide.doubt, workers);
        stage(3);
        let decided = decide(&spec.decide, &scored, right.is_none());
        stage(4);
        println!("{} candidates, {} scored, {} decided", pairs.len(), scored.len(), decided.len());
    }
    for (name, seconds) in ["fields", "candidates", "learn", "score", "decide"].iter().zip(best) {
        println!("{name:<10} {seconds:.3} s");
    }
    Ok(())
}
