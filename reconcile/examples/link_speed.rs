//! Where the time of linking goes: `link_speed SPEC LEFT RIGHT [MODEL]` prints, as JSON, the seconds
//! of each stage, the best of `ROUNDS` (5), and what came out. With `-` for RIGHT the table is linked
//! with itself; with MODEL nothing is learned. The tables are CSV with the specification's columns.
//! Linked rows go into the file `PAIRS`, if it is named: the numbers of both, counted from 0.
//!
//! `read` is what comes before the columns are loaded; all other stages together go from loaded
//! columns to decided pairs in memory.

use config::linkage::LinkageSpec;
use reconcile::linkage::{Column, Decision, Fields, Model, candidates, decide, learn, score};
use std::path::Path;
use std::time::Instant;

const STAGES: [&str; 6] = ["read", "fields", "candidates", "learn", "score", "decide"];

type Failure = Box<dyn std::error::Error>;

fn read(path: &str, wanted: &[&str]) -> Result<Vec<Column>, Failure> {
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

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [spec, left, right, model @ ..] = arguments.as_slice() else {
        return Err("link_speed SPEC LEFT RIGHT [MODEL]".into());
    };
    let spec = LinkageSpec::load(Path::new(spec))?;
    let known = model.first().map(|file| Ok::<_, Failure>(Model::from_json(&std::fs::read_to_string(file)?, &spec)?));
    let known = known.transpose()?;
    let rounds: usize = std::env::var("ROUNDS").map_or(Ok(5), |text| text.parse())?;
    let workers = std::thread::available_parallelism()?.get();
    let names = |name: fn(&config::linkage::FieldSpec) -> &str| spec.fields.iter().map(name).collect::<Vec<_>>();
    let mut best = [f64::MAX; STAGES.len()];
    let mut came_out = serde_json::Value::Null;
    for _ in 0..rounds {
        let mut began = Instant::now();
        let mut stage = |at: usize| {
            best[at] = best[at].min(began.elapsed().as_secs_f64());
            began = Instant::now();
        };
        let (left, right) = std::thread::scope(|scope| {
            let other = (right != "-").then(|| {
                scope.spawn(|| read(right, &names(config::linkage::FieldSpec::right)).map_err(|e| e.to_string()))
            });
            let left = read(left, &names(config::linkage::FieldSpec::left))?;
            let right = other.map(|other| other.join().map_err(|_| "reading panicked".to_owned())?).transpose()?;
            Ok::<_, Failure>((left, right))
        })?;
        stage(0);
        let fields = Fields::new(&spec, &left, right.as_deref(), workers);
        stage(1);
        let pairs = candidates(&spec, &fields, workers);
        stage(2);
        let model = known.clone().unwrap_or_else(|| learn(&spec, &fields, &pairs, workers));
        stage(3);
        let scored = score(&spec, &fields, &model, &pairs, spec.decide.doubt, workers);
        stage(4);
        let decided = decide(&spec.decide, &scored, right.is_none());
        stage(5);
        if let Ok(file) = std::env::var("PAIRS") {
            let links = decided.iter().filter(|d| d.decision == Decision::Link);
            let lines: String = links.map(|d| format!("{} {}\n", d.pair.left, d.pair.right)).collect();
            std::fs::write(file, lines)?;
        }
        came_out = serde_json::json!({
            "pairs": pairs.len(), "scored_pairs": scored.len(), "decided_pairs": decided.len(),
        });
    }
    for (name, seconds) in STAGES.iter().zip(best) {
        came_out[name] = seconds.into();
    }
    came_out["in_memory"] = best[1..].iter().sum::<f64>().into();
    println!("{came_out}");
    Ok(())
}
