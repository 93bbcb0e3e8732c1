//! The resolver with what officers taught it, in the words of screens and JSON.

use crate::Lang;
use crate::units::convert::{RowInput, Verdict};
use jiff::civil::Date;
use reconcile::units::{Answer, Candidate, Learned, Meaning, Query, Resolver, Step, UnitRef};
use schemas::{CommuneCode, ProvinceCode};
use serde::Serialize;

pub struct UnitService {
    resolver: Resolver,
    learned: Learned,
}

/// One unit of today that may be meant.
#[derive(Debug, Clone, Serialize)]
pub struct Found {
    pub code: String,
    /// `Phường Minh Xuân, Tỉnh Tuyên Quang`
    pub full_name: String,
    /// 1 for the best candidate, less for the others: the order, not a probability.
    pub score: f32,
    pub evidence_vi: Vec<String>,
    pub evidence_en: Vec<String>,
    /// The changes from what was written to today.
    pub path: Vec<Change>,
}

impl Found {
    pub fn evidence(&self, lang: Lang) -> String {
        match lang {
            Lang::Vi => self.evidence_vi.join("; "),
            Lang::En => self.evidence_en.join("; "),
        }
    }
}

/// One change of a unit, as people read it.
#[derive(Debug, Clone, Serialize)]
pub struct Change {
    pub from_code: String,
    pub from: String,
    pub to_code: String,
    pub to: String,
    pub kind: &'static str,
    pub kind_vi: &'static str,
    pub date: Option<String>,
    pub act: String,
    pub source: String,
    /// How sure it is that this change happened so, 0 to 1.
    pub confidence: f32,
}

#[derive(Debug, Clone, Serialize)]
pub struct Resolved {
    /// `current`, `stale`, `split`, `ambiguous`, `unknown`
    pub status: &'static str,
    pub reason_vi: &'static str,
    pub reason_en: &'static str,
    /// The share of such answers in which a candidate is right; see `docs/units.md`.
    pub confidence: f32,
    pub candidates: Vec<Found>,
}

impl UnitService {
    pub fn new(resolver: Resolver, learned: Learned) -> Self {
        Self { resolver, learned }
    }

    pub fn resolver(&self) -> &Resolver {
        &self.resolver
    }

    pub fn resolve(&self, text: &str, code: Option<&str>, as_of: Option<Date>) -> Resolved {
        let answer = self.resolver.resolve(&Query { text: Some(text), code, as_of }, &self.learned);
        self.resolved(&answer)
    }

    fn resolved(&self, answer: &Answer<'_>) -> Resolved {
        let best = answer.candidates.first().map_or(1, |c| c.score.max(1)) as f32;
        Resolved {
            status: answer.status.as_str(),
            reason_vi: answer.reason.vietnamese(),
            reason_en: answer.reason.english(),
            confidence: answer.confidence,
            candidates: answer.candidates.iter().map(|c| self.found(c, best)).collect(),
        }
    }

    fn found(&self, candidate: &Candidate<'_>, best: f32) -> Found {
        Found {
            code: candidate.code.to_string(),
            full_name: self.name(candidate.code),
            score: (candidate.score as f32 / best).clamp(0.0, 1.0),
            evidence_vi: candidate.evidence.iter().map(|e| e.vietnamese()).collect(),
            evidence_en: candidate.evidence.iter().map(|e| e.english()).collect(),
            path: candidate.path.iter().map(change).collect(),
        }
    }

    fn name(&self, code: CommuneCode) -> String {
        self.resolver.full_name(code).unwrap_or_default()
    }

    /// The four fields that a row of a table gets.
    pub fn verdict(&self, row: &RowInput, lang: Lang) -> Verdict {
        let text = Some(row.text.as_str()).filter(|t| !t.trim().is_empty());
        let code = Some(row.code.as_str()).filter(|t| !t.trim().is_empty());
        let answer = self.resolver.resolve(&Query { text, code, as_of: day(&row.as_of) }, &self.learned);
        let mut codes = String::with_capacity(answer.candidates.len() * 6);
        for code in answer.codes() {
            if !codes.is_empty() {
                codes.push(';');
            }
            codes.push_str(code.as_str());
        }
        Verdict {
            status: answer.status.as_str().to_owned(),
            codes,
            name: answer.single().map(|code| self.name(code)).unwrap_or_default(),
            reason: lang.pick(answer.reason.vietnamese(), answer.reason.english()).to_owned(),
        }
    }

    pub fn explain(&self, code: CommuneCode) -> Vec<Meaning<'_>> {
        self.resolver.explain(code)
    }

    /// Code and full name of today's units whose name begins so.
    pub fn suggest(&self, prefix: &str, limit: usize) -> Vec<(String, String)> {
        self.resolver.suggest(prefix, limit).into_iter().map(|unit| (unit.code.to_string(), called(&unit))).collect()
    }

    pub fn list(&self, province: ProvinceCode) -> impl Iterator<Item = UnitRef<'_>> {
        self.resolver.list(province)
    }

    /// A unit of today as a small piece of HTML; `None` for a code that no unit of today has.
    pub fn card(&self, code: &str) -> Option<String> {
        let code = CommuneCode::parse(code).ok()?;
        let unit = self.resolver.current(code)?;
        let mut html = format!(
            "<p><strong>{}</strong> ({})</p><p>{}</p>",
            escape(unit.full_name),
            escape(unit.code.as_str()),
            escape(unit.within)
        );
        let meanings = self.explain(code);
        if let Some(today) = meanings.iter().find(|m| m.unit.ended_on.is_none()) {
            let from: Vec<String> = today.predecessors.iter().map(|step| escape(step.from.full_name)).collect();
            if !from.is_empty() {
                html.push_str(&format!("<p>Từ: {}</p>", from.join(", ")));
            }
        }
        Some(html)
    }
}

/// The day of a row: ISO, with or without a time behind it, or dd/mm/yyyy.
fn day(text: &str) -> Option<Date> {
    let text = text.trim();
    let iso = text.get(..10).unwrap_or(text);
    iso.parse().ok().or_else(|| {
        let mut parts = text.splitn(3, '/');
        let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?.get(..4)?);
        Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
    })
}

/// `Xã Kim Phú, Thành phố Tuyên Quang, Tỉnh Tuyên Quang`
pub fn called(unit: &UnitRef<'_>) -> String {
    if unit.within.is_empty() { unit.full_name.to_owned() } else { format!("{}, {}", unit.full_name, unit.within) }
}

pub fn change(step: &Step<'_>) -> Change {
    Change {
        from_code: step.from.code.to_string(),
        from: called(&step.from),
        to_code: step.to.code.to_string(),
        to: called(&step.to),
        kind: step.kind.as_str(),
        kind_vi: step.kind.vietnamese(),
        date: step.date.map(|d| d.to_string()),
        act: step.act.to_owned(),
        source: step.source.to_owned(),
        confidence: step.confidence,
    }
}

/// Every unit that a code has meant, newest first.
#[derive(Debug, Clone, Serialize)]
pub struct Explained {
    pub name: String,
    pub from: Option<String>,
    /// First day on which it was no more; `None`: it stands today.
    pub ended_on: Option<String>,
    /// The two days are days of official lists, not legal days.
    pub days_of_lists: bool,
    pub predecessors: Vec<Change>,
    pub successors: Vec<Change>,
    /// Codes of the units of today behind it.
    pub today: Vec<String>,
    /// Edges that a single source claims: for people, never followed.
    pub disputed: Vec<Disputed>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Disputed {
    pub to_code: String,
    pub claimed_by: String,
    pub verdict: String,
}

pub fn explained(service: &UnitService, code: CommuneCode) -> Vec<Explained> {
    let one = |meaning: &Meaning<'_>| Explained {
        name: called(&meaning.unit),
        from: meaning.unit.from.map(|d| d.to_string()),
        ended_on: meaning.unit.ended_on.map(|d| d.to_string()),
        days_of_lists: meaning.unit.days_of_lists,
        predecessors: meaning.predecessors.iter().map(change).collect(),
        successors: meaning.successors.iter().map(change).collect(),
        today: meaning.today.iter().map(ToString::to_string).collect(),
        disputed: meaning
            .disputed
            .iter()
            .map(|d| Disputed {
                to_code: d.to.to_string(),
                claimed_by: d.claimed_by.clone(),
                verdict: d.verdict.clone(),
            })
            .collect(),
    };
    service.explain(code).iter().map(one).collect()
}

/// For HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_people_and_programs_write_it() {
        let expected = Date::new(2024, 3, 5).ok();
        for text in ["2024-03-05", " 2024-03-05T08:00:00+07:00", "05/03/2024", "5/3/2024"] {
            assert_eq!(day(text), expected, "{text}");
        }
        assert_eq!(day("unknown"), None);
    }
}
