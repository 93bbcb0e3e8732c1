//! Conditions: a field compared with the reference, or a check that looks at more than one field.

use schemas::{FindingKind, Level};

/// The fields that are compared between two mentions of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Name,
    BirthDate,
    Sex,
    Ethnicity,
    Residence,
    Father,
    Mother,
}

impl Field {
    pub const ALL: [Field; 7] =
        [Self::Name, Self::BirthDate, Self::Sex, Self::Ethnicity, Self::Residence, Self::Father, Self::Mother];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::BirthDate => "birth_date",
            Self::Sex => "sex",
            Self::Ethnicity => "ethnicity",
            Self::Residence => "residence",
            Self::Father => "father",
            Self::Mother => "mother",
        }
    }

    /// The levels worth a finding that a comparison of this field can come to.
    pub fn levels(self) -> &'static [Level] {
        match self {
            Self::Name | Self::Father | Self::Mother => &[Level::Spelling, Level::Different],
            Self::BirthDate => &[Level::Compatible, Level::Different],
            Self::Sex | Self::Ethnicity | Self::Residence => &[Level::Different],
        }
    }

    /// The kinds of finding that speak of this field.
    pub fn kinds(self) -> &'static [FindingKind] {
        use FindingKind as K;
        match self {
            Self::Name => &[K::NameDiacritic, K::NameDiff],
            Self::BirthDate => &[K::DobPartial, K::DobSwap, K::DobDiff],
            Self::Sex => &[K::SexDiff],
            Self::Ethnicity => &[K::EthnicCode],
            Self::Residence => &[K::AddrMoved],
            Self::Father | Self::Mother => &[K::ParentDiff],
        }
    }
}

/// In what two spellings of one name differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spelling {
    /// `hoà` against `hòa`.
    TonePlacement,
    /// `Lý` against `Lí`.
    IOrY,
    /// `Đ` against `D`.
    DStroke,
    /// Other accents, or none at all.
    Accents,
    /// A hyphen or an apostrophe.
    Hyphen,
}

impl Spelling {
    pub const ALL: [Spelling; 5] = [Self::TonePlacement, Self::IOrY, Self::DStroke, Self::Accents, Self::Hyphen];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::TonePlacement => "tone_placement",
            Self::IOrY => "i_or_y",
            Self::DStroke => "d_stroke",
            Self::Accents => "accents",
            Self::Hyphen => "hyphen",
        }
    }

    pub fn vi(self) -> &'static str {
        match self {
            Self::TonePlacement => "vị trí đặt dấu thanh",
            Self::IOrY => "i/y",
            Self::DStroke => "đ/d",
            Self::Accents => "dấu chữ",
            Self::Hyphen => "gạch nối hoặc dấu nháy",
        }
    }

    pub fn en(self) -> &'static str {
        match self {
            Self::TonePlacement => "place of the tone mark",
            Self::IOrY => "i or y",
            Self::DStroke => "đ or d",
            Self::Accents => "accents",
            Self::Hyphen => "hyphen or apostrophe",
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct FieldCondition {
    pub fields: Vec<Field>,
    pub levels: Vec<Level>,
    /// At least one of these; empty: any.
    pub spelling: Vec<Spelling>,
    /// Day and month exchanged: must be, must not be, or does not matter.
    pub swap: Option<bool>,
    /// Sex only: also compare population's sex with the digit of its own number.
    pub number_digit: bool,
}

impl FieldCondition {
    pub fn holds(&self, field: Field, level: Level, swap: bool, spelling: &[Spelling]) -> bool {
        self.fields.contains(&field)
            && self.levels.contains(&level)
            && self.swap.is_none_or(|wanted| wanted == swap)
            && (self.spelling.is_empty() || self.spelling.iter().any(|s| spelling.contains(s)))
    }
}

/// A condition that is more than one compared field; each belongs to one kind of finding.
#[derive(Debug, Clone, PartialEq)]
pub enum Check {
    OldNumber,
    ReissuedNumber,
    UnknownNumber,
    BadNumber,
    DuplicateNumber,
    /// A birth entry still without a number this many days after registration.
    MissingNumber {
        wait_days: i32,
    },
    /// Certificates whose status is one of these no longer count as current.
    DeadOwner {
        ended_status: Vec<String>,
    },
    DeadApplicant,
    MarriageUnknown,
    StaleUnit,
    SplitUnit,
    OldSheet,
    ParcelCollision,
    /// The areas differ by more than the larger of the two tolerances.
    AreaDifference {
        tolerance_share: f64,
        tolerance_m2: f64,
    },
    SerialFormat,
    DuplicateSerial,
    OwnerType,
    /// A remark of the land system that contains one of these, in any case and without accents.
    NotScanned {
        remarks: Vec<String>,
    },
    /// A remark on a land right that contains one of these.
    OriginalsKept {
        remarks: Vec<String>,
    },
    CodePair,
    StatusLag,
}

impl Check {
    pub fn kind(&self) -> FindingKind {
        use FindingKind as K;
        match self {
            Self::OldNumber => K::Id9Vs12,
            Self::ReissuedNumber => K::IdReissued,
            Self::UnknownNumber => K::IdAliasMissing,
            Self::BadNumber => K::IdBadFormat,
            Self::DuplicateNumber => K::IdDuplicate,
            Self::MissingNumber { .. } => K::IdMissing,
            Self::DeadOwner { .. } => K::DeadOwner,
            Self::DeadApplicant => K::DeadActiveDossier,
            Self::MarriageUnknown => K::MaritalStale,
            Self::StaleUnit => K::AddrStaleUnit,
            Self::SplitUnit => K::AddrSplitUnit,
            Self::OldSheet => K::ParcelOldSheet,
            Self::ParcelCollision => K::ParcelCollision,
            Self::AreaDifference { .. } => K::AreaDiff,
            Self::SerialFormat => K::CertSerialFormat,
            Self::DuplicateSerial => K::CertDup,
            Self::OwnerType => K::OwnerType,
            Self::NotScanned { .. } => K::NotScanned,
            Self::OriginalsKept { .. } => K::OriginalsKept,
            Self::CodePair => K::DossierCodePair,
            Self::StatusLag => K::StatusLag,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum When {
    Field(FieldCondition),
    Check(Check),
}
