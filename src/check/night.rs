//! Cases judged in the night, by the same functions as at the counter. No person looks: nothing is
//! noted in the audit log, and only who may see a case sees its row.

use super::checked::Checked;
use super::desk::Desk;
use super::gather::Shelf;
use super::judge::{Case, judge};
use super::look::rows_of_case;
use super::wording::{caveat_line, sentence};
use crate::Lang;
use crate::problem::Problem;
use reconcile::verdict::{Caveat, Conclusion};
use store::ledger::CaseVerdict;

/// Judges cases one after the other over the snapshots of now.
pub struct CaseJudge<'d> {
    desk: &'d Desk,
    shelf: Shelf<'d>,
}

impl<'d> CaseJudge<'d> {
    pub async fn open(desk: &'d Desk) -> Result<Self, Problem> {
        Ok(Self { desk, shelf: Shelf::open(desk).await? })
    }

    pub async fn judge(&self, code: &str) -> Result<Checked, Problem> {
        let (mut held, people) = rows_of_case(self.desk, &self.shelf, code).await?;
        let person = match people.as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        };
        if let Some(person) = &person {
            held.extend(self.shelf.of_person(person)?);
        }
        let held = self.shelf.in_order(held);
        let person = person.filter(|person| person.len() == 12);
        let case = Case { held, person, code: Some(code.trim().to_uppercase()), procedure: None, live: &[] };
        judge(self.desk, &self.shelf, case).await
    }
}

/// A verdict as the morning's list keeps it.
pub fn row(desk: &Desk, checked: &Checked, source: &str, due_on: &str) -> CaseVerdict {
    let name = |lang: Lang| {
        let field = checked.fields.iter().find(|field| field.field == "name");
        field.and_then(|field| field.values.first()).map(|value| lang.pick(&value.shown_vi, &value.shown_en).to_owned())
    };
    CaseVerdict {
        case_code: checked.case.clone().unwrap_or_default(),
        source: source.to_owned(),
        unit: checked.unit.clone(),
        due_on: due_on.to_owned(),
        procedure: checked.procedure.as_ref().map(|p| p.code.clone()),
        person: checked.person.clone(),
        applicant: name(Lang::Vi),
        conclusion: word(checked.verdict.conclusion).to_owned(),
        conflicts: u32::try_from(checked.verdict.in_the_way()).unwrap_or(u32::MAX),
        notes: u32::try_from(checked.verdict.notes.len()).unwrap_or(u32::MAX),
        reason_vi: reason(checked, Lang::Vi),
        reason_en: reason(checked, Lang::En),
        judged_at: desk.workspace.clock.now(),
        worked_on: false,
    }
}

/// As it is kept.
pub fn word(conclusion: Conclusion) -> &'static str {
    match conclusion {
        Conclusion::Proceed => "proceed",
        Conclusion::ProceedWithNote => "proceed_with_note",
        Conclusion::Stop => "stop",
        Conclusion::CannotConclude => "cannot_conclude",
    }
}

/// The gravest thing, in one sentence.
fn reason(checked: &Checked, lang: Lang) -> String {
    let verdict = &checked.verdict;
    let finding = verdict.conflicts.first().or(verdict.notes.first()).and_then(|at| checked.findings.get(*at));
    let counts = |caveat: &&Caveat| !matches!(caveat, Caveat::NotAsked { .. } | Caveat::UnknownProcedure { .. });
    let caveat = verdict.caveats.iter().find(counts).map(|caveat| caveat_line(checked, caveat, lang));
    let of_finding = finding.map(|f| lang.pick(f.explanation_vi.expose(), f.explanation_en.expose()).to_owned());
    match verdict.conclusion {
        Conclusion::Proceed => String::new(),
        Conclusion::CannotConclude => caveat.or(of_finding).unwrap_or_else(|| sentence(checked, lang)),
        Conclusion::Stop | Conclusion::ProceedWithNote => of_finding.or(caveat).unwrap_or_default(),
    }
}
