//! From readings to an answer: when one unit is certain enough, and when all that fit are told.

use super::answer::{Answer, Candidate, Evidence, Query, Reason, Status};
use super::history::{Era, History, UnitId};
use super::learned::Learned;
use super::read::Scratch;
use super::read::score::{ENOUGH, MARGIN, ProvinceFit, Reading};
use super::read::spans::Fit;
use schemas::CommuneCode;

/// More candidates than this are no help to anyone.
const MOST: usize = 60;

pub(crate) struct Decider<'a, 'l> {
    pub history: &'a History,
    pub learned: &'l Learned,
}

impl<'a> Decider<'a, '_> {
    /// The answer of a text, with the code that stands beside it.
    pub fn decide(&self, query: &Query<'_>, code: Option<CommuneCode>, scratch: &Scratch) -> Answer<'a> {
        let readings = &scratch.readings.list;
        let Some(best) = scratch.readings.best().copied().filter(|best| best.score >= ENOUGH) else {
            return match code {
                Some(code) => self.by_code(query, code),
                None if scratch.spans.districts.is_empty() && scratch.spans.provinces.is_empty() => {
                    Answer::unknown(Reason::NothingFound)
                }
                None => Answer::unknown(Reason::NoCommune),
            };
        };
        if let Some(answer) = self.said_in_text(&best, readings) {
            return answer;
        }
        // Without a district, a name that went out of use lately is as likely as one that stayed.
        let era = |r: &Reading| self.history.unit(r.unit).era;
        let older_too = era(&best) == Era::Before && best.district.is_none() && !query.is_old();
        let margin = |r: &Reading| if older_too && era(r) == Era::Older { MARGIN + 4 } else { MARGIN };
        let near = readings.iter().filter(|r| r.score >= best.score - margin(r));
        let mut near: Vec<Reading> = near.copied().collect();
        near.sort_by_key(|r| (-r.score, self.history.unit(r.unit).era, r.unit));
        let answer = self.choose(&near, query, scratch);
        match code {
            Some(code) => self.with_code(answer, code, query, &near),
            None => answer,
        }
    }

    /// `xã X cũ (nay là xã Z)`: a unit of today that is named beside its own predecessor.
    fn said_in_text(&self, best: &Reading, readings: &[Reading]) -> Option<Answer<'a>> {
        let other = |r: &&Reading| {
            r.commune != best.commune
                && r.typed
                && r.fit >= Fit::Joined
                && r.score >= best.score - 40
                && r.score >= ENOUGH
                && (r.commune.from >= best.commune.to || best.commune.from >= r.commune.to)
        };
        let is_today = |r: &Reading| self.history.unit(r.unit).era == Era::Today;
        let reaches = |old: &Reading, now: &Reading| {
            self.history.unit(old.unit).era >= Era::Before && self.history.unit(old.unit).today.contains(&now.unit)
        };
        let now = match is_today(best) {
            true if best.typed => readings.iter().filter(other).find(|old| reaches(old, best)).map(|_| *best),
            true => None,
            false => readings.iter().filter(other).filter(|r| is_today(r)).find(|now| reaches(best, now)).copied(),
        }?;
        let candidate = self.candidate(&now, now.unit, None);
        let (status, reason) = (Status::Stale, Reason::SaidInText);
        Some(Answer { status, candidates: vec![candidate], reason, confidence: 0.99 })
    }

    fn choose(&self, near: &[Reading], query: &Query<'_>, scratch: &Scratch) -> Answer<'a> {
        let Some(best) = near.first() else { return Answer::unknown(Reason::NothingFound) };
        let today = |r: &Reading| self.history.unit(r.unit).today.as_slice();
        if near.iter().all(|r| today(r).is_empty()) {
            return Answer::unknown(Reason::SuccessorUnknown);
        }
        let agree = near.iter().all(|r| today(r) == today(best));
        if !agree {
            let times = near.iter().any(|r| self.history.unit(r.unit).era == Era::Today)
                && near.iter().any(|r| self.history.unit(r.unit).era >= Era::Before);
            return self.ambiguous(query, near, if times { Reason::TwoTimes } else { Reason::SeveralFit });
        }
        if best.may_be_district && !query.is_new() {
            return self.district_or_commune(query, best, near, scratch);
        }
        // Of readings that lead to one unit, the one that is called as today is told.
        let chosen = near.iter().find(|r| self.history.unit(r.unit).era == Era::Today).unwrap_or(best);
        match today(chosen) {
            [one] if is_weak(chosen) => {
                let candidates = vec![self.candidate(chosen, *one, None)];
                Answer { status: Status::Ambiguous, candidates, reason: Reason::WeakName, confidence: 0.8 }
            }
            [one] => self.one(chosen, *one),
            _ => self.split(chosen, scratch),
        }
    }

    fn one(&self, reading: &Reading, one: UnitId) -> Answer<'a> {
        let unit = self.history.unit(reading.unit);
        let reason = match unit.era {
            Era::Today if reading.district.is_some() => Reason::DistrictGone,
            Era::Today if reading.province == ProvinceFit::Former || reading.former_word => Reason::ProvinceGone,
            Era::Today if reading.word_differs => Reason::TypeChanged,
            Era::Today => Reason::CalledAsToday,
            Era::Retired if self.history.unit(one).name == unit.name => Reason::TypeChanged,
            _ => Reason::CommuneGone,
        };
        let status = if reason == Reason::CalledAsToday { Status::Current } else { Status::Stale };
        let candidates = vec![self.candidate(reading, one, None)];
        Answer { status, candidates, reason, confidence: confidence(reading, unit.era) }
    }

    fn split(&self, reading: &Reading, scratch: &Scratch) -> Answer<'a> {
        let unit = self.history.unit(reading.unit);
        if let Some((to, evidence)) = self.lesson(reading, scratch) {
            let candidates = vec![self.candidate(reading, to, Some(evidence))];
            let (status, reason) = (Status::Stale, Reason::LearnedHamlet);
            return Answer { status, candidates, reason, confidence: 0.95 };
        }
        let mut candidates: Vec<_> = unit.today.iter().map(|to| self.candidate(reading, *to, None)).collect();
        sort(&mut candidates);
        let confidence = confidence(reading, unit.era);
        Answer { status: Status::Split, candidates, reason: Reason::Divided, confidence }
    }

    fn ambiguous(&self, query: &Query<'_>, near: &[Reading], reason: Reason) -> Answer<'a> {
        let mut candidates: Vec<Candidate<'a>> = Vec::new();
        for reading in near {
            for to in &self.history.unit(reading.unit).today {
                let code = self.history.unit(*to).code;
                if candidates.len() < MOST && candidates.iter().all(|known| known.code != code) {
                    let mut candidate = self.candidate(reading, *to, None);
                    // The form without a district is that of today: of two times, today's first.
                    if self.history.unit(reading.unit).era == Era::Today && reading.district.is_none() {
                        candidate.score += if query.is_old() { 0 } else { 7 };
                    }
                    candidates.push(candidate);
                }
            }
        }
        sort(&mut candidates);
        Answer { status: Status::Ambiguous, candidates, reason, confidence: 0.9 }
    }

    /// `Hoàn Kiếm, Hà Nội` is a ward of today and was a district: it may be any of its communes.
    fn district_or_commune(
        &self,
        query: &Query<'_>,
        best: &Reading,
        near: &[Reading],
        scratch: &Scratch,
    ) -> Answer<'a> {
        let mut answer = self.ambiguous(query, near, Reason::TwoTimes);
        let districts =
            scratch.spans.districts.iter().filter(|d| d.from == best.commune.from && d.to == best.commune.to);
        let named: Vec<u16> = districts
            .flat_map(|d| &scratch.spans.district_hits[d.first as usize..d.last as usize])
            .map(|(id, _)| *id)
            .collect();
        let province = self.history.unit(best.unit).province;
        for (at, unit) in self.history.units.iter().enumerate().take_while(|(_, u)| u.era == Era::Today) {
            let within = unit.province == province && unit.districts.iter().any(|id| named.contains(id));
            if within && answer.candidates.len() < MOST && answer.candidates.iter().all(|c| c.code != unit.code) {
                let mut candidate = self.candidate(best, at as UnitId, None);
                candidate.score = best.score - 10;
                candidate.evidence = unit
                    .districts
                    .iter()
                    .find(|id| named.contains(id))
                    .map(|id| Evidence::DistrictOfPredecessor {
                        name: &self.history.districts[usize::from(*id)].full_name,
                    })
                    .into_iter()
                    .collect();
                candidate.path = Vec::new();
                answer.candidates.push(candidate);
            }
        }
        answer
    }

    fn candidate(&self, reading: &Reading, to: UnitId, learned: Option<Evidence<'a>>) -> Candidate<'a> {
        let unit = self.history.unit(reading.unit);
        let mut evidence = vec![match reading.fit {
            Fit::Exact => Evidence::Name,
            Fit::Plain | Fit::Half => Evidence::NameWithoutAccents,
            Fit::Accents => Evidence::NameOtherAccents,
            Fit::Joined | Fit::Short => Evidence::NameJoined,
            Fit::Typo1 => Evidence::NameTypo { edits: 1 },
            Fit::Typo2 => Evidence::NameTypo { edits: 2 },
        }];
        if reading.word_differs {
            evidence.push(Evidence::TypeDiffers);
        }
        if let Some(id) = reading.district {
            let name = self.history.districts[usize::from(id)].full_name.as_str();
            evidence.push(match unit.era {
                Era::Today | Era::Retired => Evidence::DistrictOfPredecessor { name },
                _ => Evidence::District { name },
            });
        }
        match reading.province {
            ProvinceFit::None => {}
            ProvinceFit::Own => evidence.push(Evidence::Province),
            ProvinceFit::Merged => evidence.push(Evidence::ProvinceAfterMerger),
            ProvinceFit::Former => evidence.push(Evidence::ProvinceBeforeMerger),
        }
        let path = self.history.path(reading.unit, to);
        let mut score = reading.score;
        if unit.today.len() > 1 {
            let basis = path.iter().map(|edge| edge.basis.as_str()).find(|basis| !basis.is_empty());
            match basis {
                Some("nso_all_population") => {
                    evidence.push(Evidence::AllPopulation);
                    score += 6;
                }
                Some("nso_only_part_with_population") => {
                    evidence.push(Evidence::OnlyInhabitedPart);
                    score += 5;
                }
                Some("vietnamadminunits_geometry") => {
                    evidence.push(Evidence::GeometryGuess);
                    score += 1;
                }
                _ => {}
            }
        }
        evidence.extend(learned);
        let code = self.history.unit(to).code;
        Candidate { code, score, evidence, path: path.into_iter().map(|edge| self.history.step(edge)).collect() }
    }

    /// What an officer said about the hamlet that stands before the commune.
    fn lesson(&self, reading: &Reading, scratch: &Scratch) -> Option<(UnitId, Evidence<'a>)> {
        let unit = self.history.unit(reading.unit);
        if !self.learned.has(unit.code) || unit.era != Era::Before {
            return None;
        }
        let tokens = &scratch.tokens;
        let end = usize::from(reading.commune.begins);
        let mut key = Vec::new();
        for from in 0..end {
            for to in (from + 1..=end).rev() {
                tokens.joined(from, to, &mut key);
                let Ok(hamlet) = std::str::from_utf8(&key) else { continue };
                let Some(lesson) = self.learned.get(unit.code, hamlet) else { continue };
                let Some(now) = unit.today.iter().find(|id| self.history.unit(**id).code == lesson.now) else {
                    continue;
                };
                let words: Vec<&str> = tokens.list[from..to]
                    .iter()
                    .filter_map(|token| std::str::from_utf8(tokens.letters_of(token)).ok())
                    .collect();
                let (hamlet, by) = (words.join(" "), lesson.by.clone());
                return Some((*now, Evidence::Learned { hamlet, by, on: lesson.on }));
            }
        }
        None
    }

    /// A code alone: judged by the day of its record, and by both times where there is none.
    pub fn by_code(&self, query: &Query<'_>, code: CommuneCode) -> Answer<'a> {
        let of = |era: Era| self.history.with_code(code).filter(move |id| self.history.unit(*id).era == era);
        let (now, before) = (of(Era::Today).next(), of(Era::Before).next());
        let chosen: Vec<UnitId> = match (now, before) {
            (Some(now), _) if query.is_new() => vec![now],
            (_, Some(before)) if query.is_old() => {
                let day = query.as_of.unwrap_or(jiff::civil::Date::MAX);
                let older = of(Era::Older).filter(|id| self.history.unit(*id).ended_on.is_some_and(|end| day < end));
                let older: Vec<UnitId> = older.collect();
                if older.is_empty() { vec![before] } else { older }
            }
            (Some(now), Some(before)) => vec![now, before],
            (Some(now), None) => vec![now],
            (None, Some(before)) => vec![before],
            (None, None) => of(Era::Retired).chain(of(Era::Older)).collect(),
        };
        let Some(first) = chosen.first().copied() else { return Answer::unknown(Reason::NothingFound) };
        let today = |id: UnitId| self.history.unit(id).today.as_slice();
        let near: Vec<Reading> = chosen.iter().map(|id| code_reading(*id)).collect();
        let mut answer = if chosen.iter().all(|id| today(*id) == today(first)) {
            match today(first) {
                [] => return Answer::unknown(Reason::SuccessorUnknown),
                [one] => self.one(&near[0], *one),
                _ => self.split(&near[0], &Scratch::default()),
            }
        } else {
            self.ambiguous(query, &near, Reason::TwoTimes)
        };
        let certain = query.as_of.is_some() || chosen.len() == 1;
        answer.confidence = if certain { 0.97 } else { 0.9 };
        for candidate in &mut answer.candidates {
            candidate.evidence = vec![Evidence::Code];
            if query.as_of.is_some() {
                candidate.evidence.push(Evidence::Day);
            }
        }
        answer
    }

    /// The text has its answer; the code agrees, or the two are put beside each other.
    fn with_code(&self, mut answer: Answer<'a>, code: CommuneCode, query: &Query<'_>, near: &[Reading]) -> Answer<'a> {
        let agrees = near.iter().any(|r| self.history.unit(r.unit).code == code)
            || answer.candidates.iter().any(|c| c.code == code);
        if agrees {
            answer.candidates.iter_mut().for_each(|c| c.evidence.push(Evidence::Code));
            return answer;
        }
        let by_code = self.by_code(query, code);
        if by_code.candidates.is_empty() {
            return answer;
        }
        answer.candidates.iter_mut().for_each(|c| c.evidence.push(Evidence::CodeDiffers));
        let fresh: Vec<_> = by_code
            .candidates
            .into_iter()
            .filter(|c| answer.candidates.iter().all(|known| known.code != c.code))
            .map(|c| Candidate { score: 20, ..c })
            .collect();
        if fresh.is_empty() {
            return answer;
        }
        answer.candidates.extend(fresh);
        Answer { status: Status::Ambiguous, reason: Reason::CodeAgainstText, confidence: 0.9, ..answer }
    }
}

fn code_reading(unit: UnitId) -> Reading {
    use super::read::score::Span2;
    Reading {
        unit,
        score: 60,
        fit: Fit::Exact,
        commune: Span2 { begins: 0, from: 0, to: 0 },
        typed: false,
        word_differs: false,
        district: None,
        province: ProvinceFit::None,
        former_word: false,
        may_be_district: false,
    }
}

/// A similar name without a district beside it is a hint and no answer.
fn is_weak(reading: &Reading) -> bool {
    match reading.fit {
        Fit::Typo2 => reading.district.is_none(),
        Fit::Typo1 => reading.district.is_none() && reading.province == ProvinceFit::None,
        _ => reading.province == ProvinceFit::None && reading.district.is_none() && !reading.typed,
    }
}

fn sort(candidates: &mut [Candidate<'_>]) {
    candidates.sort_by_key(|c| (-c.score, c.code));
}

/// Set by hand, weakest evidence first; a test holds it to the cases. See `docs/units.md`.
fn confidence(reading: &Reading, era: Era) -> f32 {
    let name: f32 = match reading.fit {
        Fit::Exact | Fit::Plain => 0.999,
        Fit::Joined | Fit::Short | Fit::Half => 0.99,
        Fit::Accents => 0.98,
        Fit::Typo1 => 0.97,
        Fit::Typo2 => 0.9,
    };
    let place: f32 = match (reading.district, reading.province) {
        (Some(_), _) => 1.0,
        (None, ProvinceFit::Own) => 0.995,
        (None, ProvinceFit::Merged | ProvinceFit::Former) => 0.98,
        (None, ProvinceFit::None) => 0.9,
    };
    let era = if era == Era::Older { 0.97 } else { 1.0 };
    (name * place * era * 1000.0).round() / 1000.0
}
