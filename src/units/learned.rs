//! Officers' answers between ledger, resolver and shared files.

use crate::problem::Problem;
use jiff::Timestamp;
use reconcile::units::{Learned, Lesson};
use schemas::CommuneCode;
use schemas::clock::vietnam_date;
use std::path::Path;
use store::ledger::LearnedUnit;

/// The columns of a shared file.
const HEADER: [&str; 6] = ["old_commune", "hamlet", "new_commune", "officer", "learned_at", "note"];

/// For the resolver.
pub fn for_resolver(answers: &[LearnedUnit]) -> Learned {
    let mut learned = Learned::default();
    for answer in answers {
        let lesson =
            Lesson { now: answer.new_commune, by: answer.officer.clone(), on: vietnam_date(answer.learned_at) };
        learned.insert(answer.old_commune, &answer.hamlet, lesson);
    }
    learned
}

/// One answer, as an officer gives it. Refused where the old commune was not divided so.
pub fn answer(
    service: &super::UnitService,
    old: &str,
    hamlet: &str,
    new: &str,
    officer: &str,
    at: Timestamp,
    note: Option<&str>,
) -> Result<LearnedUnit, Problem> {
    let code = |text: &str, flag: &str| {
        CommuneCode::parse(text).map_err(|e| Problem::usage("USAGE", format!("{flag} {text}: {e}")))
    };
    let (old_commune, new_commune) = (code(old, "OLD")?, code(new, "NEW")?);
    let went_to: Vec<CommuneCode> = service
        .explain(old_commune)
        .iter()
        .filter(|meaning| meaning.unit.ended_on.is_some())
        .flat_map(|meaning| meaning.today.clone())
        .collect();
    if !went_to.contains(&new_commune) {
        let there: Vec<String> = went_to.iter().map(ToString::to_string).collect();
        let cause = if there.is_empty() {
            format!("no abolished commune has the code {old_commune}")
        } else {
            format!("commune {old_commune} did not become {new_commune}; it became: {}", there.join(", "))
        };
        return Err(Problem::failed("NOT_A_SUCCESSOR", cause));
    }
    let hamlet_key = Learned::key(hamlet);
    if hamlet_key.is_empty() {
        return Err(Problem::usage("USAGE", "HAMLET must name a hamlet"));
    }
    Ok(LearnedUnit {
        old_commune,
        hamlet_key,
        hamlet: hamlet.trim().to_owned(),
        new_commune,
        officer: officer.to_owned(),
        learned_at: at,
        note: note.map(str::to_owned),
    })
}

/// Writes answers as CSV.
pub fn export(answers: &[LearnedUnit], file: &Path) -> Result<(), Problem> {
    let failed = |e: csv::Error| Problem::failed("FILE", e.to_string());
    let mut writer = csv::Writer::from_path(file).map_err(failed)?;
    writer.write_record(HEADER).map_err(failed)?;
    for answer in answers {
        let at = answer.learned_at.to_string();
        let note = answer.note.as_deref().unwrap_or_default();
        let row =
            [answer.old_commune.as_str(), &answer.hamlet, answer.new_commune.as_str(), &answer.officer, &at, note];
        writer.write_record(row).map_err(failed)?;
    }
    Ok(writer.flush()?)
}

/// Reads a shared file; the first line that is wrong is named and nothing is taken in.
pub fn import(service: &super::UnitService, file: &Path) -> Result<Vec<LearnedUnit>, Problem> {
    let failed = |e: csv::Error| Problem::failed("FILE", e.to_string());
    let mut reader = csv::Reader::from_path(file).map_err(failed)?;
    if reader.headers().map_err(failed)?.iter().ne(HEADER) {
        let cause = format!("{}:1: the columns must be {}", file.display(), HEADER.join(","));
        return Err(Problem::failed("IMPORT", cause));
    }
    let mut answers = Vec::new();
    for row in reader.records() {
        let row = row.map_err(failed)?;
        let line = row.position().map_or(0, csv::Position::line);
        let at_line = |cause: String| Problem::failed("IMPORT", format!("{}:{line}: {cause}", file.display()));
        let at = row[4].parse().map_err(|_| at_line("learned_at must be an RFC 3339 instant".into()))?;
        let note = Some(&row[5]).filter(|n| !n.is_empty());
        let one = answer(service, &row[0], &row[1], &row[2], &row[3], at, note).map_err(|p| at_line(p.cause))?;
        answers.push(one);
    }
    Ok(answers)
}
