//! The careful comparison of two values whose bytes differ.

use super::{Code, address, keys, values};
use crate::compare::{compare_dates, compare_ethnicity, compare_names};
use crate::normal::fold::same_letters;
use crate::units::{Learned, Resolver, Scratch};
use config::comparing::Kind;
use config::units::Units;
use schemas::Level;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Knows the units; one serves all threads.
pub struct Judge {
    units: Units,
    /// Made when the first address differs: it is not free.
    resolver: OnceLock<Resolver>,
}

/// What one thread keeps between judgements.
#[derive(Default)]
pub struct Memory {
    scratch: Scratch,
    learned: Learned,
    /// Pairs of places come again and again: an old commune and its successor.
    places: HashMap<(Box<str>, Box<str>), Code>,
}

/// Pairs of places that are kept at a time.
const MOST_PLACES: usize = 20_000;

impl Judge {
    pub fn new(units: Units) -> Self {
        Self { units, resolver: OnceLock::new() }
    }

    /// What the difference of two values is; `None`: there is none. White space around a value does
    /// not count; an empty text is no value.
    pub fn judge(&self, kind: Kind, left: &str, right: &str, memory: &mut Memory) -> Option<Code> {
        if left == right {
            return None;
        }
        let (a, b) = (left.trim(), right.trim());
        match (a.is_empty(), b.is_empty()) {
            (true, true) => return None,
            (false, true) => return Some(Code::ValueOnlyLeft),
            (true, false) => return Some(Code::ValueOnlyRight),
            (false, false) => {}
        }
        if a == b {
            return Some(Code::Written);
        }
        Some(match kind {
            Kind::Name => words(a, b, Code::NameDiffers),
            Kind::Text => words(a, b, Code::TextDiffers),
            Kind::Exact => Code::TextDiffers,
            Kind::Date => dates(a, b),
            Kind::Sex => match (values::sex(a), values::sex(b)) {
                (Some(a), Some(b)) if a == b => Code::Written,
                (Some(_), Some(_)) => Code::SexDiffers,
                _ => unread(a, b),
            },
            Kind::Ethnicity => match compare_ethnicity(a, b) {
                Level::Same => Code::Written,
                Level::Different => Code::EthnicityDiffers,
                _ => unread(a, b),
            },
            Kind::Number => numbers(a, b, false),
            Kind::Area => numbers(a, b, true),
            Kind::Id => ids(a, b),
            Kind::Address => self.addresses(a, b, memory),
        })
    }

    fn addresses(&self, a: &str, b: &str, memory: &mut Memory) -> Code {
        let key = (Box::from(a), Box::from(b));
        if let Some(code) = memory.places.get(&key) {
            return *code;
        }
        let resolver = self.resolver.get_or_init(|| Resolver::new(&self.units));
        let code = address::compare(a, b, resolver, &memory.learned, &mut memory.scratch);
        if memory.places.len() >= MOST_PLACES {
            memory.places.clear();
        }
        memory.places.insert(key, code);
        code
    }
}

fn words(a: &str, b: &str, otherwise: Code) -> Code {
    let compared = compare_names(a, b);
    match compared.level {
        Level::Same => Code::Written,
        Level::Spelling => Code::spelling(&compared.spelling),
        _ => otherwise,
    }
}

fn dates(a: &str, b: &str) -> Code {
    let (Some(left), Some(right)) = (values::date(a), values::date(b)) else { return unread(a, b) };
    let compared = compare_dates(&left.to_string(), &right.to_string());
    match (compared.level, compared.second_knows_less) {
        (Level::Same, _) => Code::Written,
        (Level::Compatible, true) => Code::DatePartialRight,
        (Level::Compatible, false) => Code::DatePartialLeft,
        _ if compared.swap => Code::DateSwapped,
        _ => Code::DateDiffers,
    }
}

fn numbers(a: &str, b: &str, area: bool) -> Code {
    let (Some(left), Some(right)) = (values::number(a), values::number(b)) else { return unread(a, b) };
    let apart = (left - right).abs();
    if apart <= f64::EPSILON * left.abs().max(right.abs()) {
        Code::Written
    } else if area && apart < 0.1 + 1e-9 {
        Code::AreaRounded
    } else {
        Code::NumberDiffers
    }
}

fn ids(a: &str, b: &str) -> Code {
    let (left, right) = (keys::normal(a, true), keys::normal(b, true));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then_some(text.len());
    if left == right {
        Code::IdRepaired
    } else if matches!((digits(&left), digits(&right)), (Some(9), Some(12)) | (Some(12), Some(9))) {
        Code::IdNineTwelve
    } else {
        Code::IdDiffers
    }
}

fn unread(a: &str, b: &str) -> Code {
    if same_letters(a, b) { Code::Written } else { Code::Unread }
}
