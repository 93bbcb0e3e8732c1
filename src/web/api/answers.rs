//! What is answered: a shape of its own, so that what is inside may change.

use crate::Lang;
use crate::check::wording::sentence;
use crate::check::{Checked, CheckedFinding};
use reconcile::engine::FieldBeside;
use reconcile::verdict::SourceAnswer;
use serde::Serialize;
use utoipa::ToSchema;

/// What a clerk is told about one citizen or case.
#[derive(Serialize, ToSchema)]
pub struct VerdictAnswer {
    /// `proceed`, `proceed_with_note`, `stop` or `cannot_conclude`.
    pub conclusion: &'static str,
    pub sentence_vi: String,
    pub sentence_en: String,
    /// 12 digits, of now.
    pub person: Option<String>,
    /// The cancelled number that was asked for.
    pub former_number: Option<String>,
    pub case: Option<String>,
    /// Today's code of the commune.
    pub unit: Option<String>,
    pub procedure: Option<String>,
    /// What stands in the way, the gravest first.
    pub conflicts: Vec<FindingAnswer>,
    /// Looked at by an officer, and no longer in the way.
    pub decided: Vec<FindingAnswer>,
    pub notes: Vec<FindingAnswer>,
    /// No matter of this procedure.
    pub aside: Vec<FindingAnswer>,
    /// How old each source is.
    pub sources: Vec<SourceState>,
    pub fields: Vec<FieldAnswer>,
}

#[derive(Serialize, ToSchema)]
pub struct FindingAnswer {
    pub finding_id: String,
    /// As in the catalogue of findings: `NAME_DIFF`.
    pub kind: &'static str,
    /// `stop`, `check` or `note`, for this procedure.
    pub severity: &'static str,
    pub field: String,
    pub source: String,
    /// The agency that must correct it.
    pub owner: String,
    pub explanation_vi: String,
    pub explanation_en: String,
    pub next_step_vi: String,
    pub next_step_en: String,
    /// `source_right`, `source_wrong` or `not_enough`, where a decision holds.
    pub decision: Option<&'static str>,
}

#[derive(Serialize, ToSchema)]
pub struct SourceState {
    pub source: String,
    /// `found`, `not_found` or `could_not_ask`: the third never means the second.
    pub state: &'static str,
    /// What the answer is true of, RFC 3339.
    pub as_of: Option<String>,
    /// Older than the source's freshness budget.
    pub stale: bool,
}

#[derive(Serialize, ToSchema)]
pub struct FieldAnswer {
    pub field: String,
    /// The farthest level of all.
    pub level: String,
    pub values: Vec<FieldValue>,
}

#[derive(Serialize, ToSchema)]
pub struct FieldValue {
    pub source: String,
    pub value: String,
    /// Against the first value: `same`, `spelling`, `compatible`, `different`, `only_here`.
    pub level: String,
    /// For a residence: the unit of today.
    pub today: Option<String>,
}

/// A person who may be meant, masked.
#[derive(Serialize, ToSchema)]
pub struct CandidateAnswer {
    pub masked_number: String,
    pub name: Option<String>,
    pub birth_date: Option<String>,
}

/// More than one person fits: ask by number.
#[derive(Serialize, ToSchema)]
pub struct CandidatesAnswer {
    pub candidates: Vec<CandidateAnswer>,
}

impl VerdictAnswer {
    pub fn of(checked: &Checked) -> Self {
        let list = |places: &[usize]| -> Vec<FindingAnswer> {
            places.iter().filter_map(|at| checked.findings.get(*at)).map(finding).collect()
        };
        let verdict = &checked.verdict;
        Self {
            conclusion: crate::check::conclusion_kept(verdict.conclusion),
            sentence_vi: sentence(checked, Lang::Vi),
            sentence_en: sentence(checked, Lang::En),
            person: checked.person.clone(),
            former_number: checked.former_number.clone(),
            case: checked.case.clone(),
            unit: checked.unit.clone(),
            procedure: checked.procedure.as_ref().map(|p| p.code.clone()),
            conflicts: list(&verdict.conflicts),
            decided: list(&verdict.decided),
            notes: list(&verdict.notes),
            aside: list(&verdict.aside),
            sources: checked.answers.iter().map(source).collect(),
            fields: checked.fields.iter().map(|field| self::field(checked, field)).collect(),
        }
    }
}

fn finding(finding: &CheckedFinding) -> FindingAnswer {
    FindingAnswer {
        finding_id: finding.finding_id.clone(),
        kind: finding.kind.as_str(),
        severity: finding.severity.as_str(),
        field: finding.field.clone(),
        source: finding.source.to_string(),
        owner: finding.owner.clone(),
        explanation_vi: finding.explanation_vi.expose().to_owned(),
        explanation_en: finding.explanation_en.expose().to_owned(),
        next_step_vi: finding.next_step_vi.clone(),
        next_step_en: finding.next_step_en.clone(),
        decision: finding.decision.as_ref().filter(|d| d.holds).map(|d| d.said.as_str()),
    }
}

fn source(answer: &SourceAnswer) -> SourceState {
    use reconcile::verdict::AnswerState;
    SourceState {
        source: answer.source.to_string(),
        state: match answer.state {
            AnswerState::Found => "found",
            AnswerState::NotFound => "not_found",
            AnswerState::CouldNotAsk => "could_not_ask",
        },
        as_of: answer.as_of.map(|at| at.to_string()),
        stale: answer.stale,
    }
}

fn field(checked: &Checked, field: &FieldBeside) -> FieldAnswer {
    let level =
        |level| serde_json::to_value(level).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
    let value = |value: &reconcile::engine::ValueBeside| FieldValue {
        source: checked.records.get(value.row).map(|record| record.source.to_string()).unwrap_or_default(),
        value: value.value.clone(),
        level: level(value.level),
        today: value.today.clone(),
    };
    FieldAnswer {
        field: field.field.to_owned(),
        level: level(field.level),
        values: field.values.iter().map(value).collect(),
    }
}
