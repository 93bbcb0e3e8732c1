//! Two residences: the same words, the same commune under its old and its new name, or not.

use super::Code;
use crate::compare::compare_names;
use crate::normal::fold::loose;
use crate::units::{Answer, Learned, Query, Resolver, Scratch, Status};
use schemas::{CommuneCode, Level};

/// `None`: the same.
pub fn compare(a: &str, b: &str, resolver: &Resolver, learned: &Learned, scratch: &mut Scratch) -> Code {
    let words = compare_names(&bare(a), &bare(b));
    match words.level {
        Level::Same => return Code::Written,
        Level::Spelling => return Code::spelling(&words.spelling),
        _ => {}
    }
    let left = Meant::of(&ask(resolver, a, learned, scratch));
    let right = Meant::of(&ask(resolver, b, learned, scratch));
    let detail_differs = details_differ(a, b);
    match (left.single(), right.single()) {
        (Some(x), Some(y)) if x == y && detail_differs => Code::AddressDetail,
        (Some(x), Some(y)) if x == y => {
            if left.is_of_before() || right.is_of_before() {
                Code::UnitOld
            } else {
                // One unit of today and no detail that contradicts: one says more.
                Code::AddressDetail
            }
        }
        (Some(_), Some(_)) => Code::CommuneDiffers,
        (Some(one), None) if right.may_be(one) => split_or_detail(&right, detail_differs),
        (None, Some(one)) if left.may_be(one) => split_or_detail(&left, detail_differs),
        _ if left.codes.is_empty() || right.codes.is_empty() => Code::TextDiffers,
        _ if left.codes.iter().any(|code| right.codes.contains(code)) => Code::TextDiffers,
        _ => Code::CommuneDiffers,
    }
}

fn ask<'a>(resolver: &'a Resolver, text: &str, learned: &Learned, scratch: &mut Scratch) -> Answer<'a> {
    resolver.resolve_with(&Query { text: Some(text), code: None, as_of: None }, learned, scratch)
}

fn split_or_detail(several: &Meant, detail_differs: bool) -> Code {
    match (several.status, detail_differs) {
        (_, true) => Code::TextDiffers,
        (Status::Split, false) => Code::UnitSplit,
        _ => Code::TextDiffers,
    }
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

    fn may_be(&self, code: CommuneCode) -> bool {
        self.codes.contains(&code)
    }
}

/// Commas and the short forms of type words are no difference.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, ',' | ';')).collect()
}

/// The part before the commune: house, street, hamlet.
fn details_differ(a: &str, b: &str) -> bool {
    let (a, b) = (detail(a), detail(b));
    !a.is_empty() && !b.is_empty() && a != b
}

const UNIT_WORDS: [&str; 11] =
    ["xa", "phuong", "tt", "thi tran", "thi xa", "huyen", "quan", "tinh", "thanh pho", "tp", "dac khu"];

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
