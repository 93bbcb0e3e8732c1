//! The types that every room of doisoat speaks in: identifiers, canonical records, pages,
//! answers and findings.
//!
//! Two promises:
//!
//! * a value that was parsed here ([`PersonalId`], [`PartialDate`], [`CommuneCode`]) cannot be
//!   wrong afterwards;
//! * no type that holds a personal value shows it through `Debug` (design invariant 12).

pub mod answer;
pub mod bucket;
pub mod clock;
pub mod codes;
pub mod date;
pub mod error;
pub mod finding;
pub mod page;
pub mod personal_id;
pub mod quality;
pub mod record;
pub mod run;
pub mod secret;
pub mod source;
mod words;

pub use answer::Answer;
pub use bucket::bucket_of;
pub use clock::Clock;
pub use codes::{CommuneCode, ProvinceCode};
pub use date::PartialDate;
pub use error::ParseError;
pub use finding::{Finding, FindingKind, Level, Severity, SourceValue, Subject};
pub use page::{Cursor, ErrorClass, Page, Reject, SourceError};
pub use personal_id::PersonalId;
pub use quality::{Band, Criterion, ErrorGroup};
pub use record::{
    CanonicalRecord, CivilEventRecord, DossierRecord, Envelope, LandRightRecord, Mention, PersonRecord, Record, Sex,
};
pub use run::{PartitionStatus, RunStatus, SourceStatus};
pub use secret::Sensitive;
pub use source::{Dataset, Partition, SourceId};
