//! What each page needs to be drawn: plain values, already in the reader's language, with dates and
//! numbers already written as people read them. Nothing here reads, decides or asks.
//!
//! Values are escaped by the templates; [`SlipPage::body`] alone is taken as HTML.

mod account_forms;
mod account_role;
mod accounts;
mod candidates;
mod check;
mod correction;
mod correction_print;
mod corrections;
mod escalations;
mod frame;
mod health;
mod keys;
mod message;
mod morning;
mod not_visible;
mod problem;
mod runs;
mod slip;
mod verdict;

pub use account_forms::{LoginPage, SetPasswordPage, SetupPage};
pub use account_role::AccountRolePage;
pub use accounts::{AccountRow, AccountsPage, OneTime};
pub use candidates::{CandidateRow, CandidatesPage};
pub use check::{CheckPage, Choice, SearchBox};
pub use correction::{CorrectionEvent, CorrectionItem, CorrectionPage};
pub use correction_print::CorrectionPrint;
pub use corrections::{CorrectionRow, CorrectionsPage};
pub use escalations::{EscalationRow, EscalationsPage};
pub use frame::{FormError, Frame};
pub use health::{
    CommunePage, CommuneSource, HealthCell, HealthPage, HealthRow, HealthSource, IncidentLine, IncidentsPage,
    NotificationLine, ReadinessLine, SourceNightRow, SourcePage, StateCount, StateView, StripPath, StripShape, Tile,
    WallPage,
};
pub use keys::{KeyRow, KeysPage};
pub use message::MessagePage;
pub use morning::{FilterLink, MorningPage, MorningRow};
pub use not_visible::NotVisiblePage;
pub use problem::ProblemPage;
pub use runs::{LogLine, RunLine, RunPage, RunSource, RunsPage, StageBar};
pub use slip::SlipPage;
pub use verdict::{
    Action, Asked, AskedPart, AskedRow, CaseLine, CaveatLine, Cell, DraftLine, EscalationForm, EventLine, EvidenceView,
    FieldRow, FindingView, LandLine, PersonHead, SourceColumn, Strength, Stretch, VerdictPage, WaterfallStep,
};
