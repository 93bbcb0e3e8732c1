//! One subject: the verdict first, then why, what to do, what the sources say.

mod asked;
mod evidence;
mod fields;
mod finding;
mod things;

pub use asked::{Asked, AskedPart, AskedRow};
pub use evidence::{EvidenceView, Strength, WaterfallStep};
pub use fields::{Cell, FieldRow, SourceColumn, Stretch};
pub use finding::FindingView;
pub use things::{CaseLine, EventLine, LandLine};

use super::{Frame, SearchBox};

/// Forms on it carry `look` = [`Self::handle`], so that a decision leads back here (303 to
/// `/check/{handle}`).
#[derive(askama::Template)]
#[template(path = "verdict.html")]
pub struct VerdictPage {
    pub frame: Frame,
    pub search: SearchBox,
    /// Opaque, held by the session: stands for the question in forms and addresses.
    pub handle: String,
    /// `proceed`, `note`, `stop`, `unknown`.
    pub conclusion: String,
    /// “DỪNG: 2 vướng mắc phải xem trước.”
    pub words: String,
    pub person: PersonHead,
    /// “1.000894 – Thủ tục đăng ký kết hôn”; empty: none was named.
    pub procedure: String,
    /// Its fields are not in the catalogue: everything counts.
    pub procedure_careful: bool,
    /// What stops first.
    pub caveats: Vec<CaveatLine>,
    pub conflicts: Vec<FindingView>,
    pub notes: Vec<FindingView>,
    /// No matter of this procedure.
    pub aside: Vec<FindingView>,
    /// At most two.
    pub actions: Vec<Action>,
    pub escalation: EscalationForm,
    pub drafts: Vec<DraftLine>,
    pub asked: Asked,
    pub columns: Vec<SourceColumn>,
    pub differing: Vec<FieldRow>,
    pub same: Vec<FieldRow>,
    pub land: Vec<LandLine>,
    pub events: Vec<EventLine>,
    pub cases: Vec<CaseLine>,
    pub evidence: Vec<EvidenceView>,
    /// `/slip/{handle}`; empty: the role prints none.
    pub slip_path: String,
    /// Where the list of the morning was left; empty: the question came from the box.
    pub back_path: String,
    /// The next row of the morning's list; empty: none.
    pub next_row: String,
}

/// What could not be asked, with the age of the last good answer; what is old; a registered death.
pub struct CaveatLine {
    pub text: String,
    /// Counts as something in the way.
    pub stops: bool,
}

/// Who or what it is about. Empty: not known, or not the kind of subject.
pub struct PersonHead {
    pub name: String,
    pub number: String,
    /// The cancelled number that was asked for.
    pub former_number: String,
    pub birth_date: String,
    pub residence: String,
    pub case_code: String,
}

/// Something to do next, with what comes of it.
pub struct Action {
    pub label: String,
    pub consequence: String,
    /// Of this host.
    pub path: String,
    /// Something changes: a form, else a link.
    pub posts: bool,
    /// Goes to `path` with `posts`, as `finding`; may be empty.
    pub finding: String,
    /// The safe one, drawn first and full.
    pub main: bool,
}

/// `POST /escalations` with `look`, `note`, `ticket`.
pub struct EscalationForm {
    pub may_escalate: bool,
    /// “Đã chuyển lúc 09:10, chờ tỉnh trả lời”, and the answer when there is one; empty: not yet.
    pub state: String,
    pub error: String,
    pub note: String,
    pub ticket: String,
}

/// A request for correction about this subject.
pub struct DraftLine {
    pub number: String,
    /// `/corrections/…`.
    pub path: String,
    pub owner: String,
    pub items: u32,
    pub state_words: String,
}
