//! Decisions and correction requests that belong to the findings of a question.

use super::checked::{CorrectionShown, DecisionShown, Known};
use crate::access::{Permission, may};
use crate::problem::Problem;
use reconcile::verdict::{Decided, Said};
use std::collections::BTreeMap;
use store::Ledger;

/// By finding.
#[derive(Default)]
pub(super) struct Work {
    decisions: BTreeMap<String, (DecisionShown, Decided)>,
    corrections: BTreeMap<String, CorrectionShown>,
}

impl Work {
    pub async fn of(ledger: &dyn Ledger, known: &[Known]) -> Result<Self, Problem> {
        let mut work = Self::default();
        if known.is_empty() {
            return Ok(work);
        }
        let ids: Vec<String> = known.iter().map(|k| k.finding_id.clone()).collect();
        let hashes: BTreeMap<&str, String> =
            known.iter().map(|k| (k.finding_id.as_str(), k.finding.values_hash())).collect();
        for decision in ledger.decisions_of(&ids).await? {
            let Some(said) = Said::parse(&decision.said) else { continue };
            let holds = hashes.get(decision.finding_id.as_str()) == Some(&decision.values_hash);
            let decided = Decided { said, lifts_stop: may(decision.role, Permission::DecideStop) };
            let shown = DecisionShown {
                decision_id: decision.decision_id,
                said,
                reason: decision.reason,
                officer: decision.officer,
                decided_at: decision.decided_at,
                holds,
            };
            work.decisions.insert(decision.finding_id, (shown, decided));
        }
        for (finding_id, correction) in ledger.corrections_of(&ids).await? {
            let shown = CorrectionShown {
                correction_id: correction.correction_id,
                number: correction.number,
                year: correction.year,
                state: correction.state,
                due_on: correction.due_on,
            };
            work.corrections.insert(finding_id, shown);
        }
        Ok(work)
    }

    /// For the verdict: only what still holds.
    pub fn decided(&self, finding_id: &str) -> Option<Decided> {
        self.decisions.get(finding_id).filter(|(shown, _)| shown.holds).map(|(_, decided)| *decided)
    }

    pub fn decision(&self, finding_id: &str) -> Option<DecisionShown> {
        self.decisions.get(finding_id).map(|(shown, _)| shown.clone())
    }

    pub fn correction(&self, finding_id: &str) -> Option<CorrectionShown> {
        self.corrections.get(finding_id).cloned()
    }
}
