//! Readings of a text: this span is the commune, that one the district, that one the province, and
//! together they fit this unit so well.
//!
//! Points, not probabilities: what counts is the distance between the best reading and the next.
//! A name says most; a district that fits says more than a province; a part that stands in the
//! text and does not fit takes away more than it could have given.

use super::super::history::{Era, History, Unit, UnitId};
use super::super::word::Word;
use super::spans::{Fit, ProvinceSpan, Span, Spans};
use super::token::{Break, Token, Tokens, hash};
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
struct Pair {
    province: Option<usize>,
    district: Option<usize>,
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

fn sides(span: &Span) -> i32 {
    (if span.left { 0 } else { -3 }) + (if span.right { 0 } else { -8 })
}

fn starts_part(spans: &Spans, at: u8) -> bool {
    spans.provinces.iter().any(|p| p.span.begins == at) || spans.districts.iter().any(|d| d.begins == at)
}

fn ends_part(spans: &Spans, at: u8) -> bool {
    spans.provinces.iter().any(|p| p.span.ends == at) || spans.districts.iter().any(|d| d.ends == at)
}

/// Whether the token before belongs to no number and no noise: then the name may be cut.
fn continues_name(tokens: &Tokens, places: &[Place], from: u8) -> bool {
    let Some(before) = usize::from(from).checked_sub(1) else { return false };
    !tokens.list[before].digits && !places[before].is_noise
}

/// `188 Nguyễn Trãi`, `Số 8 Tràng Thi`: a street, whatever commune bears the name. `Thôn 5 Kim Phú`
/// is none.
fn after_house_number(tokens: &Tokens, places: &[Place], from: u8) -> bool {
    let list = &tokens.list;
    let mut at = usize::from(from);
    if at == 0 || !list[at - 1].digits || list[at].before == Break::Hard {
        return false;
    }
    while at > 0 && list[at].before < Break::Hard && list[at - 1].digits {
        at -= 1;
    }
    let house = |token: &Token| [&b"so"[..], b"nha", b"no"].iter().any(|word| hash(word) == token.plain);
    at == 0 || list[at].before == Break::Hard || house(&list[at - 1]) || !places[at].after_noise
}

/// The part that a type word of communes announces: from its first token to the next boundary.
fn announced(tokens: &Tokens, places: &[Place]) -> Option<(u8, u8)> {
    for at in 1..tokens.list.len() {
        let Some((word, _)) = places[at].typed.filter(|(word, _)| word.is_commune()) else { continue };
        if tokens.list[at].before == Break::Hard || places[at].word_begins && word != Word::Ward {
            continue;
        }
        let mut end = at + 1;
        while end < tokens.list.len() && tokens.list[end].before < Break::Soft && !places[end].word_begins {
            end += 1;
        }
        return Some((at as u8, end as u8));
    }
    None
}

/// A type word of districts with a name behind it that no list has.
fn has_strange_district(spans: &Spans, tokens: &Tokens, places: &[Place]) -> bool {
    let known = |at: u8| {
        spans.districts.iter().any(|d| d.from == at)
            || spans.provinces.iter().any(|p| p.span.from == at)
            || spans.communes.iter().any(|c| c.from < at && at < c.to)
            || spans.communes.iter().any(|c| c.from == at && c.word.is_some_and(Word::is_district))
    };
    (1..tokens.list.len()).any(|at| {
        let typed = places[at].typed.is_some_and(|(word, _)| word.is_district());
        typed && tokens.list[at].before != Break::Hard && !places[at].word_begins && !known(at as u8)
    })
}

fn province_points(unit: &Unit, province: Option<&ProvinceSpan>, history: &History) -> Option<(i32, ProvinceFit)> {
    let Some(province) = province else { return Some((0, ProvinceFit::None)) };
    let doubt = match province.fit {
        Fit::Exact => 0,
        Fit::Plain | Fit::Joined | Fit::Half => 1,
        Fit::Short => 4,
        _ => 6,
    };
    let today = province.today & (1 << unit.province) != 0;
    match unit.province_before {
        Some(before) if province.before & (1 << before) != 0 => Some((20 - doubt, ProvinceFit::Own)),
        Some(_) if today => Some((12 - doubt, ProvinceFit::Merged)),
        Some(before) if province.ancient & (1 << before) != 0 => Some((8 - doubt, ProvinceFit::Merged)),
        Some(_) => None,
        None if today => Some((20 - doubt, ProvinceFit::Own)),
        None if province.before & history.merged[usize::from(unit.province)] != 0 => {
            Some((10 - doubt, ProvinceFit::Former))
        }
        None => None,
    }
}

fn district_points(
    unit: &Unit,
    district: Option<&Span>,
    spans: &Spans,
    history: &History,
) -> Option<(i32, Option<u16>)> {
    let Some(span) = district else { return Some((0, None)) };
    let hits = &spans.district_hits[span.first as usize..span.last as usize];
    let mut best: Option<(i32, u16)> = None;
    for (id, fit) in hits.iter().filter(|(id, _)| unit.districts.contains(id)) {
        let own = history.districts[usize::from(*id)].word;
        let word = match span.word {
            None => 27,
            Some(word) if Some(word) == own || word == Word::AnyDistrict => 30,
            Some(_) => 23,
        };
        let doubt = match fit {
            Fit::Exact => 0,
            Fit::Plain | Fit::Joined | Fit::Short | Fit::Half => 1,
            _ => 8,
        };
        let points = if unit.era <= Era::Retired { word - doubt - 16 } else { word - doubt };
        if best.is_none_or(|(known, _)| known < points) {
            best = Some((points, *id));
        }
    }
    best.map(|(points, id)| (points, Some(id)))
}

/// What stands in the text as a district or a province and is not used by this reading.
fn left_out(commune: &Span, pair: &Pair, spans: &Spans) -> i32 {
    let mut taken = 0;
    if pair.province.is_none() {
        let strong = |p: &ProvinceSpan| {
            p.fit > Fit::Short
                && !p.span.after_noise
                && (p.span.word.is_some() || (p.span.right && p.span.from >= commune.ends))
                && !p.span.meets(commune)
                && pair.district.is_none_or(|at| !spans.districts[at].meets(&p.span))
        };
        if spans.provinces.iter().any(strong) {
            taken += 30;
        }
    }
    if pair.district.is_none() {
        let strong = |d: &&Span| {
            !d.meets(commune)
                && !d.after_noise
                && (d.word.is_some() || (d.left && d.right && d.from >= commune.ends))
                && pair.province.is_none_or(|at| !spans.provinces[at].span.meets(d))
        };
        if spans.districts.iter().any(|d| strong(&d)) {
            taken += 30;
        }
    }
    taken
}

fn order(commune: &Span, province: Option<&ProvinceSpan>, district: Option<&Span>) -> i32 {
    let mut points = 0;
    if let Some(p) = province
        && p.span.from < commune.from
    {
        points -= if p.span.word.is_some() || p.span.begins == 0 { 4 } else { 14 };
    }
    if let Some(d) = district {
        if d.from < commune.from {
            points -= if d.word.is_some() { 4 } else { 14 };
        }
        if let Some(p) = province
            && p.span.from < d.from
            && commune.from > p.span.from
            && commune.from > d.from
        {
            points += 4;
        }
    }
    points
}

fn time_points(unit: &Unit, has_district: bool, around: &Around) -> i32 {
    let era = match unit.era {
        Era::Today | Era::Before => 0,
        Era::Retired => -1,
        Era::Older => -10,
    };
    let day = match unit.era {
        Era::Today | Era::Retired if around.new && !has_district => 8,
        Era::Before if around.old => 4,
        Era::Older if around.old => match (around.as_of, unit.ended_on) {
            (Some(day), Some(end)) if day < end => 12,
            _ => 0,
        },
        _ => 0,
    };
    era + day
}
