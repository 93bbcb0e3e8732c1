//! One finding, and what an officer says of it.

use crate::web::views::Choice;

/// `POST /decisions` with `look`, `finding`, `choice` (`right`, `wrong`, `undecided`), `reason`;
/// `POST /decisions/undo` with `look`, `finding`.
pub struct FindingView {
    pub id: String,
    /// `stop`, `check`, `note`, `aside`.
    pub severity: String,
    /// “Dừng”, “Kiểm tra”, “Lưu ý”, “Không thuộc thủ tục này”.
    pub severity_words: String,
    /// One sentence with source and date.
    pub explanation: String,
    pub next_step: String,
    /// Who corrects it.
    pub owner: String,
    /// First seen.
    pub since: String,
    /// The source whose record deviates: “Đất đai”.
    pub source: String,
    pub may_decide: bool,
    /// Of the decision form.
    pub reasons: Vec<Choice>,
    /// What is wrong with the form; empty: nothing.
    pub error: String,
    /// “Đất đai ghi sai: đã đối chiếu thẻ căn cước”; empty: not decided.
    pub decision: String,
    /// Who and when.
    pub decided_by: String,
    /// Not sent yet.
    pub may_undo: bool,
    /// “Phiếu 12/ĐC: đã gửi 20/11/2026, còn 3 ngày làm việc”; empty: none.
    pub request: String,
    /// `/corrections/…`.
    pub request_path: String,
}
