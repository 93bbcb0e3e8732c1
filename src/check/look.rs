//! From a question to what a clerk is told.

use super::gather::{Held, Shelf};
use super::question::Question;
use crate::problem::Problem;
use crate::rows::record_row;
use crate::workspace::{Workspace, load_procedures};
use config::procedures::Procedures;
use jiff::Timestamp;
use reconcile::engine::{Context, FieldBeside, Row, SourceInfo, beside};
use reconcile::lookup as keys;
use reconcile::normal::id::{IdForm, classify};
use reconcile::units::Catalogue;
use reconcile::verdict::{Death, SourceAnswer, Verdict, verdict};
use schemas::clock::vietnam_date;
use schemas::{Dataset, Finding, FindingKind, PersonalId, Record as Canonical, Sensitive, Severity, SourceId, Subject};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeSet;
use store::ledger::{FindingFilter, LinkFilter, LinkState, StoredFinding};
use store::snapshots::LookupEntry;

/// What came of a question.
pub enum Looked {
    One(Box<Checked>),
    /// More than one person fits: one must be chosen by number.
    Several(Vec<Candidate>),
}

/// A person who may be meant. Lists mask the number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Candidate {
    pub person: String,
    pub name: Option<String>,
    pub birth_date: Option<String>,
    pub residence: Option<String>,
}

/// One subject with everything that is known. Carries personal values.
#[derive(Serialize)]
pub struct Checked {
    /// The number of now; `None`: a case or certificate of nobody who is known.
    pub person: Option<String>,
    /// The number that was asked for, where it was cancelled since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub former_number: Option<String>,
    /// The code of the case, where a case was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    pub procedure: Option<ProcedureShown>,
    pub verdict: Verdict,
    /// [`Verdict`] names them by their place.
    pub findings: Vec<CheckedFinding>,
    pub answers: Vec<SourceAnswer>,
    /// [`FieldBeside`] names them by their place.
    pub records: Vec<Record>,
    pub fields: Vec<FieldBeside>,
}

#[derive(Serialize)]
pub struct ProcedureShown {
    pub code: String,
    /// Vietnamese; empty where the catalogue does not know it.
    pub name: String,
    /// The catalogue tells which fields it uses.
    pub fields_known: bool,
}

/// A finding as it counts for this case.
#[derive(Serialize)]
pub struct CheckedFinding {
    pub finding_id: String,
    pub kind: FindingKind,
    /// For this procedure.
    pub severity: Severity,
    pub subject: Subject,
    pub field: String,
    pub source: SourceId,
    pub owner: String,
    pub since: String,
    pub explanation_vi: Sensitive,
    pub explanation_en: Sensitive,
    pub next_step_vi: String,
    pub next_step_en: String,
}

/// A row that speaks of the subject.
#[derive(Serialize)]
pub struct Record {
    pub source: SourceId,
    pub dataset: Dataset,
    pub record_key: String,
    pub part: u16,
    pub as_of: Timestamp,
    pub updated_at: Option<String>,
    /// What it is, where it is more than a record of the person: a certificate with its parcel, a
    /// register entry, a case.
    pub thing: Option<Thing>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Thing {
    LandRight { serial: Option<String>, sheet: Option<String>, parcel: Option<String>, status: Option<String> },
    CivilEvent { event: Option<String>, role: Option<String>, date: Option<String> },
    Case { code: Option<String>, procedure: Option<String>, status: Option<String>, due_at: Option<String> },
}

/// Looks, after noting who does. `procedure` overrides that of the case; `request_id` joins the
/// two entries of the audit log.
pub async fn look(
    workspace: &Workspace,
    question: &Question,
    procedure: Option<&str>,
    actor: &str,
    request_id: &str,
) -> Result<Looked, Problem> {
    let detail = json!({ "by": question.kind(), "procedure": procedure }).to_string();
    let failed = |error: connectors::AuditFailed| Problem::failed("AUDIT_UNWRITABLE", error.to_string());
    workspace.trail.look(actor, &about(question), request_id, detail).await.map_err(failed)?;
    let looked = answer(workspace, question, procedure).await;
    let outcome = match &looked {
        Ok(Looked::One(checked)) => json!({ "conclusion": checked.verdict.conclusion }),
        Ok(Looked::Several(people)) => json!({ "candidates": people.len() }),
        Err(problem) => json!({ "error": problem.code }),
    };
    workspace.trail.looked(request_id, outcome.to_string()).await.map_err(failed)?;
    looked
}

/// What the audit log keeps a hash of.
fn about(question: &Question) -> String {
    match question {
        Question::Number(id) => id.as_str().to_owned(),
        Question::OldNumber(old) => keys::old_number(*old),
        Question::Case(code) => keys::case(code),
        Question::Serial(serial) => keys::serial(serial),
        Question::Name { name, birth } => keys::name(name, *birth),
    }
}

async fn answer(workspace: &Workspace, question: &Question, procedure: Option<&str>) -> Result<Looked, Problem> {
    let shelf = Shelf::open(workspace).await?;
    let mut former = None;
    let (people, rows) = match question {
        Question::Number(id) => {
            let now = now(&shelf, id)?;
            former = (now != id.as_str()).then(|| id.as_str().to_owned());
            (BTreeSet::from([now]), Vec::new())
        }
        Question::OldNumber(old) => {
            let people = people(&shelf.find(&keys::old_number(*old))?);
            // Rows of somebody whom the population does not have stand under the CMND itself.
            let people = if people.is_empty() { BTreeSet::from([format!("{old:09}")]) } else { people };
            (people, Vec::new())
        }
        Question::Name { name, birth } => (people(&shelf.find(&keys::name(name, *birth))?), Vec::new()),
        Question::Case(code) => of_rows(workspace, &shelf, &shelf.find(&keys::case(code))?).await?,
        Question::Serial(serial) => of_rows(workspace, &shelf, &shelf.find(&keys::serial(serial))?).await?,
    };
    let people: Vec<String> = people.into_iter().collect();
    let person = match people.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        several => return Ok(Looked::Several(candidates(&shelf, several)?)),
    };
    let mut held = rows;
    if let Some(person) = &person {
        held.extend(shelf.of_person(person)?);
    }
    let held = shelf.in_order(held);
    let case = match question {
        Question::Case(code) => Some(code.trim().to_uppercase()),
        _ => None,
    };
    let known = person.filter(|person| person.len() == 12 && !held.is_empty());
    let checked = judge(workspace, &shelf, held, known, case, procedure).await?;
    Ok(Looked::One(Box::new(Checked { former_number: former, ..checked })))
}

fn people(entries: &[LookupEntry]) -> BTreeSet<String> {
    entries.iter().filter_map(|entry| entry.person.clone()).collect()
}

/// The number of now; a cancelled number that is somebody's leads to them.
fn now(shelf: &Shelf<'_>, id: &PersonalId) -> Result<String, Problem> {
    let found = people(&shelf.find(&keys::former(id))?);
    Ok(match found.len() {
        1 => found.into_iter().next().unwrap_or_default(),
        _ => id.as_str().to_owned(),
    })
}

/// The rows of a case or certificate, and whose they are.
async fn of_rows(
    workspace: &Workspace,
    shelf: &Shelf<'_>,
    entries: &[LookupEntry],
) -> Result<(BTreeSet<String>, Vec<Held>), Problem> {
    let mut people = BTreeSet::new();
    let mut rows = Vec::new();
    for held in entries.iter().map(|entry| shelf.entry(entry)).collect::<Result<Vec<_>, _>>()?.into_iter().flatten() {
        match held.record.record.link_key().map(classify) {
            Some(IdForm::Number(id) | IdForm::UnknownPrefix(id) | IdForm::Repaired(id)) => {
                people.insert(now(shelf, &id)?);
            }
            Some(IdForm::OldNumber(old) | IdForm::RepairedOld(old)) => {
                people.extend(self::people(&shelf.find(&keys::old_number(old))?));
            }
            Some(IdForm::Bad) | None => {
                let filter = LinkFilter {
                    state: Some(LinkState::Linked),
                    source: Some(held.source.to_string()),
                    record_key: Some(held.record.envelope.record_key.clone()),
                    limit: None,
                };
                let pairs = workspace.ledger.link_pairs(&filter).await?;
                let part = held.record.envelope.part;
                people.extend(pairs.into_iter().filter(|pair| pair.key.part == part).map(|pair| pair.key.person));
            }
        }
        rows.push(held);
    }
    Ok((people, rows))
}

fn candidates(shelf: &Shelf<'_>, people: &[String]) -> Result<Vec<Candidate>, Problem> {
    let one = |person: &String| {
        let held = shelf.of_person(person)?;
        let mention = held.first().map(|h| record_row(0, &h.record)).and_then(|row| row.mention(held[0].kind));
        Ok(Candidate {
            person: person.clone(),
            name: mention.and_then(|m| m.name).map(str::to_owned),
            birth_date: mention.and_then(|m| m.birth_date).map(str::to_owned),
            residence: mention.and_then(|m| m.residence.commune_name.or(m.residence.text)).map(str::to_owned),
        })
    };
    people.iter().map(one).collect()
}

async fn judge(
    workspace: &Workspace,
    shelf: &Shelf<'_>,
    held: Vec<Held>,
    person: Option<String>,
    case: Option<String>,
    procedure: Option<&str>,
) -> Result<Checked, Problem> {
    let answers = shelf.answers(&held);
    let context = Context {
        catalogue: Catalogue::new(&workspace.units),
        rules: workspace.rules.clone(),
        date: vietnam_date(workspace.clock.now()),
        province: workspace.settings.province.code,
        // Only their kinds are looked at: whether a source is complete is in its answer.
        sources: answers
            .iter()
            .map(|answer| SourceInfo { id: answer.source.clone(), kind: answer.kind, complete: true })
            .collect(),
    };
    let place = |source: &SourceId| answers.iter().position(|answer| answer.source == *source).unwrap_or_default();
    let rows: Vec<Row<'_>> = held.iter().map(|h| record_row(place(&h.source), &h.record)).collect();
    let procedures = load_procedures(&workspace.settings)?;
    let code = procedure.map(str::to_owned).or_else(|| procedure_of(&held, case.as_deref()));
    let stored = findings(workspace, &held, &rows, person.as_deref(), case.as_deref()).await?;
    let bare: Vec<Finding> = stored.iter().map(|stored| stored.finding.clone()).collect();
    let entry = code.as_deref().and_then(|code| procedures.get(code));
    let verdict = verdict(&workspace.rules, code.as_deref(), entry, &bare, &answers, death(&held));
    let severity = |kind| workspace.rules.rule(kind).severity_for(code.as_deref());
    let findings = stored.into_iter().map(|stored| counted(stored, severity)).collect();
    Ok(Checked {
        person,
        former_number: None,
        case,
        procedure: code.map(|code| shown(&procedures, code)),
        verdict,
        findings,
        fields: beside(&context, &rows),
        records: held.iter().map(record).collect(),
        answers,
    })
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

/// However the source writes the code: as the lookup takes codes for one.
fn is_case(code: &str, case: &str) -> bool {
    keys::case(code) == keys::case(case)
}

/// The procedure of the case that is asked for.
fn procedure_of(held: &[Held], case: Option<&str>) -> Option<String> {
    let case = case?;
    held.iter().find_map(|h| match &h.record.record {
        Canonical::Dossier(d) if [&d.code, &d.national_code].into_iter().flatten().any(|code| is_case(code, case)) => {
            d.procedure_code.clone()
        }
        _ => None,
    })
}

/// What the night found about these rows and their person. Of cases, only the one in hand, where
/// there is one.
async fn findings(
    workspace: &Workspace,
    held: &[Held],
    rows: &[Row<'_>],
    person: Option<&str>,
    case: Option<&str>,
) -> Result<Vec<StoredFinding>, Problem> {
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
    Ok(workspace.ledger.findings(&FindingFilter { subjects, ..FindingFilter::default() }).await?)
}

fn counted(stored: StoredFinding, severity: impl Fn(FindingKind) -> Severity) -> CheckedFinding {
    let finding = stored.finding;
    CheckedFinding {
        finding_id: stored.finding_id,
        severity: severity(finding.kind),
        kind: finding.kind,
        subject: finding.subject,
        field: finding.field,
        source: finding.source,
        owner: finding.owner,
        since: stored.first_date,
        explanation_vi: finding.explanation_vi,
        explanation_en: finding.explanation_en,
        next_step_vi: finding.next_step_vi,
        next_step_en: finding.next_step_en,
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
        dataset: held.dataset,
        record_key: envelope.record_key.clone(),
        part: envelope.part,
        as_of: held.as_of,
        updated_at: envelope.updated_at.clone(),
        thing,
    }
}
