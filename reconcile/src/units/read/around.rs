//! What stands beside a span in the text, and what that says about it.

use super::super::word::Word;
use super::spans::{Span, Spans};
use super::token::{Break, Token, Tokens, hash};
use super::words::Place;

pub(super) fn sides(span: &Span) -> i32 {
    (if span.left { 0 } else { -3 }) + (if span.right { 0 } else { -8 })
}

pub(super) fn starts_part(spans: &Spans, at: u8) -> bool {
    spans.provinces.iter().any(|p| p.span.begins == at) || spans.districts.iter().any(|d| d.begins == at)
}

pub(super) fn ends_part(spans: &Spans, at: u8) -> bool {
    spans.provinces.iter().any(|p| p.span.ends == at) || spans.districts.iter().any(|d| d.ends == at)
}

/// Whether the token before belongs to no number and no noise: then the name may be cut.
pub(super) fn continues_name(tokens: &Tokens, places: &[Place], from: u8) -> bool {
    let Some(before) = usize::from(from).checked_sub(1) else { return false };
    !tokens.list[before].digits && !places[before].is_noise
}

/// `188 Nguyễn Trãi`, `Số 8 Tràng Thi`: a street, whatever commune bears the name. `Thôn 5 Kim Phú`
/// is none.
pub(super) fn after_house_number(tokens: &Tokens, places: &[Place], from: u8) -> bool {
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
pub(super) fn announced(tokens: &Tokens, places: &[Place]) -> Option<(u8, u8)> {
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
pub(super) fn has_strange_district(spans: &Spans, tokens: &Tokens, places: &[Place]) -> bool {
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
