//! Reads a free text: tokens, spans that may be units, and readings with their points.

mod around;
pub(crate) mod fuzzy;
pub(crate) mod lexicon;
mod points;
pub(crate) mod score;
pub(crate) mod spans;
pub(crate) mod token;
pub(crate) mod words;

use super::history::History;
use fuzzy::{Fuzzy, Members};
use lexicon::Lexicon;
use score::{Around, ENOUGH, Readings};
use spans::{Fit, Spans};
use token::{Letters, Tokens, hash};
use words::{Place, Words};

/// Everything that reading needs, made once.
pub(crate) struct Reader {
    letters: Letters,
    words: Words,
    pub lexicon: Lexicon,
    members: Members,
}

/// Buffers of one reading. Using one again saves the allocations; nothing else is carried over.
#[derive(Default)]
pub struct Scratch {
    pub(crate) tokens: Tokens,
    pub(crate) places: Vec<Place>,
    pub(crate) spans: Spans,
    pub(crate) readings: Readings,
    fuzzy: Fuzzy,
}

impl Reader {
    pub fn new(units: &config::units::Units, history: &History) -> Self {
        let letters = Letters::new();
        Self {
            words: Words::new(&letters),
            lexicon: Lexicon::new(units, history, &letters),
            members: Members::new(history),
            letters,
        }
    }

    /// Fills the scratch with the readings of a text.
    pub fn read(&self, text: &str, history: &History, mut around: Around, scratch: &mut Scratch) {
        let Scratch { tokens, places, spans, readings, fuzzy } = scratch;
        tokens.read(text, &self.letters);
        self.words.mark(tokens, places);
        around.now_from = says_now(tokens);
        spans.find(tokens, places, &self.lexicon, history);
        readings.collect(spans, tokens, places, history, &around);
        if !is_clean(readings) && fuzzy.add(spans, tokens, places, (&self.lexicon, history, &self.members)) {
            readings.collect(spans, tokens, places, history, &around);
        }
    }

    /// How many tokens of a type word open the text, if a name follows.
    pub fn type_word(&self, tokens: &Tokens) -> usize {
        let mut places = Vec::new();
        self.words.mark(tokens, &mut places);
        let ends = |count: &usize| places.get(*count).is_some_and(|p| p.typed.is_some_and(|(_, from)| from == 0));
        [2, 1].into_iter().find(|count| ends(count) && tokens.list.len() > *count).unwrap_or(0)
    }

    pub fn tokens(&self, text: &str, tokens: &mut Tokens) {
        tokens.read(text, &self.letters);
    }
}

/// A reading that leaves nothing to be wished for: no need to look for slips of the pen.
fn is_clean(readings: &Readings) -> bool {
    readings.best().is_some_and(|best| {
        let anchored = best.district.is_some() || best.province != score::ProvinceFit::None;
        best.fit > Fit::Accents && best.score >= ENOUGH + 8 && (anchored || best.typed)
    })
}

/// The token behind `nay là`, `nay thuộc`, `hiện là`: what follows is said to be today's.
fn says_now(tokens: &Tokens) -> Option<u8> {
    let list = &tokens.list;
    let is = |at: usize, words: &[&[u8]]| list.get(at).is_some_and(|t| words.iter().any(|w| hash(w) == t.plain));
    (0..list.len().saturating_sub(2))
        .find(|at| is(*at, &[b"nai", b"nay", b"hien"]) && is(at + 1, &[b"la", b"thuoc", b"doi"]))
        .map(|at| at as u8 + 2)
}
