//! Names with a slip of the pen: looked for only within the district or the province that the text
//! names, and only where the text cannot be read as it stands.
//!
//! One edit (a letter left out, added, changed, or two exchanged), two in names of ten letters and
//! more. Nothing is guessed for names of less than three letters.

use super::super::history::{History, UnitId};
use super::super::word::Word;
use super::lexicon::Lexicon;
use super::spans::{Fit, ProvinceSpan, Spans, span};
use super::token::{Break, Tokens};
use super::words::Place;

/// Units of each district name and of each province of today, in the order of units.
pub(crate) struct Members {
    pub of_district: Vec<Vec<UnitId>>,
    pub of_province: Vec<Vec<UnitId>>,
}

impl Members {
    pub fn new(history: &History) -> Self {
        let mut of_district = vec![Vec::new(); history.districts.len()];
        let mut of_province = vec![Vec::new(); history.merged.len()];
        for (at, unit) in history.units.iter().enumerate() {
            unit.districts.iter().for_each(|id| of_district[usize::from(*id)].push(at as UnitId));
            of_province[usize::from(unit.province)].push(at as UnitId);
        }
        Self { of_district, of_province }
    }
}

#[derive(Default)]
pub(crate) struct Fuzzy {
    runs: Vec<(u8, u8)>,
    word: Vec<u8>,
    units: Vec<UnitId>,
}

impl Fuzzy {
    /// Adds spans for names that are nearly there. Says whether it added any.
    pub fn add(
        &mut self,
        spans: &mut Spans,
        tokens: &Tokens,
        places: &[Place],
        (lexicon, history, members): (&Lexicon, &History, &Members),
    ) -> bool {
        self.find_runs(spans, tokens, places);
        let before = (spans.provinces.len(), spans.districts.len(), spans.communes.len());
        if !spans.provinces.iter().any(|p| p.span.right && p.span.left && p.fit > Fit::Short) {
            self.provinces(spans, tokens, places, lexicon);
        }
        let allowed = spans.allowed(history);
        self.districts(spans, tokens, places, lexicon, history, allowed);
        self.communes(spans, tokens, places, lexicon, history, members, allowed);
        before != (spans.provinces.len(), spans.districts.len(), spans.communes.len())
    }

    /// Runs of tokens between boundaries: whole, and their ends where the run is long.
    fn find_runs(&mut self, spans: &Spans, tokens: &Tokens, places: &[Place]) {
        self.runs.clear();
        let list = &tokens.list;
        let certain = |at: usize| {
            let at = at as u8;
            spans.provinces.iter().any(|p| p.span.left && p.span.right && p.span.begins == at)
                || spans.districts.iter().any(|d| d.word.is_some() && d.right && d.begins == at)
        };
        let mut from = 0;
        while from < list.len() {
            if places[from].word_begins && places[from + 1].typed.is_some() {
                from += 1;
                continue;
            }
            let mut to = from + 1;
            while to < list.len() && list[to].before < Break::Hard && !places[to].word_begins && !certain(to) {
                to += 1;
            }
            for start in from..to {
                // The whole run; without a type word also its last syllables, behind a street.
                let typed = places[from].typed.is_some();
                if start == from || (to - start <= 4 && !typed) {
                    for end in (start + 1..=to).rev().filter(|end| to - end <= 2) {
                        self.runs.push((start as u8, end as u8));
                    }
                }
            }
            from = to;
        }
        self.runs.truncate(160);
    }

    fn provinces(&mut self, spans: &mut Spans, tokens: &Tokens, places: &[Place], lexicon: &Lexicon) {
        for at in 0..self.runs.len() {
            let (from, to) = self.runs[at];
            tokens.joined(usize::from(from), usize::from(to), &mut self.word);
            let span = span(tokens, places, from, to);
            if span.word.is_some_and(|w| !matches!(w, Word::Province | Word::City))
                || self.word.len() < 4
                || !span.right
            {
                continue;
            }
            for name in &lexicon.provinces {
                if let Some(fit) = near(&self.word, &name.letters).filter(|fit| *fit != Fit::Typo2) {
                    let (today, before, ancient) = (name.today, name.before, name.ancient);
                    spans.provinces.push(ProvinceSpan { span, today, before, ancient, fit, former_word: false });
                }
            }
        }
    }

    fn districts(
        &mut self,
        spans: &mut Spans,
        tokens: &Tokens,
        places: &[Place],
        lexicon: &Lexicon,
        history: &History,
        allowed: u64,
    ) {
        for at in 0..self.runs.len() {
            let (from, to) = self.runs[at];
            tokens.joined(usize::from(from), usize::from(to), &mut self.word);
            let mut span = span(tokens, places, from, to);
            let fits = span.word.is_some_and(Word::is_district) || (span.word.is_none() && allowed != u64::MAX);
            if !fits || self.word.len() < 4 {
                continue;
            }
            span.first = spans.district_hits.len() as u32;
            for (id, letters) in lexicon.district_letters.iter().enumerate() {
                let district = &history.districts[id];
                let today = history.province_today[usize::from(district.province)];
                if allowed & (1 << today) != 0
                    && let Some(fit) = near(&self.word, letters)
                {
                    spans.district_hits.push((id as u16, fit));
                }
            }
            span.last = spans.district_hits.len() as u32;
            if span.last > span.first {
                spans.districts.push(span);
            }
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn communes(
        &mut self,
        spans: &mut Spans,
        tokens: &Tokens,
        places: &[Place],
        lexicon: &Lexicon,
        history: &History,
        members: &Members,
        allowed: u64,
    ) {
        self.units.clear();
        for span in &spans.districts {
            for (id, _) in &spans.district_hits[span.first as usize..span.last as usize] {
                self.units.extend_from_slice(&members.of_district[usize::from(*id)]);
            }
        }
        if self.units.is_empty() && allowed != u64::MAX {
            for (at, list) in members.of_province.iter().enumerate().filter(|(at, _)| allowed & (1 << at) != 0) {
                debug_assert!(at < 64);
                self.units.extend_from_slice(list);
            }
        }
        self.units.sort_unstable();
        self.units.dedup();
        for at in 0..self.runs.len() {
            let (from, to) = self.runs[at];
            tokens.joined(usize::from(from), usize::from(to), &mut self.word);
            let mut span = span(tokens, places, from, to);
            if span.word.is_some_and(|w| !w.is_commune()) || self.word.len() < 3 || span.after_noise {
                continue;
            }
            span.first = spans.commune_hits.len() as u32;
            for id in &self.units {
                let unit = history.unit(*id);
                if allowed & (1 << unit.province) != 0
                    && let Some(fit) = near(&self.word, &lexicon.unit_letters[usize::from(*id)])
                {
                    spans.commune_hits.push((*id, fit));
                }
            }
            span.last = spans.commune_hits.len() as u32;
            if span.last > span.first {
                spans.communes.push(span);
            }
        }
    }
}

/// How near two names are; `None`: too far. The same letters, split otherwise, are near too.
fn near(written: &[u8], own: &[u8]) -> Option<Fit> {
    let allowed = if own.len() >= 10 { 2 } else { 1 };
    if written.len().abs_diff(own.len()) > allowed || own.len() < 3 || own.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // Numbers are never a slip of the pen: Tân Hòa 1 is not Tân Hòa 2.
    if !written.iter().filter(|b| b.is_ascii_digit()).eq(own.iter().filter(|b| b.is_ascii_digit())) {
        return None;
    }
    match distance(written, own, allowed) {
        0 => Some(Fit::Joined),
        1 => Some(Fit::Typo1),
        2 if allowed == 2 => Some(Fit::Typo2),
        _ => None,
    }
}

/// Edits between two words, adjacent letters exchanged counting as one; stops above `limit`.
pub(crate) fn distance(a: &[u8], b: &[u8], limit: usize) -> usize {
    const SIZE: usize = 48;
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[same..], &b[same..]);
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - tail], &b[..b.len() - tail]);
    if a.is_empty() || b.is_empty() {
        return a.len().max(b.len());
    }
    if a.len().max(b.len()) >= SIZE || a.len().min(b.len()) > 30 {
        return limit + 1;
    }
    let mut rows = [[0_u8; SIZE]; 3];
    for (at, cell) in rows[0].iter_mut().enumerate().take(b.len() + 1) {
        *cell = at as u8;
    }
    for (i, x) in a.iter().enumerate() {
        let (now, last, older) = ((i + 1) % 3, i % 3, (i + 2) % 3);
        rows[now][0] = i as u8 + 1;
        let mut least = rows[now][0];
        for (j, y) in b.iter().enumerate() {
            let change = rows[last][j] + u8::from(x != y);
            let mut cell = change.min(rows[last][j + 1] + 1).min(rows[now][j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                cell = cell.min(rows[older][j - 1] + 1);
            }
            rows[now][j + 1] = cell;
            least = least.min(cell);
        }
        if usize::from(least) > limit {
            return limit + 1;
        }
    }
    usize::from(rows[a.len() % 3][b.len()])
}
