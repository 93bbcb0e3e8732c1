//! Handing something up to the province, and its answer.

use super::decide::note_in_log;
use super::unit::unit_of_work;
use crate::access::{Actor, Entropy, Permission, random_id};
use crate::check::{Checked, Desk};
use crate::problem::Problem;
use schemas::Subject;
use serde_json::json;
use store::ledger::{Escalation, EscalationAnswer};

const MOST_CHARACTERS: usize = 2_000;
const MOST_TICKET: usize = 60;

pub struct Escalating<'a> {
    pub note: &'a str,
    /// The hotline's number; may be empty.
    pub ticket: &'a str,
}

/// What an escalation about this is about: the case, else the person, else nothing.
pub fn subject(checked: &Checked) -> Option<Subject> {
    let case = checked.case.as_deref().map(Subject::case);
    case.or_else(|| checked.person.as_deref().map(Subject::person))
}

pub async fn escalate(
    desk: &Desk,
    actor: &Actor,
    checked: &Checked,
    escalating: &Escalating<'_>,
    entropy: &dyn Entropy,
) -> Result<(), Problem> {
    if !actor.may(Permission::Draft) {
        return Err(Problem::usage("FORBIDDEN", "this role hands nothing up"));
    }
    let subject = subject(checked).ok_or_else(|| Problem::usage("NOT_FOUND", "there is nothing to hand up"))?;
    let (note, ticket) = (checked_text(escalating.note)?, escalating.ticket.trim());
    if ticket.chars().count() > MOST_TICKET {
        return Err(Problem::usage("TOO_LONG", format!("a ticket number has at most {MOST_TICKET} characters")));
    }
    let known = desk.workspace.ledger.escalations_of(&actor.scope, subject.as_str()).await?;
    if known.iter().any(|escalation| escalation.answered.is_none()) {
        return Err(Problem::usage("WRONG_STATE", "it was passed up already and waits for an answer"));
    }
    let escalation = Escalation {
        escalation_id: random_id(entropy)?,
        subject: subject.as_str().to_owned(),
        finding_id: None,
        unit: unit_of_work(actor, checked),
        note: note.to_owned(),
        ticket: ticket.to_owned(),
        officer: actor.name.clone(),
        escalated_at: desk.workspace.clock.now(),
        answered: None,
    };
    let detail = json!({ "escalation": escalation.escalation_id });
    note_in_log(desk, actor, "escalation", subject.as_str(), detail).await?;
    Ok(desk.workspace.ledger.escalate(&escalation).await?)
}

pub async fn answer(desk: &Desk, actor: &Actor, escalation_id: &str, text: &str) -> Result<(), Problem> {
    if !actor.may(Permission::AnswerEscalation) {
        return Err(Problem::usage("FORBIDDEN", "this role answers no escalations"));
    }
    let text = checked_text(text)?.to_owned();
    let about = format!("escalation:{escalation_id}");
    note_in_log(desk, actor, "escalation.answer", &about, json!({ "escalation": escalation_id })).await?;
    let answer = EscalationAnswer { text, officer: actor.name.clone(), at: desk.workspace.clock.now() };
    Ok(desk.workspace.ledger.answer_escalation(&actor.scope, escalation_id, &answer).await?)
}

fn checked_text(text: &str) -> Result<&str, Problem> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > MOST_CHARACTERS {
        return Err(Problem::usage("NOTE", format!("write a note of at most {MOST_CHARACTERS} characters")));
    }
    Ok(text)
}
