//! The resolver: a text, a code or both, to the unit of today, with the reasons.
//!
//! Promises: no state, no clock, no I/O; one resolver serves all threads; a single answer is given
//! only where nothing else fits nearly as well; what third parties guessed orders candidates and
//! never makes one of several the answer.

use super::answer::{Answer, Query, Reason, Step, UnitRef};
use super::decide::Decider;
use super::history::{Era, History, UnitId};
use super::learned::Learned;
use super::read::score::Around;
use super::read::token::Tokens;
use super::read::{Reader, Scratch};
use config::units::Units;
use schemas::{CommuneCode, ProvinceCode};

pub struct Resolver {
    history: History,
    reader: Reader,
    provinces: Vec<(ProvinceCode, String)>,
    disputed: Vec<Dispute>,
    /// Folded names of today's units, in order, for suggestions.
    names: Vec<(Box<[u8]>, UnitId)>,
}

/// An edge that one source claims. Told when a code is explained; never followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    pub from: CommuneCode,
    pub to: CommuneCode,
    pub claimed_by: String,
    pub verdict: String,
}

/// One meaning of a code, with where it came from and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Meaning<'a> {
    pub unit: UnitRef<'a>,
    pub predecessors: Vec<Step<'a>>,
    pub successors: Vec<Step<'a>>,
    /// The units of today behind it.
    pub today: Vec<CommuneCode>,
    pub disputed: Vec<&'a Dispute>,
}

impl Resolver {
    pub fn new(units: &Units) -> Self {
        let history = History::new(units);
        let reader = Reader::new(units, &history);
        let mut names: Vec<(Box<[u8]>, UnitId)> = (0..history.units.len())
            .map(|at| at as UnitId)
            .filter(|id| history.unit(*id).era == Era::Today)
            .map(|id| (reader.lexicon.unit_letters[usize::from(id)].clone(), id))
            .collect();
        names.sort();
        let disputed = units.disputed.iter().map(|d| Dispute {
            from: d.from,
            to: d.to,
            claimed_by: d.claimed_by.clone(),
            verdict: d.verdict.clone(),
        });
        Self {
            provinces: units.provinces.iter().map(|p| (p.code, p.full_name.clone())).collect(),
            disputed: disputed.collect(),
            names,
            history,
            reader,
        }
    }

    pub fn resolve(&self, query: &Query<'_>, learned: &Learned) -> Answer<'_> {
        self.resolve_with(query, learned, &mut Scratch::default())
    }

    /// The same, with buffers to use again.
    pub fn resolve_with<'a>(&'a self, query: &Query<'_>, learned: &Learned, scratch: &mut Scratch) -> Answer<'a> {
        let decider = Decider { history: &self.history, learned };
        let code = query.code.and_then(read_code);
        let text = query.text.filter(|text| text.chars().any(char::is_alphanumeric));
        // Spreadsheets put a code where a name belongs.
        let code = code.or_else(|| query.text.and_then(whole_code));
        match (text.filter(|text| whole_code(text).is_none()), code) {
            (None, None) => Answer::unknown(Reason::NothingFound),
            (None, Some(code)) => decider.by_code(query, code),
            (Some(text), code) => {
                let (old, new, as_of) = (query.is_old(), query.is_new(), query.as_of);
                let around = Around { code, old, new, as_of, now_from: None };
                self.reader.read(text, &self.history, around, scratch);
                decider.decide(query, code, scratch)
            }
        }
    }

    /// Every unit that a code has meant, newest first.
    pub fn explain(&self, code: CommuneCode) -> Vec<Meaning<'_>> {
        let mut ids: Vec<UnitId> = self.history.with_code(code).collect();
        ids.sort_by_key(|id| {
            let unit = self.history.unit(*id);
            (unit.era, std::cmp::Reverse(unit.ended_on), *id)
        });
        let meaning = |id: UnitId| {
            let before = self.history.unit(id).era == Era::Before;
            Meaning {
                unit: self.history.unit_ref(id),
                predecessors: self.history.edges_to(id).map(|edge| self.history.step(edge)).collect(),
                successors: self.history.edges_from(id).map(|edge| self.history.step(edge)).collect(),
                today: self.history.unit(id).today.iter().map(|id| self.history.unit(*id).code).collect(),
                disputed: self.disputed.iter().filter(|d| before && d.from == code).collect(),
            }
        };
        ids.into_iter().map(meaning).collect()
    }

    /// Units of today whose name begins so, in any spelling, for a field that completes itself.
    pub fn suggest(&self, prefix: &str, limit: usize) -> Vec<UnitRef<'_>> {
        let mut tokens = Tokens::default();
        self.reader.tokens(prefix, &mut tokens);
        let mut letters = Vec::new();
        let skip = self.reader.type_word(&tokens);
        tokens.joined(skip, tokens.list.len(), &mut letters);
        if letters.is_empty() {
            return Vec::new();
        }
        let from = self.names.partition_point(|(name, _)| **name < *letters);
        let matching = self.names[from..].iter().take_while(|(name, _)| name.starts_with(&letters));
        matching.take(limit).map(|(_, id)| self.history.unit_ref(*id)).collect()
    }

    /// The unit of today with this code.
    pub fn current(&self, code: CommuneCode) -> Option<UnitRef<'_>> {
        self.history.current(code).map(|id| self.history.unit_ref(id))
    }

    /// `Phường Minh Xuân, Tỉnh Tuyên Quang`
    pub fn full_name(&self, code: CommuneCode) -> Option<String> {
        self.current(code).map(|unit| format!("{}, {}", unit.full_name, unit.within))
    }

    /// The units of today of a province, in the order of the catalogue.
    pub fn list(&self, province: ProvinceCode) -> impl Iterator<Item = UnitRef<'_>> {
        let at = self.provinces.iter().position(|(code, _)| *code == province);
        let today = self.history.units.iter().enumerate().take_while(|(_, u)| u.era == Era::Today);
        today
            .filter(move |(_, unit)| Some(usize::from(unit.province)) == at)
            .map(|(id, _)| self.history.unit_ref(id as UnitId))
    }
}

/// A code in its own field: zeros may be lost, `00000` is none.
fn read_code(text: &str) -> Option<CommuneCode> {
    let text = text.trim().rsplit('.').next().unwrap_or_default();
    CommuneCode::parse_lenient(text).ok().filter(|code| code.as_str() != "00000")
}

/// A text that is nothing but a code of five digits.
fn whole_code(text: &str) -> Option<CommuneCode> {
    CommuneCode::parse(text.trim()).ok().filter(|code| code.as_str() != "00000")
}
