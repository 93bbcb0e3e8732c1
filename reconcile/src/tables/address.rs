//! Two residences: the same words, the same commune under its old and its new name, or not.

use super::Code;
use crate::compare::compare_names;
use crate::normal::fold::loose;
use crate::units::{Answer, Learned, Query, Resolver, Scratch, Status};
use schemas::{CommuneCode, Level};

/// What differs in two texts that are not equal.
pub fn compare(a: &str, b: &str, resolver: &Resolver, learned: &Learned, scratch: &mut Scratch) -> Code {
    let words = compare_names(&bare(a), &bare(b));
    match words.level {
        Level::Same => return Code::Written,
        Level::Spelling => return Code::spelling(&words.spelling),
        _ => {}
    }
    let left = Meant::of(&ask(resolver, a, learned, scratch));
    let right = Meant::of(&ask(resolver, b, learned, scratch));
    let (x, y) = (detail(a), detail(b));
    let detail_differs = !x.is_empty() && !y.is_empty() && x != y;
    match (left.single(), right.single()) {
        (Some(one), Some(other)) if one != other => Code::CommuneDiffers,
        (Some(_), Some(_)) if detail_differs => Code::AddressDetail,
        (Some(_), Some(_)) if left.is_of_before() || right.is_of_before() => Code::UnitOld,
        (Some(_), Some(_)) if x != y => Code::AddressPartial,
        (Some(_), Some(_)) => Code::Written,
        _ if left.codes.is_empty() || right.codes.is_empty() => Code::TextDiffers,
        _ if !left.codes.iter().any(|code| right.codes.contains(code)) => Code::CommuneDiffers,
        _ if detail_differs => Code::TextDiffers,
        _ if left.status == Status::Split || right.status == Status::Split => Code::UnitSplit,
        _ => Code::UnitUnclear,
    }
}

fn ask<'a>(resolver: &'a Resolver, text: &str, learned: &Learned, scratch: &mut Scratch) -> Answer<'a> {
    resolver.resolve_with(&Query { text: Some(text), code: None, as_of: None }, learned, scratch)
}

struct Meant {
    status: Status,
    codes: Vec<CommuneCode>,
}

impl Meant {
    fn of(answer: &Answer<'_>) -> Self {
        Self { status: answer.status, codes: answer.codes().collect() }
    }

    fn single(&self) -> Option<CommuneCode> {
        let known = matches!(self.status, Status::Current | Status::Stale);
        self.codes.first().copied().filter(|_| known && self.codes.len() == 1)
    }

    fn is_of_before(&self) -> bool {
        self.status == Status::Stale
    }
}

/// Commas are no difference.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, ',' | ';')).collect()
}

const UNIT_WORDS: [&str; 11] =
    ["xa", "phuong", "tt", "thi tran", "thi xa", "huyen", "quan", "tinh", "thanh pho", "tp", "dac khu"];

/// The part before the commune: house, street, hamlet. Empty where nothing tells it from the rest.
fn detail(text: &str) -> String {
    let is_unit = |part: &str| {
        let folded = crate::normal::fold::fold(part.trim(), &config::rules::Spelling::ALL);
        UNIT_WORDS.iter().any(|word| folded.starts_with(&word.replace(' ', "")))
    };
    let parts: Vec<&str> = text.split([',', ';']).collect();
    let units = parts.iter().position(|part| is_unit(part)).unwrap_or(parts.len());
    // Without any word of a unit nothing tells where the detail ends.
    if units == parts.len() { String::new() } else { loose(&parts[..units].concat()) }
}
