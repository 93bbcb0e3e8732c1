//! How a run and its sources ended, in words: the same on the command line, on pages and in mails.

use crate::Lang;
use schemas::{RunStatus, SourceStatus};

pub fn run_status(status: RunStatus, lang: Lang) -> &'static str {
    match status {
        RunStatus::Running => lang.pick("đang chạy", "running"),
        RunStatus::Complete => lang.pick("đầy đủ", "complete"),
        RunStatus::Incomplete => lang.pick("chưa đầy đủ", "incomplete"),
        RunStatus::Stopped => lang.pick("đã dừng", "stopped"),
        RunStatus::Failed => lang.pick("lỗi", "failed"),
    }
}

pub fn source_status(status: SourceStatus, lang: Lang) -> &'static str {
    match status {
        SourceStatus::Complete => lang.pick("đầy đủ", "complete"),
        SourceStatus::Incomplete => lang.pick("chưa đầy đủ", "incomplete"),
        SourceStatus::Stale => lang.pick("quá cũ", "stale"),
        SourceStatus::Never => lang.pick("chưa có", "never"),
    }
}
