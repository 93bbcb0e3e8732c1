//! One cheap question to every configured source.

use super::plan;
use crate::problem::Problem;
use crate::workspace::Workspace;
use connectors::connector::{CheckReport, PlanContext};
use schemas::clock::vietnam_date;
use schemas::{SourceError, SourceId};

/// Each enabled source with what it answered, in the order of their names.
pub async fn check_sources(
    workspace: &Workspace,
) -> Result<Vec<(SourceId, Result<CheckReport, SourceError>)>, Problem> {
    let catalogue = workspace.catalogue();
    let communes: Vec<String> =
        catalogue.communes_of(workspace.settings.province.code).iter().map(ToString::to_string).collect();
    let context = PlanContext { communes: communes.clone(), ..PlanContext::default() };
    let tasks = plan::connect(workspace, &communes, &[], vietnam_date(workspace.clock.now())).await?;
    let mut checks: Vec<(SourceId, Result<CheckReport, SourceError>)> = Vec::new();
    for task in &tasks {
        if checks.iter().all(|(source, _)| *source != task.source) {
            checks.push((task.source.clone(), task.connector.check(&context).await));
        }
    }
    Ok(checks)
}
