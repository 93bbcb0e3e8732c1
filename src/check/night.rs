//! Cases judged in the night, by the same functions as at the counter. No person looks: nothing is
//! noted in the audit log, and only who may see a case sees its row.

use super::ahead::Entries;
use super::checked::Checked;
use super::desk::Desk;
use super::gather::Shelf;
use super::judge::{Case, judge};
use super::look::rows_of_case;
use super::wording::{caveat_line, sentence};
use crate::Lang;
use crate::problem::Problem;
use reconcile::lookup as keys;
use reconcile::normal::id::{IdForm, classify};
use reconcile::verdict::{Caveat, Conclusion};
use std::sync::Arc;
use store::ledger::CaseVerdict;

/// A case to be judged, as a source names it, and the number under which it stands there.
pub struct CaseOf<'c> {
    pub code: &'c str,
    pub link_key: Option<&'c str>,
}

/// Judges many cases over the snapshots of now, a bucket of people after the other.
pub struct CaseJudge<'d> {
    desk: &'d Desk,
    shelf: Shelf<'d>,
    entries: Arc<Entries>,
}

impl<'d> CaseJudge<'d> {
    /// `cases`: all that will be judged. What the lookup says of them is read at once.
    pub async fn open<'c>(desk: &'d Desk, cases: impl Iterator<Item = CaseOf<'c>>) -> Result<Self, Problem> {
        let shelf = Shelf::open(desk).await?;
        let entries = shelf.entries(cases.flat_map(asked))?;
        Ok(Self { desk, shelf, entries })
    }

    /// In which bucket something stands. `place`: its link key, or its record key where it has none.
    pub fn bucket_of(&self, place: &str) -> u32 {
        schemas::bucket_of(place, self.shelf.buckets())
    }

    /// For cases of this bucket; it judges others as well, only not as fast.
    pub fn of_bucket(&self, bucket: u32) -> Result<BucketJudge<'d>, Problem> {
        Ok(BucketJudge { desk: self.desk, shelf: self.shelf.with_bucket(bucket, &self.entries)? })
    }
}

/// The keys of the lookup that judging a case asks for.
fn asked(case: CaseOf<'_>) -> Vec<String> {
    let mut asked = vec![keys::case(case.code)];
    match case.link_key.map(classify) {
        Some(IdForm::Number(id) | IdForm::UnknownPrefix(id) | IdForm::Repaired(id)) => {
            asked.extend([keys::former(&id), keys::moved(id.as_str())]);
        }
        Some(IdForm::OldNumber(old) | IdForm::RepairedOld(old)) => asked.push(keys::old_number(old)),
        Some(IdForm::Bad) | None => {}
    }
    asked
}

/// Judges cases one after the other, with the rows of one bucket in memory.
pub struct BucketJudge<'d> {
    desk: &'d Desk,
    shelf: Shelf<'d>,
}

impl BucketJudge<'_> {
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
