//! A row without a usable number and its person: field by field, what speaks for one person and
//! what against.

use super::table::table;
use crate::Lang;
use crate::check::wording::{step_field_words, step_level_words};
use crate::problem::Problem;
use reconcile::LinkStep;
use serde_json::json;
use store::ledger::LinkPair;

/// As `review` prints it: source, record key, and the part where it is not the first.
pub fn name(pair: &LinkPair) -> String {
    let part = if pair.key.part == 0 { String::new() } else { format!("#{}", pair.key.part) };
    format!("{}/{}{part}", pair.key.source, pair.key.record_key)
}

pub fn steps(pair: &LinkPair) -> Result<Vec<LinkStep>, Problem> {
    serde_json::from_str(&pair.steps).map_err(|e| Problem::failed("LEDGER", e.to_string()))
}

pub fn as_object(pair: &LinkPair) -> Result<serde_json::Value, Problem> {
    Ok(json!({
        "record": name(pair), "source": pair.key.source, "dataset": pair.key.dataset,
        "record_key": pair.key.record_key, "part": pair.key.part, "person": pair.key.person,
        "state": pair.state.as_str(), "probability": pair.probability, "run_id": pair.run_id,
        "values_digest": pair.values_digest, "steps": steps(pair)?,
    }))
}

/// The waterfall: bits for and against, field by field.
pub fn print_pair(pair: &LinkPair, lang: Lang) -> Result<(), Problem> {
    println!("{} ↔ {}: {} %", name(pair), pair.key.person, lang.decimal(pair.probability * 100.0));
    let mut rows = table(&match lang {
        Lang::Vi => ["So", "Mức", "Bit", "Bản ghi", "Dân cư"],
        Lang::En => ["Field", "Level", "Bits", "Record", "Population"],
    });
    let mut sum = 0.0;
    for step in steps(pair)? {
        sum += step.bits;
        let shown = |value: Option<String>| value.unwrap_or_else(|| "–".into());
        rows.add_row([
            step_field_words(&step.field, lang).to_owned(),
            shown(step.level.as_deref().map(|level| step_level_words(level, lang).to_owned())),
            format!("{:+.1}", step.bits),
            shown(step.record),
            shown(step.person),
        ]);
    }
    rows.add_row([
        lang.pick("Tổng", "Sum").to_owned(),
        String::new(),
        format!("{sum:+.1}"),
        String::new(),
        String::new(),
    ]);
    println!("{rows}");
    Ok(())
}
