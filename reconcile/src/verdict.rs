//! What a clerk is told about one case: may it go on, and if not, what stands in the way.
//!
//! A procedure uses some fields, and each field some records. What it does not use does not stop
//! it; a procedure that the catalogue does not know gets the careful answer, in which everything
//! counts. What could not be asked never counts as agreement.

use config::SourceKind;
use config::procedures::Procedure;
use config::rules::Rules;
use jiff::Timestamp;
use schemas::{Finding, Severity, SourceId};
use serde::Serialize;

/// One source's answer about the subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceAnswer {
    pub source: SourceId,
    #[serde(serialize_with = "kind_name")]
    pub kind: SourceKind,
    pub state: AnswerState,
    /// What the answer is true of; `None` where there is none.
    pub as_of: Option<Timestamp>,
    /// Older than the source's freshness budget allows.
    pub stale: bool,
}

fn kind_name<S: serde::Serializer>(kind: &SourceKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.as_str())
}

/// Four answers of a source, the two that need no comparing: whether values match is in the
/// findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerState {
    /// It has records of the subject.
    Found,
    /// It was read whole and has none.
    NotFound,
    /// Nobody knows: it was never read, or it answers citizen by citizen and was not asked for
    /// this one.
    CouldNotAsk,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    Proceed,
    ProceedWithNote,
    /// Something must be looked at or corrected first.
    Stop,
    /// Too little is known to say that nothing stands in the way.
    CannotConclude,
}

/// Why nothing can be concluded, or with what the conclusion must be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum Caveat {
    /// No source has anybody or anything like it.
    Nowhere,
    /// The procedure needs this source, and it could not be asked.
    NeededNotAsked { source: SourceId },
    /// The population was read whole and does not have this person.
    NotInPopulation { source: SourceId },
    /// The answer is older than the source's freshness budget.
    Stale { source: SourceId, as_of: Timestamp },
    /// Could not be asked; the procedure does not depend on it.
    NotAsked { source: SourceId },
    /// The person's death is registered. It stops every case in which the person must be alive, and
    /// every case of which that is not known.
    Deceased { source: SourceId, date: Option<String>, stops: bool },
    /// The catalogue does not know the procedure: everything counts.
    UnknownProcedure { code: String },
}

/// A death that a register has of the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Death {
    pub source: SourceId,
    /// ISO day or year.
    pub date: Option<String>,
}

impl Caveat {
    fn forbids_conclusion(&self) -> bool {
        matches!(self, Self::Nowhere | Self::NeededNotAsked { .. } | Self::NotInPopulation { .. })
    }

    fn stops(&self) -> bool {
        matches!(self, Self::Deceased { stops: true, .. })
    }
}

/// What an officer said of a finding, of the values that it has now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// The source that deviates is right: its record needs no correction.
    SourceRight,
    /// It is wrong: its owner must correct it.
    SourceWrong,
    /// Nobody can tell yet.
    NotEnough,
}

impl Said {
    pub const ALL: [Self; 3] = [Self::SourceRight, Self::SourceWrong, Self::NotEnough];

    /// As it is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SourceRight => "source_right",
            Self::SourceWrong => "source_wrong",
            Self::NotEnough => "not_enough",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|said| said.as_str() == text)
    }
}

/// A decision that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decided {
    pub said: Said,
    /// By somebody whose word is enough where the case stops.
    pub lifts_stop: bool,
}

impl Decided {
    /// Whether a finding of this severity no longer stands in the way. What had to be looked at was
    /// looked at, whoever is right. What stops a case goes on only where there is nothing to correct,
    /// by the word of somebody who may say so.
    fn settles(self, severity: Severity) -> bool {
        match severity {
            Severity::Stop => self.said == Said::SourceRight && self.lifts_stop,
            Severity::Check => self.said != Said::NotEnough,
            Severity::Note => false,
        }
    }
}

/// Findings by what they mean for the case, as places in the list that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    pub conclusion: Conclusion,
    /// What stops, the gravest first.
    pub conflicts: Vec<usize>,
    /// Looked at by an officer, and no longer in the way.
    pub decided: Vec<usize>,
    /// Worth knowing.
    pub notes: Vec<usize>,
    /// True, and no matter of this procedure.
    pub aside: Vec<usize>,
    pub caveats: Vec<Caveat>,
}

impl Verdict {
    /// How many things stand in the way.
    pub fn in_the_way(&self) -> usize {
        self.conflicts.len() + self.caveats.iter().filter(|caveat| caveat.stops()).count()
    }
}

/// One question: may this case go on?
pub struct Judging<'a> {
    pub rules: &'a Rules,
    /// The procedure of the case, if one is named.
    pub code: Option<&'a str>,
    /// Its entry in the catalogue, if there is one.
    pub procedure: Option<&'a Procedure>,
    pub findings: &'a [Finding],
    /// One for each finding, or none at all.
    pub decisions: &'a [Option<Decided>],
    /// One of each source that is configured.
    pub answers: &'a [SourceAnswer],
    /// One that a register has of the person.
    pub death: Option<Death>,
}

/// Judges.
pub fn verdict(judging: Judging<'_>) -> Verdict {
    let Judging { rules, code, procedure, findings, decisions, answers, death } = judging;
    let fields = procedure.filter(|procedure| !procedure.fields.is_empty());
    let kind_of = |source: &SourceId| answers.iter().find(|a| a.source == *source).map(|a| a.kind);
    let (mut conflicts, mut decided, mut notes, mut aside) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (at, finding) in findings.iter().enumerate() {
        if !fields.is_none_or(|procedure| matters(procedure, finding, kind_of(&finding.source))) {
            aside.push(at);
            continue;
        }
        let said = decisions.get(at).copied().flatten();
        match rules.rule(finding.kind).severity_for(code) {
            severity if said.is_some_and(|said| said.settles(severity)) => decided.push(at),
            severity @ (Severity::Stop | Severity::Check) => conflicts.push((severity, at)),
            Severity::Note => notes.push(at),
        }
    }
    conflicts.sort();
    let mut caveats = caveats(code, procedure, fields, answers);
    if let Some(Death { source, date }) = death {
        // One death is one thing in the way, also where a finding speaks of it.
        let told = conflicts.iter().any(|(_, at): &(Severity, usize)| findings[*at].field == "life_status");
        caveats.insert(0, Caveat::Deceased { source, date, stops: !told && fields.is_none_or(needs_the_living) });
    }
    let with_a_note = |caveat: &Caveat| matches!(caveat, Caveat::Stale { .. } | Caveat::Deceased { .. });
    let conclusion = if !conflicts.is_empty() || caveats.iter().any(Caveat::stops) {
        Conclusion::Stop
    } else if caveats.iter().any(Caveat::forbids_conclusion) {
        Conclusion::CannotConclude
    } else if notes.is_empty() && decided.is_empty() && !caveats.iter().any(with_a_note) {
        Conclusion::Proceed
    } else {
        Conclusion::ProceedWithNote
    };
    let conflicts = conflicts.into_iter().map(|(_, at)| at).collect();
    Verdict { conclusion, conflicts, decided, notes, aside, caveats }
}

/// Whether the procedure compares this field in records of the source that deviates. What is said
/// of the case itself always matters.
fn matters(procedure: &Procedure, finding: &Finding, kind: Option<SourceKind>) -> bool {
    if finding.subject.kind() == "case" {
        return true;
    }
    let Some(record) = kind.map(record_kind) else { return true };
    procedure
        .fields
        .iter()
        .any(|field| field.compares.contains(&finding.field) && field.records.iter().any(|kind| kind == record))
}

/// Whether the procedure looks at who is alive.
fn needs_the_living(procedure: &Procedure) -> bool {
    procedure.fields.iter().any(|field| field.compares.iter().any(|compared| compared == "life_status"))
}

/// The name that the catalogue of procedures has for records of a kind of source.
fn record_kind(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Population => "population",
        SourceKind::CivilStatus => "civil_status",
        SourceKind::Land => "land",
        SourceKind::OneStop => "dossier",
        // What a commune keeps for itself is evidence of no procedure.
        SourceKind::Files | SourceKind::Sql => "commune",
    }
}

fn caveats(
    code: Option<&str>,
    procedure: Option<&Procedure>,
    fields: Option<&Procedure>,
    answers: &[SourceAnswer],
) -> Vec<Caveat> {
    let mut caveats = Vec::new();
    if let (Some(code), None) = (code, procedure) {
        caveats.push(Caveat::UnknownProcedure { code: code.to_owned() });
    }
    if !answers.iter().any(|answer| answer.state == AnswerState::Found) {
        caveats.push(Caveat::Nowhere);
    }
    for answer in answers {
        let source = || answer.source.clone();
        let needed = needs(fields, answer.kind);
        match answer.state {
            AnswerState::CouldNotAsk if needed => caveats.push(Caveat::NeededNotAsked { source: source() }),
            AnswerState::CouldNotAsk => caveats.push(Caveat::NotAsked { source: source() }),
            AnswerState::NotFound if answer.kind == SourceKind::Population && needed => {
                caveats.push(Caveat::NotInPopulation { source: source() });
            }
            _ => {}
        }
        if let (true, true, Some(as_of)) = (answer.stale, needed, answer.as_of) {
            caveats.push(Caveat::Stale { source: source(), as_of });
        }
    }
    caveats
}

/// Whether the case hangs on this source: on the population always where fields are not known, else
/// on the records in which identity and eligibility are looked up.
fn needs(fields: Option<&Procedure>, kind: SourceKind) -> bool {
    let Some(procedure) = fields else { return kind == SourceKind::Population };
    procedure.fields.iter().any(|field| {
        matches!(field.purpose.as_str(), "identity" | "eligibility")
            && !field.compares.is_empty()
            && field.records.iter().any(|record| record == record_kind(kind))
    })
}
