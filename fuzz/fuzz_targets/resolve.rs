//! Any text, with or without a code and a day: no panic, and an answer that agrees with itself.
//!
//! The first byte chooses the day and whether the rest begins with a code of five digits.
#![no_main]

use config::units::Units;
use jiff::civil::date;
use libfuzzer_sys::fuzz_target;
use reconcile::units::{Learned, Query, Resolver, Scratch, Status};
use std::cell::RefCell;
use std::sync::OnceLock;

static RESOLVER: OnceLock<Resolver> = OnceLock::new();
thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::new(Scratch::default());
}

fuzz_target!(|bytes: &[u8]| {
    let resolver = RESOLVER.get_or_init(|| Resolver::new(&Units::embedded().expect("the embedded catalogue")));
    let Some((&choice, rest)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    let as_of = [None, Some(date(2020, 1, 1)), Some(date(2026, 1, 1))][usize::from(choice % 3)];
    let (code, text) = match text.get(..5) {
        Some(code) if choice & 4 != 0 => (Some(code), &text[5..]),
        _ => (None, &text[..]),
    };
    SCRATCH.with_borrow_mut(|scratch| {
        let query = Query { text: Some(text), code, as_of };
        let learned = Learned::default();
        let answer = resolver.resolve_with(&query, &learned, scratch);
        let single = matches!(answer.status, Status::Current | Status::Stale);
        assert_eq!(single, answer.single().is_some());
        assert_eq!(answer.status == Status::Unknown, answer.candidates.is_empty());
        assert!((0.0..=1.0).contains(&answer.confidence));
    });
});
