//! Readings of a text: this span is the commune, that one the district, that one the province, and
//! together they fit this unit so well.
//!
//! Points, not probabilities: what counts is the distance between the best reading and the next.
//! A name says most; a district that fits says more than a province; a part that stands in the
//! text and does not fit takes away more than it could have given.

use super::super::history::{Era, History, UnitId};
use super::around::{
    after_house_number, announced, continues_name, ends_part, has_strange_district, sides, starts_part,
};
use super::points::{district_points, left_out, order, province_points, time_points};
use super::spans::{Fit, Span, Spans};
use super::token::Tokens;
use super::words::Place;
use schemas::CommuneCode;

/// Below this nothing is answered.
pub(crate) const ENOUGH: i32 = 52;
/// A reading this far behind the best one does not count.
pub(crate) const MARGIN: i32 = 7;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProvinceFit {
    None,
    /// The province of the unit's own time.
    Own,
    /// An old unit, written with the province it came to.
    Merged,
    /// A unit of today, written with a province that is gone.
    Former,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    pub unit: UnitId,
    pub score: i32,
    pub fit: Fit,
    pub commune: Span2,
    pub typed: bool,
    pub word_differs: bool,
    pub district: Option<u16>,
    pub province: ProvinceFit,
    /// `Tỉnh Đồng Nai`: the province by a type word it has lost.
    pub former_word: bool,
    /// The words are also a district's, and stand where a district would.
    pub may_be_district: bool,
}

/// Where the name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span2 {
    pub begins: u8,
    pub from: u8,
    pub to: u8,
}

/// The parts around a commune that go together, with what they are worth to everyone.
#[derive(Clone, Copy)]
pub(super) struct Pair {
    pub province: Option<usize>,
    pub district: Option<usize>,
    points: i32,
}

#[derive(Default)]
pub(crate) struct Readings {
    pub list: Vec<Reading>,
    pairs: Vec<Pair>,
}

/// What beside the text is known.
#[derive(Clone, Copy)]
pub(crate) struct Around {
    pub code: Option<CommuneCode>,
    pub old: bool,
    pub new: bool,
    pub as_of: Option<jiff::civil::Date>,
    /// Behind this token stands what the unit is called today (`nay là …`).
    pub now_from: Option<u8>,
}

impl Readings {
    pub fn collect(&mut self, spans: &Spans, tokens: &Tokens, places: &[Place], history: &History, around: &Around) {
        self.list.clear();
        self.pair(spans);
        let announced = announced(tokens, places);
        let strange = has_strange_district(spans, tokens, places);
        for span in &spans.communes {
            let base = self.commune_points(span, spans, tokens, places, announced);
            for (unit, fit) in &spans.commune_hits[span.first as usize..span.last as usize] {
                // A district that nobody knows: all the same, the text is of the time of districts.
                let base = if strange && history.unit(*unit).era <= Era::Retired { base - 8 } else { base };
                if let Some(reading) = self.read(span, base, *unit, *fit, spans, history, around) {
                    self.keep(reading);
                }
            }
        }
    }

    fn keep(&mut self, reading: Reading) {
        match self.list.iter_mut().find(|r| r.unit == reading.unit) {
            Some(known) if known.score >= reading.score => {}
            Some(known) => *known = reading,
            None => self.list.push(reading),
        }
    }

    fn pair(&mut self, spans: &Spans) {
        self.pairs.clear();
        let provinces = (0..spans.provinces.len()).map(Some).chain([None]);
        for province in provinces {
            let span = province.map(|at| &spans.provinces[at].span);
            let points = span.map_or(0, |s| sides(s) + if s.after_noise { -12 } else { 0 });
            self.pairs.push(Pair { province, district: None, points });
            for (at, district) in spans.districts.iter().enumerate() {
                if span.is_some_and(|s| s.meets(district)) {
                    continue;
                }
                let noise = if district.after_noise { -16 } else { 0 };
                self.pairs.push(Pair { province, district: Some(at), points: points + sides(district) + noise });
            }
        }
    }

    fn commune_points(
        &self,
        span: &Span,
        spans: &Spans,
        tokens: &Tokens,
        places: &[Place],
        announced: Option<(u8, u8)>,
    ) -> i32 {
        let mut points = 0;
        // `Tân` out of `xã Tân Tiến`: the rest of the name is missing.
        if !span.right && !starts_part(spans, span.ends) {
            points -= if span.word.is_some() { 26 } else { 14 };
        }
        if !span.left && !ends_part(spans, span.begins) {
            points -= if continues_name(tokens, places, span.from) { 14 } else { 4 };
        }
        if span.after_noise || (span.word.is_none() && after_house_number(tokens, places, span.from)) {
            points -= 40;
        }
        // `Phường 2 Bảo Lộc` is one name of today, and not less than ward and district together.
        if spans.districts.iter().any(|d| d.to == span.to && d.from > span.from) {
            points += 27;
        }
        // `xã <name that nobody knows>` is not to be replaced by another name in the text.
        if let Some((from, to)) = announced
            && span.word.is_none()
            && !(from..to).contains(&span.from)
        {
            points -= 30;
        }
        points
    }

    #[allow(clippy::too_many_arguments)]
    fn read(
        &self,
        span: &Span,
        base: i32,
        id: UnitId,
        fit: Fit,
        spans: &Spans,
        history: &History,
        around: &Around,
    ) -> Option<Reading> {
        let unit = history.unit(id);
        let word_differs = span.word.is_some_and(|w| w != unit.word);
        let word = match span.word {
            Some(_) if word_differs => -6,
            Some(_) => 12,
            None => 4,
        };
        let mut best: Option<Reading> = None;
        for pair in &self.pairs {
            let province = pair.province.map(|at| &spans.provinces[at]);
            let district = pair.district.map(|at| &spans.districts[at]);
            if province.is_some_and(|p| p.span.meets(span)) || district.is_some_and(|d| d.meets(span)) {
                continue;
            }
            let Some((for_province, province_fit)) = province_points(unit, province, history) else { continue };
            let Some((for_district, named)) = district_points(unit, district, spans, history) else { continue };
            // `Thành phố Bắc Ninh` was a city in a province and is a province: as the one it says
            // no more than as the other.
            let both = district.filter(|d| {
                province.is_none() && spans.provinces.iter().any(|p| p.span.to == d.to && p.span.begins == d.begins)
            });
            let for_district = if both.is_some() { for_district.min(20) } else { for_district };
            let mut score = fit.points() + word + base + pair.points + for_province + for_district;
            score -= left_out(span, pair, spans);
            score += order(span, province, district);
            // A bare number is a ward only where its district stands right behind it.
            if span.word.is_none() && span.number {
                if district.is_none_or(|d| d.begins != span.to) {
                    continue;
                }
                score -= 6;
            }
            if span.number && for_district + for_province == 0 {
                continue;
            }
            // Numbers are everywhere: a numbered ward stands beside its district.
            let apart = |d: &Span| d.begins.saturating_sub(span.ends).max(span.begins.saturating_sub(d.ends));
            if span.number && district.is_some_and(|d| apart(d) > 1) {
                continue;
            }
            // A bare number is a district only where its province stands right behind it.
            let bare = district.filter(|d| d.word.is_none() && d.number);
            if bare.is_some_and(|d| province.is_none_or(|p| p.span.begins != d.ends)) {
                continue;
            }
            let may_be_district = span.word.is_none()
                && pair.district.is_none()
                && spans.districts.iter().any(|d| d.from == span.from && d.to == span.to);
            score += time_points(unit, named.is_some(), around);
            if around.code == Some(unit.code) {
                score += 25;
            }
            if around.now_from.is_some_and(|from| (span.from >= from) == (unit.era <= Era::Retired)) {
                score += 10;
            }
            if best.is_none_or(|known| known.score < score) {
                best = Some(Reading {
                    unit: id,
                    score,
                    fit,
                    commune: Span2 { begins: span.begins, from: span.from, to: span.to },
                    typed: span.word.is_some(),
                    word_differs,
                    district: named,
                    province: province_fit,
                    former_word: province.is_some_and(|p| p.former_word),
                    may_be_district,
                });
            }
        }
        best
    }

    pub fn best(&self) -> Option<&Reading> {
        self.list.iter().max_by_key(|r| r.score)
    }
}
