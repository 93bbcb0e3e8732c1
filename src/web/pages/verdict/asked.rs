//! What the sources said just now.

use super::name_of;
use crate::Lang;
use crate::check::{Checked, LiveShown};
use crate::web::app::App;
use crate::web::views::{Asked, AskedPart, AskedRow, Frame};
use reconcile::verdict::AnswerState;

/// The result alone, for a page that is not loaded anew.
pub fn asked_part(app: &App, frame: Frame, handle: &str, checked: &Checked, changed: bool) -> AskedPart {
    let asked = asked(app, checked, changed, frame.lang);
    AskedPart { frame, handle: handle.to_owned(), asked }
}

pub fn asked(app: &App, checked: &Checked, changed: bool, lang: Lang) -> Asked {
    let may_ask = !app.live.is_empty() && checked.person.is_some();
    let hint = match (app.live.is_empty(), checked.person.is_some()) {
        (true, _) => lang.pick(
            "Chưa nguồn nào được cấu hình để hỏi từng người.",
            "No source is configured to be asked about one person.",
        ),
        (_, false) => lang.pick("Chỉ hỏi được khi biết số định danh.", "Only possible where the number is known."),
        _ => lang.pick("tối đa 3 giây", "three seconds at most"),
    };
    let changed = if changed {
        lang.pick("Kết luận đã đổi: tải lại trang để xem.", "The verdict has changed: reload the page to see it.")
    } else {
        ""
    };
    Asked {
        may_ask,
        hint: hint.to_owned(),
        rows: checked.live.iter().map(|live| row(checked, live, lang)).collect(),
        changed: changed.to_owned(),
    }
}

fn row(checked: &Checked, live: &LiveShown, lang: Lang) -> AskedRow {
    let differs = checked.findings.iter().any(|finding| finding.source == live.source && finding.new);
    let (result, words, detail) = match live.state {
        AnswerState::Found if differs => (
            "mismatch",
            lang.pick("không khớp", "does not match"),
            lang.pick("khác số liệu đêm qua", "other than last night").to_owned(),
        ),
        AnswerState::Found => ("match", lang.pick("có, như đêm qua", "there, as last night"), String::new()),
        AnswerState::NotFound => (
            "not_found",
            lang.pick("không có", "not found"),
            lang.pick(
                "không có người với đúng số, họ tên và ngày sinh này",
                "nobody with just this number, name and birth date",
            )
            .to_owned(),
        ),
        AnswerState::CouldNotAsk => (
            "could_not_ask",
            lang.pick("không hỏi được", "could not ask"),
            why(live.code.as_deref().unwrap_or(""), lang),
        ),
    };
    AskedRow {
        source: name_of(checked, &live.source, lang),
        result: result.to_owned(),
        words: words.to_owned(),
        detail,
        at: lang.instant(live.asked_at),
    }
}

/// Why a source could not be asked, for people at a counter.
fn why(code: &str, lang: Lang) -> String {
    let text = match code {
        "deadline" | "timeout" => {
            lang.pick("quá thời gian chờ; vẫn dùng số liệu đêm qua", "took too long; last night's data stand")
        }
        "breaker_open" => lang.pick("đường liên thông đang hỏng", "the interconnect is down"),
        "not_confirmed" => lang.pick(
            "nguồn không xác nhận số và họ tên đi cùng nhau",
            "the source does not confirm number and name together",
        ),
        "audit_unwritable" => {
            lang.pick("không ghi được nhật ký nên không được hỏi", "the log cannot be written, so nothing may be asked")
        }
        _ => lang.pick("vẫn dùng số liệu đêm qua", "last night's data stand"),
    };
    text.to_owned()
}
