//! What the parts of a reading are worth: province, district, their order, the time of the unit.

use super::super::history::{Era, History, Unit};
use super::super::word::Word;
use super::score::{Around, Pair, ProvinceFit};
use super::spans::{Fit, ProvinceSpan, Span, Spans};

pub(super) fn province_points(
    unit: &Unit,
    province: Option<&ProvinceSpan>,
    history: &History,
) -> Option<(i32, ProvinceFit)> {
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

pub(super) fn district_points(
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
pub(super) fn left_out(commune: &Span, pair: &Pair, spans: &Spans) -> i32 {
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

pub(super) fn order(commune: &Span, province: Option<&ProvinceSpan>, district: Option<&Span>) -> i32 {
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

pub(super) fn time_points(unit: &Unit, has_district: bool, around: &Around) -> i32 {
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
