//! Units through time: which commune of today does a residence speak of?
//!
//! A code alone is not an identity: most of today's codes meant another unit before 1 July 2025.
//! So evidence decides in this order: code and name agree on a generation; a district means the
//! time before the reform; a province that no longer exists does too; a bare code is judged by the
//! day on which its record was last changed. What remains open is *ambiguous*, never a silent pick.

mod answer;
mod catalogue;
mod decide;
mod edges;
mod history;
mod learned;
mod name;
mod parse;
mod path;
mod read;
mod resolve;
mod resolver;
mod successors;
mod word;

pub use answer::{Answer, Candidate, Evidence, Query, Reason, Status, Step, StepKind, UnitRef};
pub use catalogue::Catalogue;
pub use learned::{Learned, Lesson};
pub use read::Scratch;
pub use resolver::{Dispute, Meaning, Resolver};

use schemas::CommuneCode;

/// A unit as it was called before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Former {
    pub code: Option<CommuneCode>,
    /// With its district and province where they are part of what went out of use.
    pub name: String,
}

/// What a residence means today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// A unit of today, called as today.
    Current(CommuneCode),
    /// An abolished unit or name with exactly one successor, and the acts that changed it.
    Stale {
        from: Former,
        to: CommuneCode,
        acts: Vec<String>,
    },
    /// An abolished unit that was divided.
    Split {
        from: Former,
        candidates: Vec<CommuneCode>,
    },
    /// The text fits more than one unit.
    Ambiguous {
        candidates: Vec<CommuneCode>,
    },
    Unknown,
}

impl Resolution {
    /// The communes of today that it may mean, in the order of their codes.
    pub fn communes(&self) -> &[CommuneCode] {
        match self {
            Self::Current(code) | Self::Stale { to: code, .. } => std::slice::from_ref(code),
            Self::Split { candidates, .. } | Self::Ambiguous { candidates } => candidates,
            Self::Unknown => &[],
        }
    }

    /// Is there a commune of today that both may mean? `None`: one of them means none that is known.
    pub fn shares_a_commune(&self, other: &Self) -> Option<bool> {
        let (a, b) = (self.communes(), other.communes());
        (!a.is_empty() && !b.is_empty()).then(|| a.iter().any(|code| b.contains(code)))
    }

    /// The one commune of today, where there is only one.
    pub fn single(&self) -> Option<CommuneCode> {
        match self.communes() {
            [one] => Some(*one),
            _ => None,
        }
    }
}
