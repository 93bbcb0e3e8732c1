//! Rows without a usable number between the ledger, the engine and the report.

use super::report::LinkCounts;
use crate::problem::Problem;
use reconcile::engine::{Decided, Decisions, Links, OfficerDecision, PairShown, RecordRef};
use store::Ledger;
use store::ledger::{LinkKey, LinkPair, LinkState};

/// What officers said, for the engine.
pub async fn decisions(ledger: &dyn Ledger) -> Result<Decisions, Problem> {
    let known = ledger.link_decisions().await?;
    Ok(known
        .into_iter()
        .map(|decision| {
            let LinkKey { source, dataset, record_key, part, person } = decision.key;
            let record = RecordRef { source, dataset, record_key, part };
            let said = if decision.same { Decided::Same } else { Decided::NotSame };
            ((record, person), OfficerDecision { said, values_digest: decision.values_digest })
        })
        .collect())
}

/// What a run found, for the ledger. Of what is linked the levels are kept and no values: they
/// stand in the snapshots.
pub fn pairs(run_id: &str, links: &Links) -> Result<Vec<LinkPair>, Problem> {
    let linked = links.linked().map(|row| (row.pair, LinkState::Linked));
    let doubts = links.doubts().map(|pair| (pair, LinkState::Doubt));
    linked.chain(doubts).map(|(pair, state)| one(run_id, pair, state)).collect()
}

fn one(run_id: &str, pair: PairShown, state: LinkState) -> Result<LinkPair, Problem> {
    let PairShown { record, person, probability, mut steps, values_digest } = pair;
    if state != LinkState::Doubt {
        steps.iter_mut().for_each(|step| (step.record, step.person) = (None, None));
    }
    let RecordRef { source, dataset, record_key, part } = record;
    Ok(LinkPair {
        key: LinkKey { source, dataset, record_key, part, person },
        run_id: run_id.to_owned(),
        state,
        probability,
        values_digest,
        steps: serde_json::to_string(&steps).map_err(|e| Problem::failed("LEDGER", e.to_string()))?,
    })
}

/// For the report, source by source.
pub fn counts(links: &Links) -> Vec<LinkCounts> {
    let of = |((name, dataset), count): (&(_, _), &reconcile::engine::SourceCount)| LinkCounts {
        name: schemas::SourceId::clone(name),
        dataset: *dataset,
        without_number: count.without_number,
        linked: count.linked,
        by_decision: count.by_decision,
        in_doubt: count.in_doubt,
        unlinked: count.unlinked,
        grouped: count.grouped,
    };
    links.counts.iter().map(of).collect()
}
