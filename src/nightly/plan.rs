//! What a run is going to ask, and in which order.
//!
//! Two waves: first everything that is pulled whole or as a feed; then what is asked by lists that
//! the first wave brought (case codes to poll, citizens to look up).

use super::questions;
use crate::problem::{Problem, chain};
use crate::sync::Making;
use crate::workspace::{Workspace, environment};
use config::{SourceKind, SourceSettings};
use connectors::connector::{Capabilities, CaseCode, Connector, PlanContext};
use jiff::civil;
use schemas::{Cursor, Dataset, Partition, SourceId};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::ledger::SnapshotRow;
use store::snapshots::{RecordView, SnapshotReader};

/// One (source, dataset) of a run.
pub struct SourceTask {
    pub source: SourceId,
    pub settings: SourceSettings,
    pub connector: Arc<dyn Connector>,
    pub dataset: Dataset,
    pub capabilities: Capabilities,
}

impl SourceTask {
    /// Asked by a list that other sources bring.
    pub fn by_list(&self) -> bool {
        self.capabilities.lookup && !self.capabilities.pages && !self.capabilities.feed
    }

    pub fn making(&self) -> Making {
        if self.capabilities.deliveries {
            Making::Deliveries
        } else if self.capabilities.feed {
            Making::Feed
        } else if self.by_list() && self.dataset == Dataset::Person {
            Making::Mosaic
        } else {
            Making::Whole
        }
    }
}

/// Connects every enabled source, in the order of their names. A kind of delivery that has a snapshot stays a task on nights that bring none of it.
pub(super) async fn connect(
    workspace: &Workspace,
    communes: &[String],
    current: &[SnapshotRow],
    night: civil::Date,
) -> Result<Vec<SourceTask>, Problem> {
    let mut tasks = Vec::new();
    for (at, (source, settings)) in workspace.settings.sources.iter().filter(|(_, s)| s.enabled).enumerate() {
        let requests_used = workspace.ledger.requests_used(night, source).await?;
        let dependencies = connectors::Dependencies {
            clock: workspace.clock.clone(),
            seed: workspace.seed.wrapping_add(at as u64),
            environment: &environment,
            communes: communes.to_vec(),
            province: workspace.settings.province.code,
            requests_used,
            audit: workspace.audit.clone(),
        };
        let connector: Arc<dyn Connector> = connectors::build(source, settings, dependencies)
            .map_err(|error| {
                let code = if error.is_about_a_secret() { "CONFIG_SECRET" } else { "CONFIG_SOURCE" };
                Problem::failed(code, chain(&error))
            })?
            .into();
        let mut datasets = connector.datasets();
        if let Some((_, capabilities)) = datasets.first().filter(|(_, can)| can.deliveries).copied() {
            let served = current.iter().filter(|row| row.source == *source).map(|row| row.dataset);
            for dataset in served {
                if !datasets.iter().any(|(known, _)| *known == dataset) {
                    datasets.push((dataset, capabilities));
                }
            }
        }
        for (dataset, capabilities) in datasets {
            tasks.push(SourceTask {
                source: source.clone(),
                settings: settings.clone(),
                connector: connector.clone(),
                dataset,
                capabilities,
            });
        }
    }
    Ok(tasks)
}

/// What the connector of `task` may need to know.
pub(super) async fn context(
    workspace: &Workspace,
    task: &SourceTask,
    communes: &[String],
) -> Result<PlanContext, Problem> {
    let mut context = PlanContext { communes: communes.to_vec(), ..PlanContext::default() };
    let current = workspace.ledger.current_snapshots().await?;
    if (task.capabilities.feed || task.capabilities.deliveries)
        && let Some(row) = current.iter().find(|r| r.source == task.source && r.dataset == task.dataset)
    {
        let reader = SnapshotReader::open(&workspace.data().join(&row.directory))?;
        context.resume_from = reader.manifest().resume.clone();
    }
    if task.by_list() && task.dataset == Dataset::Dossier {
        context.case_codes = case_codes(workspace, &current)?;
    }
    if task.by_list() && task.dataset == Dataset::Person {
        context.questions = questions::choose(workspace, &current, task)?;
    }
    Ok(context)
}

/// The partitions of a task with the cursor each begins at.
pub(super) fn partitions(task: &SourceTask, context: &PlanContext) -> Vec<(Partition, Option<Cursor>)> {
    let start = |partition: &Partition| task.connector.start_cursor(partition, context);
    task.connector.partitions(task.dataset, context).into_iter().map(|p| (p.clone(), start(&p))).collect()
}

/// Codes of the linked civil-status cases that the one-stop snapshots know, sorted.
fn case_codes(workspace: &Workspace, current: &[SnapshotRow]) -> Result<Vec<CaseCode>, Problem> {
    let one_stop =
        |source: &SourceId| workspace.settings.sources.get(source).is_some_and(|s| s.system() == SourceKind::OneStop);
    let mut codes = BTreeSet::new();
    for row in current.iter().filter(|r| r.dataset == Dataset::Dossier && one_stop(&r.source)) {
        let reader = SnapshotReader::open(&workspace.data().join(&row.directory))?;
        for bucket in 0..reader.manifest().buckets {
            let frame = reader.bucket(bucket, Some(&["code", "module"]))?;
            for row in frame.iter() {
                let RecordView::Dossier(dossier) = row.record else { continue };
                if let (Some(code), Some(module)) = (dossier.code, dossier.module) {
                    codes.insert(CaseCode { module: module.to_owned(), code: code.to_owned() });
                }
            }
        }
    }
    Ok(codes.into_iter().collect())
}
