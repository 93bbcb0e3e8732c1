//! States, nights and troubles in words that a tired person understands.

use crate::Lang;
use health::{Blame, Counts, Outcome, State, Trouble};

pub fn state(state: State, lang: Lang) -> &'static str {
    match state {
        State::OnTime => lang.pick("Đúng hạn", "On time"),
        State::Running => lang.pick("Đang đồng bộ", "Running"),
        State::Waiting => lang.pick("Đang chờ", "Waiting"),
        State::SlightlyLate => lang.pick("Chậm nhẹ", "Slightly late"),
        State::Late => lang.pick("Trễ", "Late"),
        State::Failed => lang.pick("Lỗi", "Failed"),
        State::NeedsSomebody => lang.pick("Cần xử lý", "Needs somebody"),
        State::NeverRan => lang.pick("Chưa chạy", "Never ran"),
        State::Maintenance => lang.pick("Bảo trì", "Maintenance"),
    }
}

/// A letter that tells states apart without colour.
pub fn letter(state: State) -> &'static str {
    match state {
        State::OnTime => "✓",
        State::Running => "▶",
        State::Waiting => "…",
        State::SlightlyLate => "◔",
        State::Late => "◑",
        State::Failed => "✕",
        State::NeedsSomebody => "!",
        State::NeverRan => "○",
        State::Maintenance => "▪",
    }
}

pub fn outcome(outcome: Option<Outcome>, lang: Lang) -> &'static str {
    match outcome {
        Some(Outcome::Good) => lang.pick("tốt", "good"),
        Some(Outcome::Quiet) => lang.pick("không có gì để tải", "nothing expected"),
        Some(Outcome::Empty) => lang.pick("trống", "empty"),
        Some(Outcome::Held) => lang.pick("đã tải, chưa dùng được", "read, not in force"),
        Some(Outcome::Missed) => lang.pick("không chạy", "missed"),
        Some(Outcome::Parked) => lang.pick("dừng giữa chừng", "parked"),
        Some(Outcome::Failed) => lang.pick("lỗi", "failed"),
        None => lang.pick("chưa có", "none yet"),
    }
}

pub fn blame(blame: Blame, lang: Lang) -> &'static str {
    match blame {
        Blame::It => lang.pick("quản trị kỹ thuật của tỉnh", "the province's IT staff"),
        Blame::Owner => lang.pick("đơn vị quản lý nguồn", "whoever runs the source"),
        Blame::Commune => lang.pick("xã gửi tệp", "the commune that sent the file"),
        Blame::Approval => lang.pick("người có thẩm quyền phê duyệt", "somebody who may approve"),
    }
}

/// The last error in plain words, and what to do.
pub fn trouble(code: &str, lang: Lang) -> (&'static str, &'static str) {
    let (vi, en) = match code {
        "breaker_open" => (
            (
                "Nguồn hỏng liên tục nên chương trình tạm ngừng gọi.",
                "Chờ: chương trình tự thử lại. Quá một giờ thì gọi đơn vị quản lý nguồn.",
            ),
            (
                "The source failed again and again, so it is not called for a while.",
                "Wait: it is tried again by itself. After an hour call whoever runs the source.",
            ),
        ),
        "attempts_exhausted" | "budget_exhausted" | "timeout" => (
            ("Gọi nhiều lần không được.", "Chạy tiếp khi đường liên thông ổn: phần đã tải vẫn còn."),
            ("Called many times in vain.", "Resume when the line is stable: what was pulled is kept."),
        ),
        "retry_after_too_long" => (
            ("Nguồn bảo chờ lâu hơn một đêm.", "Hỏi đơn vị quản lý nguồn khi nào dùng được; đêm sau tự chạy lại."),
            (
                "The source asks for a wait that is longer than the night.",
                "Ask whoever runs it; the next night tries again.",
            ),
        ),
        "quota_exhausted" => (
            (
                "Hết hạn mức gọi trong đêm.",
                "Không phải làm gì: đêm sau chạy tiếp từ mốc. Nếu thường xuyên, xin tăng hạn mức.",
            ),
            (
                "The night's quota is used up.",
                "Nothing: the next night goes on from the checkpoint. If it happens often, ask for a larger quota.",
            ),
        ),
        "window_closed" => (
            ("Hết giờ được phép gọi.", "Không phải làm gì: đêm sau chạy tiếp từ mốc."),
            ("The hours in which it may be called are over.", "Nothing: the next night goes on from the checkpoint."),
        ),
        "stopped" | "not_pulled" => (
            ("Lượt chạy đã dừng trước khi tải xong.", "Bấm “Chạy tiếp”."),
            ("The run ended before it was pulled.", "Press “Resume”."),
        ),
        "token_refused" | "http_401" | "http_403" => (
            (
                "Nguồn từ chối tài khoản của chương trình.",
                "Kiểm tra tài khoản, mật khẩu trong cấu hình; hỏi đơn vị quản lý nguồn.",
            ),
            (
                "The source refuses our account.",
                "Check account and secret in the settings; ask whoever runs the source.",
            ),
        ),
        "tls_refused" => (
            ("Chứng thư không hợp lệ hoặc đã hết hạn.", "Kiểm tra chứng thư hai bên; đừng tắt kiểm tra."),
            (
                "A certificate is not valid or has run out.",
                "Check the certificates on both sides; do not turn the check off.",
            ),
        ),
        "DELETIONS_NEED_APPROVAL" => (
            (
                "Quá nhiều bản ghi biến mất so với lần trước; bản cũ được giữ.",
                "Hỏi đơn vị quản lý nguồn. Nếu đúng: doisoat run --approve-deletions <nguồn>",
            ),
            (
                "Too many records are gone; the last good snapshot stays.",
                "Ask whoever runs the source. If it is right: doisoat run --approve-deletions <source>",
            ),
        ),
        "TOO_MANY_UNREADABLE" => (
            (
                "Quá nhiều bản ghi không đọc được; bản cũ được giữ.",
                "Tải danh sách bản ghi lỗi ở trang lượt chạy, gửi đơn vị quản lý nguồn.",
            ),
            (
                "Too many records cannot be read; the last good snapshot stays.",
                "Download the rejects on the run's page and send them to whoever runs the source.",
            ),
        ),
        "COUNTS_DISAGREE" => (
            (
                "Số bản ghi nhận được khác số nguồn công bố; bản cũ được giữ.",
                "Chạy lại. Nếu vẫn vậy, báo đơn vị quản lý nguồn.",
            ),
            (
                "The source served another number of records than it says; the last good snapshot stays.",
                "Run again. If it stays, tell whoever runs the source.",
            ),
        ),
        "EMPTY" => (
            (
                "Nguồn trả lời đầy đủ nhưng không có bản ghi nào.",
                "Hỏi đơn vị quản lý nguồn: dữ liệu của xã có bị mất khỏi hệ thống không.",
            ),
            (
                "The source answers in full, without one record.",
                "Ask whoever runs it whether the commune's data are gone from the system.",
            ),
        ),
        "HELD" => (
            (
                "Đã tải đủ, nhưng chưa dùng được vì phần khác của nguồn này còn thiếu.",
                "Xem sự cố của nguồn: sửa phần còn thiếu rồi bấm “Chạy tiếp”.",
            ),
            (
                "Read in full, and not in force because another part of the source is missing.",
                "See the source's incident: mend what is missing, then resume.",
            ),
        ),
        "late" | "failed" | "never_ran" => (
            ("Không có số liệu đủ trong thời hạn.", "Mở trang của nguồn và của xã để xem lỗi gần nhất."),
            (
                "There are no complete data within the budget.",
                "Open the pages of the source and the commune for the last error.",
            ),
        ),
        "NOTHING_ANSWERED" => (
            ("Không hỏi được công dân nào.", "Chờ đường liên thông; đêm sau tự hỏi lại."),
            ("Nobody could be asked about.", "Wait for the line; the next night asks again."),
        ),
        "bad_file" => (
            ("Tệp của xã không đọc được.", "Xã xem tệp trả lại trong thư mục “tra-lai”, sửa và gửi lại."),
            (
                "The commune's file cannot be read.",
                "The commune finds it in the folder “tra-lai”, mends it and sends it again.",
            ),
        ),
        code => match health::trouble(code) {
            Trouble::Unreachable => (
                (
                    "Không liên thông được với nguồn.",
                    "Chờ: chương trình tự thử lại. Quá một giờ thì gọi đơn vị quản lý nguồn.",
                ),
                (
                    "The source cannot be reached.",
                    "Wait: it is tried again by itself. After an hour call whoever runs it.",
                ),
            ),
            _ => (
                ("Nguồn trả lời không đúng quy cách.", "Gửi mã lỗi này và mã lượt chạy cho đơn vị quản lý nguồn."),
                ("The source answers what it must not.", "Send this code and the run's id to whoever runs the source."),
            ),
        },
    };
    match lang {
        Lang::Vi => vi,
        Lang::En => en,
    }
}

/// “118/124 xã đúng hạn · 4 trễ · 1 lỗi · 1 cần xử lý”: all states that are there, the best first.
pub fn sentence(counts: &Counts, lang: Lang) -> String {
    let on_time = counts.of(State::OnTime);
    let first = match lang {
        Lang::Vi => format!("{on_time}/{} xã, phường đúng hạn", counts.all),
        Lang::En => format!("{on_time} of {} communes on time", counts.all),
    };
    let others = State::ALL.into_iter().rev().filter(|other| *other != State::OnTime && counts.of(*other) > 0);
    let parts = others.map(|other| format!("{} {}", counts.of(other), state(other, lang).to_lowercase()));
    std::iter::once(first).chain(parts).collect::<Vec<_>>().join(" · ")
}
