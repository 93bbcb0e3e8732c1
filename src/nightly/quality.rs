//! The quality of data between the engine, the ledger and the report.

use super::report::SourceQuality;
use crate::problem::Problem;
use crate::workspace::Workspace;
use config::Quality as Scale;
use reconcile::quality::{Measured, Quality, SourceAge};
use schemas::{Criterion, ErrorGroup};
use std::collections::BTreeMap;
use store::ledger::{QualityRow, SnapshotRow};

/// How old each configured source is now, dataset by dataset.
pub(super) fn ages(workspace: &Workspace, current: &[SnapshotRow]) -> Vec<SourceAge> {
    let now = workspace.clock.now();
    let enabled = workspace.settings.sources.iter().filter(|(_, settings)| settings.enabled);
    enabled
        .map(|(source, settings)| SourceAge {
            source: source.clone(),
            age_hours: current
                .iter()
                .filter(|row| row.source == *source)
                // A source's clock may run ahead of ours: that is age zero. A begun hour counts.
                .map(|row| (row.dataset, (now.duration_since(row.as_of).as_secs().max(0) as u64).div_ceil(3600)))
                .collect(),
            period_hours: u64::from(settings.freshness_hours),
        })
        .collect()
}

/// For the ledger.
pub(super) fn rows(quality: &[Quality], scale: &Scale) -> Result<Vec<QualityRow>, Problem> {
    quality
        .iter()
        .map(|one| {
            Ok(QualityRow {
                source: one.source.clone(),
                commune: one.commune.clone(),
                rows: one.measured.rows as i64,
                dqi: one.measured.dqi(scale).map(i64::from),
                band: one.measured.band(scale),
                measured: serde_json::to_string(&one.measured).map_err(|e| Problem::failed("LEDGER", e.to_string()))?,
            })
        })
        .collect()
}

/// From the ledger.
pub fn read(rows: Vec<QualityRow>) -> Result<Vec<Quality>, Problem> {
    rows.into_iter()
        .map(|row| {
            let measured = serde_json::from_str(&row.measured)
                .map_err(|_| Problem::failed("LEDGER", "a row of the quality of data cannot be read"))?;
            Ok(Quality { source: row.source, commune: row.commune, measured })
        })
        .collect()
}

/// Whole sources, for the report.
pub fn by_source(quality: &[Quality], scale: &Scale) -> Vec<SourceQuality> {
    let mut sources: BTreeMap<&str, Measured> = BTreeMap::new();
    for one in quality {
        sources.entry(&one.source).or_default().add(&one.measured);
    }
    sources.into_iter().map(|(name, measured)| source_quality(name, &measured, scale)).collect()
}

fn source_quality(name: &str, measured: &Measured, scale: &Scale) -> SourceQuality {
    let percent = |criterion: &Criterion| Some((*criterion, measured.share(*criterion).basis_points()?));
    let group = |group: &ErrorGroup| Some((*group, *measured.groups.get(group)?));
    SourceQuality {
        name: name.to_owned(),
        rows: measured.rows,
        dqi: measured.dqi(scale),
        band: measured.band(scale),
        criteria: Criterion::ALL.iter().filter_map(percent).collect(),
        identifiers_whole: measured.identifiers_are_whole(),
        groups: ErrorGroup::ALL.iter().filter_map(group).collect(),
    }
}
