//! Findings: something that somebody should know or correct.

use crate::{Dataset, ParseError, Sensitive, SourceId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::str::FromStr;

macro_rules! kinds {
    ($( $(#[$doc:meta])* $variant:ident = $text:literal ),+ $(,)?) => {
        /// The kinds of mismatch, named as in the catalogue of `docs/findings.md`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum FindingKind { $( $(#[$doc])* #[serde(rename = $text)] $variant ),+ }

        impl FindingKind {
            pub const ALL: &'static [FindingKind] = &[$( FindingKind::$variant ),+];
            pub fn as_str(self) -> &'static str {
                match self { $( FindingKind::$variant => $text ),+ }
            }
        }
    };
}

kinds!(
    NameDiacritic = "NAME_DIACRITIC",
    NameDiff = "NAME_DIFF",
    DobPartial = "DOB_PARTIAL",
    DobDiff = "DOB_DIFF",
    DobSwap = "DOB_SWAP",
    SexDiff = "SEX_DIFF",
    Id9Vs12 = "ID_9_VS_12",
    IdReissued = "ID_REISSUED",
    IdAliasMissing = "ID_ALIAS_MISSING",
    IdBadFormat = "ID_BAD_FORMAT",
    IdDuplicate = "ID_DUPLICATE",
    IdMissing = "ID_MISSING",
    DeadOwner = "DEAD_OWNER",
    DeadActiveDossier = "DEAD_ACTIVE_DOSSIER",
    MaritalStale = "MARITAL_STALE",
    ParentDiff = "PARENT_DIFF",
    EthnicCode = "ETHNIC_CODE",
    AddrStaleUnit = "ADDR_STALE_UNIT",
    AddrSplitUnit = "ADDR_SPLIT_UNIT",
    AddrMoved = "ADDR_MOVED",
    ParcelOldSheet = "PARCEL_OLD_SHEET",
    ParcelCollision = "PARCEL_COLLISION",
    AreaDiff = "AREA_DIFF",
    CertSerialFormat = "CERT_SERIAL_FORMAT",
    CertDup = "CERT_DUP",
    OwnerType = "OWNER_TYPE",
    NotScanned = "NOT_SCANNED",
    OriginalsKept = "ORIGINALS_KEPT",
    DossierCodePair = "DOSSIER_CODE_PAIR",
    StatusLag = "STATUS_LAG",
);

impl std::fmt::Display for FindingKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for FindingKind {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::ALL.iter().copied().find(|k| k.as_str() == text).ok_or(ParseError::FindingKind)
    }
}

/// What a finding means for a case in hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The case cannot go on.
    Stop,
    /// Somebody must look before the case goes on.
    Check,
    /// Worth knowing.
    Note,
}

impl Severity {
    pub const ALL: [Severity; 3] = [Self::Stop, Self::Check, Self::Note];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Check => "check",
            Self::Note => "note",
        }
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Severity {
    type Err = ParseError;
    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::ALL.into_iter().find(|s| s.as_str() == text).ok_or(ParseError::Severity)
    }
}

/// How two values of one field compare (design §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Same,
    /// Same but for spelling.
    Spelling,
    /// `1956` against `1956-01-01`, an old unit against its successor.
    Compatible,
    Different,
    /// Only one side has a value: no evidence either way.
    OnlyHere,
    /// The other source could not be asked.
    CouldNotAsk,
}

/// What a finding is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Subject(String);

impl Subject {
    /// A person, by the number the population database has now, or else by the number as given.
    pub fn person(id: &str) -> Self {
        Self(format!("person:{id}"))
    }
    /// A register entry, by the source's record key.
    pub fn event(record_key: &str) -> Self {
        Self(format!("event:{record_key}"))
    }
    /// A record that could not be tied to any subject.
    pub fn record(source: &SourceId, record_key: &str) -> Self {
        Self(format!("record:{source}/{record_key}"))
    }
    /// A parcel by its natural key; `commune` is the commune of before the reform where known.
    pub fn parcel(commune: &str, sheet: &str, parcel: &str) -> Self {
        Self(format!("parcel:{commune}/{sheet}/{parcel}"))
    }
    /// A certificate, by its normalised serial.
    pub fn certificate(serial: &str) -> Self {
        Self(format!("certificate:{serial}"))
    }
    /// A case, by its one-stop code.
    pub fn case(code: &str) -> Self {
        Self(format!("case:{code}"))
    }
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// `person`, `parcel`, ...
    pub fn kind(&self) -> &str {
        self.0.split_once(':').map_or("", |(kind, _)| kind)
    }
    pub fn key(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, key)| key)
    }
    /// For lists: a person's number is masked.
    pub fn masked(&self) -> String {
        match self.kind() {
            "person" => format!("person:{}", crate::secret::mask(self.key())),
            _ => self.0.clone(),
        }
    }
}

impl From<String> for Subject {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl std::fmt::Debug for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.masked())
    }
}

/// What one source says of the field in question.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SourceValue {
    pub source: SourceId,
    pub dataset: Dataset,
    pub record_key: String,
    /// `None`: the source has the record but not the value.
    pub value: Option<Sensitive>,
    /// The day the source last changed this record, ISO, where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_on: Option<String>,
    /// There was a value, and it may no longer be kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forgotten: bool,
}

/// Something that somebody should know or correct.
///
/// Everything in here is a function of snapshots, rules, units and date (design invariant 8):
/// no run, no wall clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub kind: FindingKind,
    pub severity: Severity,
    pub subject: Subject,
    /// The field that was compared: `name`, `birth_date`, `residence`, `parcel`, ...
    pub field: String,
    /// The source whose record deviates, and whose owner must look.
    pub source: SourceId,
    /// Commune concerned, in today's codes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    pub level: Level,
    /// Reference first, then the deviating values, in a fixed order.
    pub values: Vec<SourceValue>,
    /// What the value probably should be, where that can be said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<Sensitive>,
    /// The agency that must correct it, a word of `config/rules.toml`.
    pub owner: String,
    pub explanation_vi: Sensitive,
    pub explanation_en: Sensitive,
    pub next_step_vi: String,
    pub next_step_en: String,
}

impl Finding {
    /// The stable identity of a finding over the nights: 24 hex digits of
    /// SHA-256(kind, subject, field, source).
    pub fn id(&self) -> String {
        let (kind, subject, field, source) = self.sort_key();
        hex::encode(Self::identity([kind, subject, field, source].map(str::as_bytes)))
    }

    /// [`Self::id`] of the finding with these texts: kind, subject, field and source.
    pub fn identity(texts: [&[u8]; 4]) -> [u8; 12] {
        let mut hash = Sha256::new();
        for text in texts {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
        let mut identity = [0; 12];
        identity.copy_from_slice(&hash.finalize()[..12]);
        identity
    }

    /// A hash of the compared values: a decision holds until it changes.
    pub fn values_hash(&self) -> String {
        Self::hash_of_values(self.values.iter().map(|value| {
            [value.source.as_str(), value.record_key.as_str(), value.value.as_ref().map_or("", Sensitive::expose)]
        }))
    }

    /// [`Self::values_hash`] of a finding with these values: source, record key and what it says, or nothing.
    pub fn hash_of_values<S: AsRef<str>>(values: impl IntoIterator<Item = [S; 3]>) -> String {
        let mut hash = Sha256::new();
        for part in values.into_iter().flatten() {
            let part = part.as_ref();
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hex::encode(&hash.finalize()[..12])
    }

    /// Whether the sources say the same in both, whatever their records are called: the population
    /// database names a record one way in its change messages and another in an answer about one
    /// citizen.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let said = |finding: &Self| -> BTreeSet<(SourceId, Option<String>)> {
            let value = |value: &SourceValue| value.value.as_ref().map(|value| value.expose().to_owned());
            finding.values.iter().map(|v| (v.source.clone(), value(v))).collect()
        };
        said(self) == said(other)
    }

    /// Removes what `source` said in the records that `is_forgotten` names, and with it every text
    /// that may quote it. Kind, severity, subject, owner and next step stay: the verdict. Answers
    /// whether the finding rests on such a record.
    pub fn forget(&mut self, source: &SourceId, is_forgotten: impl Fn(&str) -> bool) -> bool {
        let mut rests_on_it = false;
        for value in self.values.iter_mut().filter(|v| v.source == *source && is_forgotten(&v.record_key)) {
            rests_on_it = true;
            value.forgotten |= value.value.is_some();
            value.value = None;
            value.updated_on = None;
        }
        if rests_on_it {
            self.suggestion = None;
            self.explanation_vi = Sensitive::new(format!(
                "Số liệu của {source} đã hết thời hạn lưu nên đã xóa; kết luận được giữ lại. Muốn xem số liệu, hãy hỏi lại nguồn."
            ));
            self.explanation_en = Sensitive::new(format!(
                "What {source} answered was removed when its time was up; the conclusion stays. Ask the source again to see it."
            ));
        }
        rests_on_it
    }

    /// The order of every export.
    pub fn sort_key(&self) -> (&'static str, &str, &str, &str) {
        (self.kind.as_str(), self.subject.as_str(), &self.field, self.source.as_str())
    }
}
