//! The old verdict again: the findings of a run from the snapshots, rules and decisions of then.

use super::inputs::Inputs;
use super::progress::Silent;
use super::reconcile_stage::{Reconciled, reconcile};
use crate::problem::Problem;
use crate::workspace::Workspace;
use config::rules::Rules;
use std::path::Path;

pub struct Replayed {
    pub date: jiff::civil::Date,
    /// The digest that the run reported; `None`: it never came to its end.
    pub digest_then: Option<String>,
    pub now: Reconciled,
    /// The rules in force today are others than those of the run. Those of the run were used.
    pub rules_changed: bool,
    /// The catalogue of units is another one. Today's had to be used.
    pub units_changed: bool,
    /// Version of the program that made the run.
    pub program_then: String,
}

impl Replayed {
    pub fn is_the_same(&self) -> bool {
        self.digest_then.as_ref() == Some(&self.now.digest)
    }
}

/// Reconciles again what `run_id` reconciled. Nothing is written.
pub async fn replay(mut workspace: Workspace, run_id: &str, workers: usize) -> Result<Replayed, Problem> {
    let run = workspace.ledger.run(run_id).await?;
    let Some(text) = workspace.ledger.run_inputs(run_id).await? else {
        let cause = format!("run {run_id} never came to reconciling, or was made by a version that kept no inputs");
        return Err(Problem::failed("NOTHING_TO_REPLAY", cause));
    };
    let inputs = Inputs::parse(&text)?;
    for snapshot in &inputs.snapshots {
        if !workspace.data().join(&snapshot.directory).exists() {
            let cause = format!("{} of {}/{} was removed", snapshot.snapshot_id, snapshot.source, snapshot.dataset);
            return Err(Problem::failed("SNAPSHOT_GONE", format!("the snapshot {cause}")));
        }
    }
    let rules_changed = workspace.rules.text() != inputs.rules;
    let units_changed = workspace.units.digest() != inputs.units;
    workspace.rules = Rules::parse(&inputs.rules, Path::new("rules.toml"))?;
    let report = run.report.as_deref().and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok());
    let digest_then = report.and_then(|report| report["findings_digest"].as_str().map(str::to_owned));
    let now = tokio::task::block_in_place(|| {
        reconcile(&workspace, &inputs.snapshots, inputs.date, inputs.decisions(), workers, &Silent)
    })?;
    workspace.ledger.close().await;
    Ok(Replayed { date: inputs.date, digest_then, now, rules_changed, units_changed, program_then: inputs.program })
}
