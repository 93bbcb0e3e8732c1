//! Wrong use of the command line, in the language of the person.

use crate::Lang;
use crate::problem::{EXIT_COMPLETE, EXIT_USAGE};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::process::ExitCode;

/// Help and version go to standard output with 0, wrong use to standard error with 64.
pub fn print(error: &clap::Error, lang: Lang) -> ExitCode {
    if !error.use_stderr() {
        let _ = error.print();
        return ExitCode::from(EXIT_COMPLETE);
    }
    match vietnamese(error).filter(|_| lang == Lang::Vi) {
        Some(cause) => {
            eprintln!("Lỗi [USAGE]: {cause}");
            eprintln!("Việc cần làm: xem hướng dẫn bằng --help sau lệnh");
        }
        None => {
            let _ = error.print();
        }
    }
    ExitCode::from(EXIT_USAGE)
}

/// The cause in Vietnamese; `None` for what has no words of its own here (a bare command's help).
fn vietnamese(error: &clap::Error) -> Option<String> {
    let text = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    };
    let argument = text(ContextKind::InvalidArg);
    let mut cause = match error.kind() {
        ErrorKind::InvalidValue if text(ContextKind::InvalidValue).is_empty() => format!("{argument} cần một giá trị"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("giá trị “{}” không dùng được cho {argument}", text(ContextKind::InvalidValue))
        }
        ErrorKind::UnknownArgument => format!("không có tuỳ chọn {argument}"),
        ErrorKind::InvalidSubcommand => format!("không có lệnh “{}”", text(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingRequiredArgument => format!("còn thiếu {argument}"),
        ErrorKind::MissingSubcommand => "còn thiếu tên lệnh".to_owned(),
        ErrorKind::ArgumentConflict => format!("{argument} dùng hai lần hoặc không đi cùng tuỳ chọn khác"),
        _ => return None,
    };
    let allowed = text(ContextKind::ValidValue);
    if !allowed.is_empty() {
        cause.push_str(&format!("; chọn một trong: {allowed}"));
    }
    let suggested = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue]
        .map(text)
        .into_iter()
        .find(|s| !s.is_empty());
    if let Some(suggested) = suggested {
        cause.push_str(&format!("; có phải {suggested}?"));
    }
    Some(cause)
}
