//! What a finding says about the quality of data: one of eight error groups, one of five criteria.
//!
//! Groups and criteria are those of the national land campaign and of dispatch 4856. The sixth
//! word, *dùng chung* (shared), is about who may use the data; no data tell it, so it is none here.

use crate::FindingKind;
use crate::words::words;

words!(
    Quality;
    /// The eight groups of errors, in their official order.
    ErrorGroup {
        MissingMandatory = "missing_mandatory",
        AbnormalValue = "abnormal_value",
        Duplicate = "duplicate",
        WrongFormat = "wrong_format",
        BrokenReference = "broken_reference",
        Contradiction = "contradiction",
        Stale = "stale",
        /// It does not match the national source of the value.
        NotAsReference = "not_as_reference",
    }
);

words!(
    Quality;
    /// What the quality of data is measured by.
    Criterion {
        /// *đúng*
        Accuracy = "accuracy",
        /// *đủ*
        Completeness = "completeness",
        /// *sạch*: unique and valid
        Cleanness = "cleanness",
        /// *sống*
        Timeliness = "timeliness",
        /// *thống nhất*
        Consistency = "consistency",
    }
);

words!(
    Quality;
    /// How good a figure is.
    Band {
        Green = "green",
        Yellow = "yellow",
        Red = "red",
    }
);

impl ErrorGroup {
    /// From 1 to 8, as officers cite them.
    pub fn number(self) -> usize {
        self as usize + 1
    }
}

impl FindingKind {
    /// The one group and the one criterion that a finding of this kind counts in.
    pub fn quality(self) -> (ErrorGroup, Criterion) {
        use Criterion::{Accuracy, Cleanness, Completeness, Consistency, Timeliness};
        use ErrorGroup::{
            BrokenReference, Contradiction, Duplicate, MissingMandatory, NotAsReference, Stale, WrongFormat,
        };
        match self {
            Self::NameDiacritic => (NotAsReference, Consistency),
            Self::NameDiff => (NotAsReference, Accuracy),
            Self::DobPartial => (MissingMandatory, Completeness),
            Self::DobDiff | Self::DobSwap | Self::SexDiff => (NotAsReference, Accuracy),
            Self::Id9Vs12 | Self::IdReissued => (Stale, Timeliness),
            Self::IdAliasMissing => (BrokenReference, Accuracy),
            Self::IdBadFormat => (WrongFormat, Cleanness),
            Self::IdDuplicate => (Duplicate, Cleanness),
            Self::IdMissing => (MissingMandatory, Completeness),
            Self::DeadOwner => (Stale, Timeliness),
            Self::DeadActiveDossier => (Contradiction, Consistency),
            Self::MaritalStale => (Stale, Timeliness),
            Self::ParentDiff | Self::EthnicCode => (NotAsReference, Accuracy),
            Self::AddrStaleUnit | Self::AddrSplitUnit => (Stale, Timeliness),
            Self::AddrMoved => (NotAsReference, Consistency),
            Self::ParcelOldSheet | Self::AreaDiff | Self::OwnerType => (Contradiction, Consistency),
            Self::ParcelCollision | Self::CertDup | Self::DossierCodePair => (Duplicate, Cleanness),
            Self::CertSerialFormat => (WrongFormat, Cleanness),
            Self::NotScanned | Self::OriginalsKept => (MissingMandatory, Completeness),
            Self::StatusLag => (Stale, Timeliness),
        }
    }

    pub fn error_group(self) -> ErrorGroup {
        self.quality().0
    }

    pub fn criterion(self) -> Criterion {
        self.quality().1
    }

    /// Is it about the number by which a person is found? Of such values nothing but 100 % is
    /// accepted on accuracy, completeness and cleanness.
    pub fn is_about_identifier(self) -> bool {
        matches!(
            self,
            Self::IdBadFormat
                | Self::IdDuplicate
                | Self::IdMissing
                | Self::IdAliasMissing
                | Self::Id9Vs12
                | Self::IdReissued
        ) && self.criterion() != Criterion::Timeliness
    }
}
