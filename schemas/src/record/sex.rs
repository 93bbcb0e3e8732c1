//! Sex in canonical records.

/// Sex as registers keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sex {
    Male,
    Female,
    Other,
}

impl Sex {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Male => "m",
            Self::Female => "f",
            Self::Other => "o",
        }
    }

    /// Reads the canonical letter.
    pub fn from_canonical(text: &str) -> Option<Self> {
        match text {
            "m" => Some(Self::Male),
            "f" => Some(Self::Female),
            "o" => Some(Self::Other),
            _ => None,
        }
    }
}
