//! Two names of people of Vietnam, as a Vietnamese reader compares them: syllable by syllable.
//!
//! Promises: symmetric; letter case, white space and composition (NFC, NFD) never change the
//! answer; the same text is [`Likeness::Same`]. What speaks against the same person is
//! [`Likeness::Close`] or further: `Hà` and `Hạ` are different words, while `HA` may be either.

mod align;
mod parse;
mod shorter;
mod sketch;
mod syllable;

pub use parse::PersonName;
pub(super) use parse::is_common;
pub(super) use sketch::Sketches;
pub(crate) use sketch::{NameSketch, Sketcher};

/// How alike two names are, the closest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// The same letters.
    Same,
    /// One name, written in two ways.
    Writing,
    /// One name, of which one side says less or in another order.
    Compatible,
    /// Another name, but one slip of the pen away.
    Close,
    /// Something in common.
    Similar,
    Different,
}

impl Likeness {
    pub const NAMES: &[&str] = &["same", "writing", "compatible", "close", "similar", "different"];

    pub fn as_str(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// Why two names are as alike as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// But for letter case, white space and composition.
    SameLetters,
    /// `Hoà`, `Hòa`.
    TonePlacement,
    /// `Lý`, `Lí`.
    IOrY,
    /// `Đỗ`, `Dỗ`.
    DStroke,
    /// `Hồng-Hạnh`, `Hồng Hạnh`, `H'Hen`.
    Punctuation,
    /// Written where there are no accents, or in a syllable that cannot be without.
    LostAccents,
    /// `N. V. An`.
    Initials,
    /// One side ends at the 30th letter.
    CutAt30,
    /// `Thị`, `Văn`, or the `A` of Hmong names is missing: it tells the sex, little more.
    GenderWordMissing,
    MiddleMissing,
    SurnameMissing,
    /// The parts in another order: the given name first, or the surname last.
    OtherOrder,
    /// The name before and after a foreigner's marriage.
    MarriedName,
    /// One syllable of the letters of another, with other accents: another word.
    OneAccent,
    /// One letter more, less, other, or two exchanged.
    OneLetter,
    /// `Giàng`, `Dàng`: written as it sounds.
    SoundsAlike,
    /// Several syllables differ in accents only.
    SeveralAccents,
    /// Small differences in several places.
    SeveralSlips,
    /// Surname and given name are the same.
    OtherMiddle,
    OnlyGiven,
    GivenMissing,
    /// `Thị` against `Văn`.
    OtherGender,
    OtherSurname,
    OtherGiven,
    OtherName,
}

impl Reason {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SameLetters => "same letters",
            Self::TonePlacement => "tone placement",
            Self::IOrY => "i or y",
            Self::DStroke => "d stroke",
            Self::Punctuation => "punctuation",
            Self::LostAccents => "lost accents",
            Self::Initials => "initials",
            Self::CutAt30 => "cut at 30",
            Self::GenderWordMissing => "gender word missing",
            Self::MiddleMissing => "middle missing",
            Self::SurnameMissing => "surname missing",
            Self::OtherOrder => "other order",
            Self::MarriedName => "married name",
            Self::OneAccent => "one accent",
            Self::OneLetter => "one letter",
            Self::SoundsAlike => "sounds alike",
            Self::SeveralAccents => "several accents",
            Self::SeveralSlips => "several slips",
            Self::OtherMiddle => "other middle",
            Self::OnlyGiven => "only given",
            Self::GivenMissing => "given missing",
            Self::OtherGender => "other gender",
            Self::OtherSurname => "other surname",
            Self::OtherGiven => "other given",
            Self::OtherName => "other name",
        }
    }
}

/// The answer of [`compare_person_names`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    pub likeness: Likeness,
    pub reason: Reason,
}

impl Verdict {
    fn new(likeness: Likeness, reason: Reason) -> Self {
        Self { likeness, reason }
    }
}

/// Compares two names as they are written.
pub fn compare_person_names(a: &str, b: &str) -> Verdict {
    PersonName::new(a).compare(&PersonName::new(b))
}

impl PersonName {
    /// Two empty names are the same letters; whether that is evidence is the caller's to say.
    pub fn compare(&self, other: &Self) -> Verdict {
        let (short, long) = if self.order() <= other.order() { (self, other) } else { (other, self) };
        if short.letters == long.letters {
            return Verdict::new(Likeness::Same, Reason::SameLetters);
        }
        if short.syllables.is_empty() || long.syllables.is_empty() {
            return Verdict::new(Likeness::Different, Reason::OtherName);
        }
        written(short, long)
            .or_else(|| shorter::cut(short, long))
            .or_else(|| shorter::after_marriage(short, long))
            .unwrap_or_else(|| {
                if short.syllables.len() == long.syllables.len() {
                    align::in_place(short, long)
                } else {
                    shorter::less(short, long)
                }
            })
    }
}

/// One name in two ways of writing.
fn written(a: &PersonName, b: &PersonName) -> Option<Verdict> {
    if !a.may_be_written(b) {
        return None;
    }
    if let Some(reason) = a.mildly(b) {
        return Some(Verdict::new(Likeness::Writing, reason));
    }
    // Syllables that were written together, or torn apart, where one side has no accents.
    let bare = a.is_bare || b.is_bare;
    (bare && a.plain() == b.plain()).then(|| Verdict::new(Likeness::Writing, Reason::LostAccents))
}
