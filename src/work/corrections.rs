//! Correction requests: drafted here, sent by people, followed by a clock.

use super::decide::note_in_log;
use super::unit::unit_of_work;
use super::working_days::add_working_days;
use crate::access::{Actor, Entropy, Permission, random_id};
use crate::check::{Checked, CheckedFinding, Desk};
use crate::problem::Problem;
use schemas::clock::vietnam_date;
use serde_json::json;
use store::ledger::{Correction, CorrectionItem, CorrectionState, CorrectionStep};

const MOST_CHARACTERS: usize = 2_000;

/// Puts a finding into the draft for the agency that owns the wrong record.
pub async fn draft(
    desk: &Desk,
    actor: &Actor,
    checked: &Checked,
    seen: &CheckedFinding,
    entropy: &dyn Entropy,
) -> Result<(), Problem> {
    if !actor.may(Permission::Draft) {
        return Err(Problem::usage("FORBIDDEN", "this role drafts no correction requests"));
    }
    let now = desk.workspace.clock.now();
    let fresh = Correction {
        correction_id: random_id(entropy)?,
        year: vietnam_date(now).year(),
        number: 0,
        owner: seen.owner.clone(),
        unit: unit_of_work(actor, checked),
        state: CorrectionState::Draft,
        created_by: actor.name.clone(),
        created_at: now,
        sent_at: None,
        due_on: None,
        answered_at: None,
        answer: None,
        closed_at: None,
    };
    let item = CorrectionItem { finding_id: seen.finding_id.clone(), finding: seen.finding.clone() };
    let correction = desk.workspace.ledger.draft_correction(&fresh, &item).await?;
    let detail = json!({ "finding": seen.finding_id, "correction": correction });
    note_in_log(desk, actor, "correction.draft", seen.subject.as_str(), detail).await
}

/// What somebody does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move<'a> {
    /// It was sent by the office's own way: the clock runs.
    Send,
    Withdraw,
    Answered(&'a str),
    Close,
}

/// Moves a request on.
pub async fn step(desk: &Desk, actor: &Actor, correction_id: &str, step: Move<'_>) -> Result<Correction, Problem> {
    if !actor.may(Permission::SendCorrection) {
        return Err(Problem::usage("FORBIDDEN", "this role sends and closes no correction requests"));
    }
    let (ledger, now) = (&desk.workspace.ledger, desk.workspace.clock.now());
    let (before, _) = ledger.correction(&actor.scope, correction_id).await?;
    let serve = &desk.workspace.settings.serve;
    let (to, due_on, answer) = match step {
        Move::Send => {
            let due = add_working_days(vietnam_date(now), serve.days_of(&before.owner), &serve.holidays);
            (CorrectionState::Sent, Some(due), None)
        }
        Move::Withdraw => (CorrectionState::Withdrawn, None, None),
        Move::Answered(text) => {
            let text = text.trim();
            if text.is_empty() || text.chars().count() > MOST_CHARACTERS {
                return Err(Problem::usage("ANSWER", "write what the agency answered, in at most 2,000 characters"));
            }
            (CorrectionState::Answered, None, Some(text))
        }
        Move::Close => (CorrectionState::Closed, None, None),
    };
    let detail = json!({ "correction": correction_id, "to": to.as_str() });
    note_in_log(desk, actor, "correction.step", &format!("correction:{correction_id}"), detail).await?;
    Ok(ledger.step_correction(&actor.scope, correction_id, &CorrectionStep { to, at: now, due_on, answer }).await?)
}
