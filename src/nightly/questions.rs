//! Whom to look up tonight where a source answers one citizen at a time: the rotation.
//!
//! Tomorrow's cases first, then people whose records changed since they were last verified, then
//! those verified longest ago. The night's quota is the end of the list; what it cuts off is
//! counted as not asked, never as absent.

use super::plan::SourceTask;
use crate::problem::Problem;
use crate::workspace::Workspace;
use connectors::connector::Question;
use connectors::read::key::hashed;
use jiff::ToSpan;
use schemas::{Dataset, PersonalId, clock::vietnam_date};
use std::collections::BTreeMap;
use store::ledger::SnapshotRow;
use store::snapshots::{RecordView, SnapshotReader};

/// Lower is asked earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Urgency {
    CaseDue,
    Changed,
    Rotation,
}

struct Candidate {
    urgency: Urgency,
    /// When the source last answered for this citizen.
    verified: Option<String>,
    name: String,
    birth_date: String,
    procedure: Option<String>,
}

pub(super) fn choose(
    workspace: &Workspace,
    current: &[SnapshotRow],
    task: &SourceTask,
) -> Result<Vec<Question>, Problem> {
    let verified = verified_at(workspace, current, task)?;
    let today = vietnam_date(workspace.clock.now());
    let due_until = today.saturating_add(1.day()).to_string();
    let today = today.to_string();
    let mut candidates: BTreeMap<String, Candidate> = BTreeMap::new();
    for row in current.iter().filter(|row| row.source != task.source) {
        let reader = SnapshotReader::open(&workspace.data().join(&row.directory))?;
        let columns = ["personal_id", "name", "birth_date", "due_at", "status", "procedure_code", "updated_at"];
        for bucket in 0..reader.manifest().buckets {
            let frame = reader.bucket(bucket, Some(&columns))?;
            for row in frame.iter() {
                let (mention, due, procedure) = match &row.record {
                    RecordView::Person(v) => (v.mention(), None, None),
                    RecordView::CivilEvent(v) => (v.mention(), None, None),
                    RecordView::LandRight(v) => (v.mention(), None, None),
                    RecordView::Dossier(v) => {
                        let open = !matches!(v.status, Some("done" | "refused" | "cancelled"));
                        (v.mention(), v.due_at.filter(|_| open), v.procedure_code)
                    }
                };
                let (Some(id), Some(name), Some(birth_date)) = (mention.personal_id, mention.name, mention.birth_date)
                else {
                    continue;
                };
                if PersonalId::parse(id).is_err() {
                    continue;
                }
                let is_due = due.and_then(|d| d.get(..10)).is_some_and(|d| (today.as_str()..=&due_until).contains(&d));
                let last_verified = verified.get(&hashed(id));
                let changed = match (row.updated_at, last_verified) {
                    (Some(updated), Some(verified)) => updated > verified.as_str(),
                    _ => false,
                };
                let urgency = if is_due {
                    Urgency::CaseDue
                } else if changed {
                    Urgency::Changed
                } else {
                    Urgency::Rotation
                };
                let better = candidates.get(id).is_none_or(|known| urgency < known.urgency);
                if better {
                    candidates.insert(
                        id.to_owned(),
                        Candidate {
                            urgency,
                            verified: last_verified.cloned(),
                            name: name.to_owned(),
                            birth_date: birth_date.to_owned(),
                            procedure: procedure.filter(|_| is_due).map(str::to_owned),
                        },
                    );
                }
            }
        }
    }
    let mut order: Vec<(String, Candidate)> = candidates.into_iter().collect();
    order.sort_by(|(a_id, a), (b_id, b)| {
        a.urgency.cmp(&b.urgency).then_with(|| a.verified.cmp(&b.verified)).then_with(|| a_id.cmp(b_id))
    });
    Ok(order
        .into_iter()
        .map(|(personal_id, c)| Question {
            personal_id,
            name: c.name,
            birth_date: c.birth_date,
            procedure: c.procedure,
            case: None,
        })
        .collect())
}

/// When each citizen was last answered for, by the key of the answer: the values may be gone.
fn verified_at(
    workspace: &Workspace,
    current: &[SnapshotRow],
    task: &SourceTask,
) -> Result<BTreeMap<String, String>, Problem> {
    let mut verified = BTreeMap::new();
    for row in current.iter().filter(|row| row.source == task.source && row.dataset == Dataset::Person) {
        let reader = SnapshotReader::open(&workspace.data().join(&row.directory))?;
        for bucket in 0..reader.manifest().buckets {
            let frame = reader.bucket(bucket, Some(&["as_of"]))?;
            verified.extend(frame.iter().map(|row| (row.record_key.to_owned(), row.as_of.to_owned())));
        }
    }
    Ok(verified)
}
