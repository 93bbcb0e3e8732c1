//! Short texts of millions of rows in one allocation each: kept until it is known which few of
//! them matter.

const SEPARATOR: char = '\u{1f}';

/// A place in the arena.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    start: usize,
    length: u32,
}

impl Span {
    /// The same text after [`Arena::append`].
    pub fn later(self, by: usize) -> Self {
        Self { start: self.start + by, ..self }
    }
}

#[derive(Default)]
pub(super) struct Arena(String);

impl Arena {
    pub fn push(&mut self, fields: &[&str]) -> Span {
        let start = self.0.len();
        for (at, field) in fields.iter().enumerate() {
            if at > 0 {
                self.0.push(SEPARATOR);
            }
            self.0.push_str(field);
        }
        Span { start, length: u32::try_from(self.0.len() - start).unwrap_or(u32::MAX) }
    }

    /// Puts the texts of another arena behind these; a span of it starts so much later here.
    pub fn append(&mut self, other: &Self) -> usize {
        let start = self.0.len();
        self.0.push_str(&other.0);
        start
    }

    /// The fields in the order in which they were pushed; missing ones are empty.
    pub fn fields<const N: usize>(&self, span: Span) -> [&str; N] {
        let text = self.0.get(span.start..span.start + span.length as usize).unwrap_or_default();
        let mut fields = [""; N];
        for (field, part) in fields.iter_mut().zip(text.split(SEPARATOR)) {
            *field = part;
        }
        fields
    }
}
