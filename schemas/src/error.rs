//! Why a text is not the value it claims to be. Never carries the text itself: it may be personal.

/// A value that could not be parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    #[error("a personal identification number has 12 digits")]
    PersonalId,
    #[error("a date is yyyy, yyyy-MM or yyyy-MM-dd and must exist in the calendar")]
    Date,
    #[error("a province code has 2 digits")]
    ProvinceCode,
    #[error("a commune code has 5 digits")]
    CommuneCode,
    #[error("a source name is 1 to 40 of a-z, 0-9 and _, beginning with a letter")]
    SourceId,
    #[error("unknown dataset")]
    Dataset,
    #[error("unknown finding kind")]
    FindingKind,
    #[error("unknown severity")]
    Severity,
    #[error("unknown state")]
    State,
    #[error("unknown error group, criterion or band")]
    Quality,
}
