//! Runs of tokens that may be a province, a district or a commune.

use super::super::history::{History, UnitId};
use super::super::word::Word;
use super::lexicon::{JOINED, Lexicon, SHORT};
use super::token::{Break, Tokens, run};
use super::words::Place;

/// How a written name fits a unit's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    Typo2,
    Typo1,
    Accents,
    /// Without accents in a text that has them elsewhere.
    Half,
    Short,
    Joined,
    Plain,
    Exact,
}

impl Fit {
    fn of((written, marked): (u64, Marks), own: u64) -> Self {
        match (own, marked) {
            (JOINED, _) => Self::Joined,
            (SHORT, _) => Self::Short,
            (own, _) if own == written => Self::Exact,
            (_, Marks::Here) => Self::Accents,
            (_, Marks::Elsewhere) => Self::Half,
            (_, Marks::Nowhere) => Self::Plain,
        }
    }

    pub fn points(self) -> i32 {
        match self {
            Self::Exact => 40,
            Self::Plain => 38,
            Self::Joined => 35,
            Self::Short => 30,
            Self::Half => 31,
            Self::Accents => 24,
            Self::Typo1 => 26,
            Self::Typo2 => 17,
        }
    }
}

/// Where a text has accents.
#[derive(Clone, Copy)]
enum Marks {
    Here,
    Elsewhere,
    Nowhere,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    pub from: u8,
    pub to: u8,
    /// With its type word.
    pub begins: u8,
    pub ends: u8,
    pub word: Option<Word>,
    /// Nothing but breaks, type words and other parts at its sides.
    pub left: bool,
    pub right: bool,
    pub after_noise: bool,
    /// It is a bare number.
    pub number: bool,
    /// Hits of this span: a range in the list of its level.
    pub first: u32,
    pub last: u32,
}

impl Span {
    pub fn meets(&self, other: &Self) -> bool {
        self.begins < other.ends && other.begins < self.ends
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct ProvinceSpan {
    pub span: Span,
    pub today: u64,
    pub before: u64,
    pub ancient: u64,
    pub fit: Fit,
    /// The type word is that of before a change: `Tỉnh Đồng Nai`.
    pub former_word: bool,
}

/// The spans of one text and what they may be. Cleared and filled again for each text.
#[derive(Default)]
pub(crate) struct Spans {
    pub provinces: Vec<ProvinceSpan>,
    pub districts: Vec<Span>,
    pub communes: Vec<Span>,
    pub district_hits: Vec<(u16, Fit)>,
    pub commune_hits: Vec<(UnitId, Fit)>,
    found: Vec<(u8, u8, u32)>,
}

impl Spans {
    pub fn find(&mut self, tokens: &Tokens, places: &[Place], lexicon: &Lexicon, history: &History) {
        self.provinces.clear();
        self.districts.clear();
        self.communes.clear();
        self.district_hits.clear();
        self.commune_hits.clear();
        self.found.clear();
        let list = &tokens.list;
        for from in 0..list.len() {
            let mut node = 0;
            for (to, token) in list.iter().enumerate().skip(from) {
                if to > from && token.before == Break::Hard {
                    break;
                }
                let Some(next) = lexicon.step(node, token.plain) else { break };
                node = next;
                if lexicon.at(node).is_some() {
                    self.found.push((from as u8, to as u8 + 1, node));
                }
            }
        }
        let found = std::mem::take(&mut self.found);
        for (from, to, node) in &found {
            self.add_province(tokens, places, lexicon, (*from, *to, *node));
        }
        let allowed = self.allowed(history);
        for (from, to, node) in &found {
            self.add_district(tokens, places, lexicon, history, (*from, *to, *node), allowed);
            self.add_commune(tokens, places, lexicon, history, (*from, *to, *node), allowed);
        }
        self.found = found;
    }

    /// Bits of the provinces of today that the text allows; all where it names none for certain.
    pub fn allowed(&self, history: &History) -> u64 {
        let certain = self.provinces.iter().filter(|p| p.fit >= Fit::Plain && p.span.right && p.span.left);
        let mut bits = 0;
        for province in certain {
            bits |= province.today;
            let before = province.before | province.ancient;
            for (at, today) in history.province_today.iter().enumerate() {
                if before & (1 << at) != 0 {
                    bits |= 1 << today;
                }
            }
        }
        if bits == 0 { u64::MAX } else { bits }
    }

    fn add_province(&mut self, tokens: &Tokens, places: &[Place], lexicon: &Lexicon, (from, to, node): (u8, u8, u32)) {
        let Some(terminal) = lexicon.at(node).filter(|t| !t.provinces.is_empty()) else { return };
        let span = span(tokens, places, from, to);
        if span.word.is_some_and(|w| !matches!(w, Word::Province | Word::City)) {
            return;
        }
        let written = written(tokens, from, to);
        for (name, own) in &terminal.provinces {
            let fit = Fit::of(written, *own);
            // `HN`, `T. Quang`: only where an address ends, but for the country or a postal code.
            if fit == Fit::Short && usize::from(to) + 2 < tokens.list.len() {
                continue;
            }
            let province = &lexicon.provinces[usize::from(*name)];
            let (mut today, mut before, mut former_word) = (province.today, province.before, false);
            let mut ancient = province.ancient;
            if let Some(word) = span.word {
                let now = province.words_today[0] == Some(word);
                former_word = !now && today != 0 && province.words_since == Some(word);
                if !now && !former_word {
                    today = 0;
                }
                if province.words_before != Some(word) {
                    before = 0;
                }
                if word != Word::Province {
                    ancient = 0;
                }
                if today == 0 && before == 0 {
                    continue;
                }
            }
            self.provinces.push(ProvinceSpan { span, today, before, ancient, fit, former_word });
        }
        self.merge_provinces(span);
    }

    /// Keeps of one span the names that fit best, as one.
    fn merge_provinces(&mut self, span: Span) {
        let same = |p: &ProvinceSpan| p.span.from == span.from && p.span.to == span.to;
        let Some(best) = self.provinces.iter().filter(|p| same(p)).map(|p| p.fit).max() else { return };
        let mut joined: Option<ProvinceSpan> = None;
        self.provinces.retain(|p| {
            if !same(p) {
                return true;
            }
            if p.fit == best {
                let all = joined.get_or_insert(*p);
                all.today |= p.today;
                all.before |= p.before;
                all.ancient |= p.ancient;
                all.former_word &= p.former_word;
            }
            false
        });
        self.provinces.extend(joined);
    }

    fn add_district(
        &mut self,
        tokens: &Tokens,
        places: &[Place],
        lexicon: &Lexicon,
        history: &History,
        (from, to, node): (u8, u8, u32),
        allowed: u64,
    ) {
        let Some(terminal) = lexicon.at(node).filter(|t| !t.districts.is_empty()) else { return };
        let mut span = span(tokens, places, from, to);
        if span.word.is_some_and(|w| !w.is_district() && w != Word::Township) {
            return;
        }
        let written = written(tokens, from, to);
        span.first = self.district_hits.len() as u32;
        for (id, own) in &terminal.districts {
            let district = &history.districts[usize::from(*id)];
            let today = history.province_today[usize::from(district.province)];
            if allowed & (1 << today) != 0 {
                self.district_hits.push((*id, Fit::of(written, *own)));
            }
        }
        span.last = self.district_hits.len() as u32;
        if span.word != Some(Word::Township) && span.last > span.first {
            self.districts.push(span);
        } else {
            self.district_hits.truncate(span.first as usize);
        }
    }

    fn add_commune(
        &mut self,
        tokens: &Tokens,
        places: &[Place],
        lexicon: &Lexicon,
        history: &History,
        (from, to, node): (u8, u8, u32),
        allowed: u64,
    ) {
        let Some(terminal) = lexicon.at(node).filter(|t| !t.communes.is_empty()) else { return };
        let mut span = span(tokens, places, from, to);
        // A bare number is a ward only behind its type word.
        let number = span.number;
        let alone = number && span.left && span.right && self.may_be_between(tokens, from);
        if span.word.is_some_and(|w| w == Word::Province) || (number && span.word.is_none() && !alone) {
            return;
        }
        let written = written(tokens, from, to);
        span.first = self.commune_hits.len() as u32;
        for (id, own) in &terminal.communes {
            let unit = history.unit(*id);
            let wanted = span.word.is_none_or(|w| w.is_commune() || w == unit.word);
            if wanted && allowed & (1 << unit.province) != 0 {
                self.commune_hits.push((*id, Fit::of(written, *own)));
            }
        }
        span.last = self.commune_hits.len() as u32;
        if span.last > span.first {
            self.communes.push(span);
        }
    }
}

impl Spans {
    /// `13, 5, Hồ Chí Minh`: a number alone between commas, with two parts behind it.
    fn may_be_between(&self, tokens: &Tokens, at: u8) -> bool {
        let list = &tokens.list;
        let own = usize::from(at);
        let parts = list.iter().skip(own + 1).filter(|t| t.before == Break::Hard).count();
        list[own].before == Break::Hard && list.get(own + 1).is_some_and(|t| t.before == Break::Hard) && parts == 2
    }
}

fn written(tokens: &Tokens, from: u8, to: u8) -> (u64, Marks) {
    let list = &tokens.list[usize::from(from)..usize::from(to)];
    let marks = match list.iter().any(|t| t.marked) {
        true => Marks::Here,
        false if tokens.list.iter().any(|t| t.marked) => Marks::Elsewhere,
        false => Marks::Nowhere,
    };
    (run(list, |t| t.accents), marks)
}

pub(crate) fn span(tokens: &Tokens, places: &[Place], from: u8, to: u8) -> Span {
    let list = &tokens.list;
    let (start, end) = (usize::from(from), usize::from(to));
    let before = places[start].typed.filter(|_| list[start].before != Break::Hard);
    let behind = places[end].suffix.filter(|_| end < list.len() && list[end].before != Break::Hard);
    // `Ward 5, District 3` against `Ben Nghe Ward, District 1`.
    let (word, begins, ends) = match (before, behind) {
        (Some((word, at)), None) => (Some(word), at, to),
        (Some((word, at)), Some(_)) if places[usize::from(at)].suffix.is_none() || list[start].digits => {
            (Some(word), at, to)
        }
        (_, Some(word)) => {
            let ends = if word == Word::SpecialZone { to + 2 } else { to + 1 };
            (Some(word), from, ends.min(list.len() as u8))
        }
        (None, None) => (None, from, to),
    };
    let left = before.is_some() || list[start].before >= Break::Soft;
    let next = usize::from(ends);
    let right = next >= list.len()
        || list[next].before >= Break::Soft
        || places[next].word_begins
        || places[next].is_former
        || places[next].suffix.is_some();
    Span {
        from,
        to,
        begins,
        ends,
        word,
        left,
        right,
        number: from + 1 == to && list[start].digits,
        after_noise: before.is_none() && places[start].after_noise && list[start].before == Break::None,
        first: 0,
        last: 0,
    }
}
