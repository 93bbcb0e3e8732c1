//! Words that only pages need.

use crate::Lang;
use crate::web::app::App;
use crate::web::views::Choice;
use crate::work::working_days_until;
use jiff::civil::Date;
use schemas::clock::vietnam_date;
use store::ledger::{Correction, CorrectionState};

/// Why somebody of another commune is looked at.
pub fn outside_reasons(lang: Lang) -> Vec<Choice> {
    let words = |word: &str| match word {
        "present_at_counter" => lang.pick("Người dân đang ở quầy", "The citizen is at the counter"),
        "acts_for_a_relative" => lang.pick("Làm thay cho người thân", "Acts for a relative"),
        "new_arrival" => lang.pick("Vừa chuyển đến xã", "Has just moved here"),
        _ => lang.pick("Theo yêu cầu của cấp trên", "Ordered from above"),
    };
    let choice = |word: &&str| Choice { value: (*word).to_owned(), label: words(word).to_owned(), chosen: false };
    crate::check::REASONS.iter().map(choice).collect()
}

pub fn state_words(state: CorrectionState, lang: Lang) -> &'static str {
    match state {
        CorrectionState::Draft => lang.pick("nháp", "draft"),
        CorrectionState::Sent => lang.pick("đã gửi", "sent"),
        CorrectionState::Answered => lang.pick("đã trả lời", "answered"),
        CorrectionState::Closed => lang.pick("đóng", "closed"),
        CorrectionState::Withdrawn => lang.pick("đã rút", "withdrawn"),
    }
}

/// “còn 3 ngày làm việc (hạn 27/11/2026)”, and whether it is overdue; empty where no clock runs.
pub fn clock_words(app: &App, state: CorrectionState, due_on: Option<Date>, lang: Lang) -> (String, bool) {
    let (CorrectionState::Sent, Some(due)) = (state, due_on) else { return (String::new(), false) };
    let left = working_days_until(vietnam_date(app.now()), due, &app.desk.workspace.settings.serve.holidays);
    let day = lang.date(&due.to_string());
    let text = match (lang, left) {
        (Lang::Vi, ..0) => format!("quá hạn {} ngày làm việc (hạn {day})", -left),
        (Lang::Vi, _) => format!("còn {left} ngày làm việc (hạn {day})"),
        (Lang::En, ..0) => format!("overdue by {} working days (due {day})", -left),
        (Lang::En, _) => format!("{left} working days left (due {day})"),
    };
    (text, left < 0)
}

/// “12/2026”.
pub fn number_words(correction: &Correction) -> String {
    format!("{}/{}", correction.number, correction.year)
}

/// “7 giờ trước”, “3 ngày trước”.
pub fn age_words(seconds: i64, lang: Lang) -> String {
    let (number, vi, en) = match seconds.max(0) {
        seconds @ ..3_600 => (seconds / 60, "phút trước", "minutes ago"),
        seconds @ ..172_800 => (seconds / 3_600, "giờ trước", "hours ago"),
        seconds => (seconds / 86_400, "ngày trước", "days ago"),
    };
    format!("{number} {}", lang.pick(vi, en))
}
