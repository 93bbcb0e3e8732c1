//! Who is right: said by an officer, kept with the values that the officer saw.

use super::corrections::draft;
use super::reasons::reasons;
use super::unit::unit_of_work;
use crate::access::{Actor, Entropy, Permission, random_id};
use crate::check::{Checked, CheckedFinding, Desk};
use crate::problem::Problem;
use reconcile::verdict::Said;
use schemas::Severity;
use serde_json::json;
use store::ledger::FindingDecision;

const MOST_CHARACTERS: usize = 500;

/// What is said of a finding.
pub struct Deciding<'a> {
    pub finding_id: &'a str,
    pub said: Said,
    /// A word of the reasons that fit.
    pub reason: &'a str,
    pub note: &'a str,
}

/// Keeps a decision about a finding of what was looked at. Where the source is wrong, its correction
/// is drafted.
pub async fn decide(
    desk: &Desk,
    actor: &Actor,
    checked: &Checked,
    deciding: &Deciding<'_>,
    entropy: &dyn Entropy,
) -> Result<(), Problem> {
    let seen = finding(checked, deciding.finding_id)?;
    let needed = if seen.severity == Severity::Stop { Permission::DecideStop } else { Permission::Decide };
    if !actor.may(needed) {
        return Err(Problem::usage("FORBIDDEN", "this role does not decide about a finding of this severity"));
    }
    if !reasons(deciding.said).iter().any(|reason| reason.word == deciding.reason) {
        return Err(Problem::usage("REASON", "the reason does not fit what was said"));
    }
    let note = deciding.note.trim();
    if note.chars().count() > MOST_CHARACTERS {
        return Err(Problem::usage("TOO_LONG", format!("a note has at most {MOST_CHARACTERS} characters")));
    }
    let decision = FindingDecision {
        decision_id: random_id(entropy)?,
        finding_id: seen.finding_id.clone(),
        values_hash: seen.finding.values_hash(),
        said: deciding.said.as_str().to_owned(),
        reason: deciding.reason.to_owned(),
        note: note.to_owned(),
        officer: actor.name.clone(),
        role: actor.role,
        unit: unit_of_work(actor, checked),
        decided_at: desk.workspace.clock.now(),
    };
    let detail = json!({
        "finding": decision.finding_id, "said": decision.said, "reason": decision.reason,
        "decision": decision.decision_id,
    });
    note_in_log(desk, actor, "decision", seen.subject.as_str(), detail).await?;
    let ledger = &desk.workspace.ledger;
    ledger.decide_finding(&decision).await?;
    match deciding.said {
        Said::SourceWrong => draft(desk, actor, checked, seen, entropy).await?,
        // A draft of an earlier mind would ask for what nobody wants any more.
        Said::SourceRight | Said::NotEnough => ledger.undraft(&seen.finding_id).await?,
    }
    Ok(())
}

/// Takes one's own decision back, with what was drafted for it.
pub async fn undo(desk: &Desk, actor: &Actor, checked: &Checked, finding_id: &str) -> Result<(), Problem> {
    let seen = finding(checked, finding_id)?;
    let nothing = || Problem::usage("NOT_DECIDED", "there is no decision about it that could be taken back");
    let decision = seen.decision.as_ref().ok_or_else(nothing)?;
    let detail = json!({ "finding": finding_id, "decision": decision.decision_id });
    note_in_log(desk, actor, "decision.undo", seen.subject.as_str(), detail).await?;
    desk.workspace.ledger.undo_decision(&decision.decision_id, &actor.name, desk.workspace.clock.now()).await?;
    desk.workspace.ledger.undraft(finding_id).await?;
    Ok(())
}

/// Only what was looked at can be decided about.
fn finding<'c>(checked: &'c Checked, finding_id: &str) -> Result<&'c CheckedFinding, Problem> {
    let found = checked.findings.iter().find(|finding| finding.finding_id == finding_id);
    found.ok_or_else(|| Problem::usage("NOT_FOUND", "there is no such finding about this case any more"))
}

pub(super) async fn note_in_log(
    desk: &Desk,
    actor: &Actor,
    event: &str,
    about: &str,
    detail: serde_json::Value,
) -> Result<(), Problem> {
    Ok(desk.workspace.trail.note(&actor.name, event, about, detail.to_string()).await?)
}
