//! From the rows of a subject to what a clerk is told.

use super::checked::{Checked, CheckedFinding, Known, ProcedureShown, Record, Thing};
use super::decided::Work;
use super::desk::Desk;
use super::gather::{Held, Shelf};
use super::live::LiveAnswer;
use super::look::{is_case, is_of_case};
use super::one_person;
use super::visible::unit_of;
use crate::problem::Problem;
use crate::rows::record_row;
use config::procedures::Procedures;
use reconcile::engine::{Context, Row, beside};
use reconcile::lookup as keys;
use reconcile::normal::id::classify;
use reconcile::verdict::{Death, Decided, Judging, verdict};
use schemas::{Finding, Record as Canonical, SourceId, Subject};
use std::collections::{BTreeMap, BTreeSet};
use store::ledger::FindingFilter;

/// What is judged.
pub(super) struct Case<'a> {
    /// Of the person, of the case; references first.
    pub held: Vec<Held>,
    /// The number of now.
    pub person: Option<String>,
    pub code: Option<String>,
    /// Overrides that of the case.
    pub procedure: Option<&'a str>,
    /// What sources said just now.
    pub live: &'a [LiveAnswer],
}

pub(super) async fn judge(desk: &Desk, shelf: &Shelf<'_>, case: Case<'_>) -> Result<Checked, Problem> {
    let Case { held: before, person, code, procedure, live } = case;
    let context = desk.context();
    let held = super::live::with_answers(shelf, &before, live);
    let answers = super::live::answers(shelf.answers(&held), live);
    let rows = rows(&context, &held);
    let mut known = found_in_the_night(desk, &held, &rows, person.as_deref(), code.as_deref()).await?;
    if live.iter().any(LiveAnswer::is_an_answer) {
        let old = self::rows(&context, &before);
        amend(&mut known, one_person::findings(&context, &old), one_person::findings(&context, &rows));
    }
    let work = Work::of(desk.workspace.ledger.as_ref(), &known).await?;
    let findings: Vec<Finding> = known.iter().map(|k| k.finding.clone()).collect();
    let decisions: Vec<Option<Decided>> = known.iter().map(|k| work.decided(&k.finding_id)).collect();
    let procedure = procedure.map(str::to_owned).or_else(|| procedure_of(&held, code.as_deref()));
    let rules = &desk.workspace.rules;
    let verdict = verdict(Judging {
        rules,
        code: procedure.as_deref(),
        procedure: procedure.as_deref().and_then(|code| desk.procedures.get(code)),
        findings: &findings,
        decisions: &decisions,
        answers: &answers,
        death: death(&held),
    });
    let severity = |kind| rules.rule(kind).severity_for(procedure.as_deref());
    let counted = |known: Known| counted(known, severity, &work);
    Ok(Checked {
        unit: unit_of(&context, &held, code.as_deref()),
        person,
        former_number: None,
        case: code,
        verdict,
        findings: known.into_iter().map(counted).collect(),
        procedure: procedure.clone().map(|code| shown(&desk.procedures, code)),
        fields: beside(&context, &rows),
        records: held.iter().map(record).collect(),
        answers,
        live: live.iter().map(LiveAnswer::shown).collect(),
        live_answers: Vec::new(),
        scan: None,
    })
}

pub(super) fn rows<'h>(context: &Context, held: &'h [Held]) -> Vec<Row<'h>> {
    let place = |source: &SourceId| context.sources.iter().position(|s| s.id == *source).unwrap_or_default();
    held.iter().map(|h| record_row(place(&h.source), &h.record)).collect()
}

/// The first death that a register has among these rows.
fn death(held: &[Held]) -> Option<Death> {
    held.iter().find_map(|h| match &h.record.record {
        Canonical::CivilEvent(entry) if entry.event.as_deref() == Some("death") => {
            let date = entry.event_date.clone().or_else(|| entry.registered_on.clone());
            Some(Death { source: h.source.clone(), date })
        }
        _ => None,
    })
}

/// The procedure of the case that is asked for.
fn procedure_of(held: &[Held], case: Option<&str>) -> Option<String> {
    let case = case?;
    held.iter().find_map(|h| match &h.record.record {
        Canonical::Dossier(d) if is_of_case(&h.record.record, case) => d.procedure_code.clone(),
        _ => None,
    })
}

/// What the night found about these rows and their person. Of cases, only the one in hand, where
/// there is one.
async fn found_in_the_night(
    desk: &Desk,
    held: &[Held],
    rows: &[Row<'_>],
    person: Option<&str>,
    case: Option<&str>,
) -> Result<Vec<Known>, Problem> {
    let mut subjects: BTreeSet<Subject> = person.map(Subject::person).into_iter().collect();
    for (h, row) in held.iter().zip(rows) {
        subjects.extend(keys::subjects(&h.source, row));
    }
    let codes: BTreeSet<String> = held
        .iter()
        .filter_map(|h| match &h.record.record {
            Canonical::Dossier(d) => Some([d.code.clone(), d.national_code.clone()]),
            _ => None,
        })
        .filter(|codes| case.is_none_or(|case| codes.iter().flatten().any(|code| is_case(code, case))))
        .flatten()
        .flatten()
        .collect();
    subjects.retain(|subject| subject.kind() != "case" || codes.contains(subject.key()));
    if subjects.is_empty() {
        return Ok(Vec::new());
    }
    let subjects = subjects.iter().map(|subject| subject.as_str().to_owned()).collect();
    let filter = FindingFilter { subjects, ..FindingFilter::default() };
    let stored = desk.workspace.ledger.findings(&filter).await?;
    Ok(stored
        .into_iter()
        .map(|stored| Known {
            finding_id: stored.finding_id,
            since: stored.first_date,
            new: false,
            finding: stored.finding,
        })
        .collect())
}

/// What changes when the person is looked at with today's answers instead of the night's. What only
/// the whole province can tell stays as the night told it.
fn amend(known: &mut Vec<Known>, before: Vec<Finding>, after: Vec<Finding>) {
    let by_id = |findings: Vec<Finding>| findings.into_iter().map(|f| (f.id(), f)).collect::<BTreeMap<_, _>>();
    let (before, mut after) = (by_id(before), by_id(after));
    known.retain(|k| !before.contains_key(&k.finding_id) || after.contains_key(&k.finding_id));
    for k in known.iter_mut() {
        let Some(finding) = after.remove(&k.finding_id) else { continue };
        // The night may have seen more of it than this person's rows: where nobody says anything else
        // the finding stays the night's, and so do the decisions about it.
        if before.get(&k.finding_id).is_none_or(|old| !old.says_the_same(&finding)) {
            (k.new, k.finding) = (true, finding);
        }
    }
    let new = after.into_iter().filter(|(id, _)| !before.contains_key(id));
    known.extend(new.map(|(finding_id, finding)| Known { finding_id, since: String::new(), new: true, finding }));
}

fn counted(known: Known, severity: impl Fn(schemas::FindingKind) -> schemas::Severity, work: &Work) -> CheckedFinding {
    let finding = known.finding;
    CheckedFinding {
        decision: work.decision(&known.finding_id),
        correction: work.correction(&known.finding_id),
        finding_id: known.finding_id,
        severity: severity(finding.kind),
        kind: finding.kind,
        subject: finding.subject.clone(),
        field: finding.field.clone(),
        source: finding.source.clone(),
        owner: finding.owner.clone(),
        since: known.since,
        new: known.new,
        explanation_vi: finding.explanation_vi.clone(),
        explanation_en: finding.explanation_en.clone(),
        next_step_vi: finding.next_step_vi.clone(),
        next_step_en: finding.next_step_en.clone(),
        finding,
    }
}

fn shown(procedures: &Procedures, code: String) -> ProcedureShown {
    let entry = procedures.get(&code);
    ProcedureShown {
        name: entry.map(|entry| entry.name.clone()).unwrap_or_default(),
        fields_known: entry.is_some_and(|entry| !entry.fields.is_empty()),
        code,
    }
}

fn record(held: &Held) -> Record {
    let envelope = &held.record.envelope;
    let thing = match &held.record.record {
        Canonical::Person(_) => None,
        Canonical::LandRight(r) => Some(Thing::LandRight {
            serial: r.serial.clone(),
            sheet: r.sheet.clone(),
            parcel: r.parcel.clone(),
            status: r.certificate_status.clone(),
            commune: r.parcel_commune.clone().or_else(|| envelope.commune.clone()),
            old_commune: r.parcel_old_commune.clone(),
        }),
        Canonical::CivilEvent(r) => Some(Thing::CivilEvent {
            event: r.event.clone(),
            role: r.role.clone(),
            date: r.event_date.clone().or_else(|| r.registered_on.clone()),
        }),
        Canonical::Dossier(r) => Some(Thing::Case {
            code: r.code.clone(),
            procedure: r.procedure_code.clone(),
            status: r.status.clone(),
            due_at: r.due_at.clone(),
        }),
    };
    Record {
        source: held.source.clone(),
        kind: held.kind,
        dataset: held.dataset,
        record_key: envelope.record_key.clone(),
        part: envelope.part,
        as_of: held.as_of,
        updated_at: envelope.updated_at.clone(),
        by_number: held.record.record.link_key().is_some_and(|key| !classify(key).is_malformed()),
        thing,
    }
}
