//! Incidents between two looks: in the ledger, so that a restart forgets none and tells none twice.

use crate::problem::Problem;
use health::{Incident, Tracker};
use jiff::{SignedDuration, Timestamp};
use store::Ledger;
use store::ledger::IncidentRow;

/// How long closed incidents are shown.
const SHOWN: SignedDuration = SignedDuration::from_hours(30 * 24);

pub struct Incidents;

impl Incidents {
    /// Open ones first, then the newest first.
    pub async fn recent(ledger: &dyn Ledger, now: Timestamp) -> Result<Vec<Incident>, Problem> {
        let mut incidents = Self::read(ledger, now - SHOWN).await?;
        incidents.sort_by_key(|incident| (!incident.is_open(), std::cmp::Reverse(incident.opened_at)));
        Ok(incidents)
    }

    /// Those about which something is still to be seen or said.
    pub(super) async fn tracked(ledger: &dyn Ledger, now: Timestamp) -> Result<Tracker, Problem> {
        let mut incidents = Self::read(ledger, now - SHOWN).await?;
        incidents.retain(|incident| !incident.is_over());
        Ok(Tracker { incidents })
    }

    async fn read(ledger: &dyn Ledger, closed_since: Timestamp) -> Result<Vec<Incident>, Problem> {
        let corrupt = |_| Problem::failed("LEDGER_CORRUPT", "an incident cannot be read");
        let rows = ledger.incidents(closed_since).await?;
        rows.iter().map(|row| serde_json::from_str(&row.body).map_err(corrupt)).collect()
    }

    pub(super) async fn keep(ledger: &dyn Ledger, incident: &Incident) -> Result<(), Problem> {
        let body = serde_json::to_string(incident).map_err(|e| Problem::failed("LEDGER", e.to_string()))?;
        let row = IncidentRow {
            incident_id: incident.id.clone(),
            scope: incident.scope.as_str().to_owned(),
            name: incident.name.clone(),
            opened_at: incident.opened_at,
            closed_at: incident.closed_at,
            body,
        };
        Ok(ledger.set_incident(&row).await?)
    }
}
