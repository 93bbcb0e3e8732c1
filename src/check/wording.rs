//! The words in which a clerk is told: the same on the command line, on pages and on paper.

use super::checked::{Checked, Thing};
use crate::Lang;
use config::rules::{source_name_en, source_name_vi};
use reconcile::verdict::{AnswerState, Caveat, Conclusion};
use schemas::{Level, Severity, SourceId};

/// The verdict in words, never by a sign alone.
pub fn sentence(checked: &Checked, lang: Lang) -> String {
    let conflicts = checked.verdict.in_the_way();
    match (checked.verdict.conclusion, lang) {
        (Conclusion::Proceed, _) => lang.pick("TIẾP NHẬN ĐƯỢC.", "PROCEED.").to_owned(),
        (Conclusion::ProceedWithNote, _) => lang.pick("TIẾP NHẬN ĐƯỢC, CÓ LƯU Ý.", "PROCEED, WITH A NOTE.").to_owned(),
        (Conclusion::Stop, Lang::Vi) => format!("DỪNG: {conflicts} vướng mắc phải xem trước."),
        (Conclusion::Stop, Lang::En) => format!("STOP: {conflicts} to be looked at first."),
        (Conclusion::CannotConclude, _) => lang.pick("CHƯA KẾT LUẬN ĐƯỢC.", "CANNOT CONCLUDE.").to_owned(),
    }
}

/// What a source is called on screens; with its id where several are of one kind.
pub fn source_name(checked: &Checked, source: &SourceId, lang: Lang) -> String {
    if source.as_str() == super::desk::CARD {
        return lang.pick("Thẻ căn cước", "Identity card").to_owned();
    }
    let Some(answer) = checked.answers.iter().find(|answer| answer.source == *source) else {
        return source.to_string();
    };
    let name = lang.pick(source_name_vi(answer.kind), source_name_en(answer.kind));
    let alone = checked.answers.iter().filter(|other| other.kind == answer.kind).count() == 1;
    if alone { name.to_owned() } else { format!("{name} ({source})") }
}

/// One line for what the verdict must be taken with.
pub fn caveat_line(checked: &Checked, caveat: &Caveat, lang: Lang) -> String {
    let name = |source: &SourceId| source_name(checked, source, lang);
    let vi = lang == Lang::Vi;
    match caveat {
        Caveat::Nowhere if vi => "Không nguồn nào có. Gõ hoặc quét lại; nếu đúng, người này có thể ở tỉnh khác hoặc chưa được thu nhận: hỏi Công an cấp xã.".to_owned(),
        Caveat::Nowhere => "No source has it. Type or scan it again; if it is right, the person may live in another province or not be enrolled: ask the commune police.".to_owned(),
        Caveat::Deceased { source, date, .. } => {
            let day = date.as_deref().map_or_else(|| "–".to_owned(), |day| lang.date(day));
            if vi {
                format!("Đã đăng ký khai tử: {} ghi ngày mất {day}. Xem lại người nộp và số định danh; người thừa kế nộp thay thì nhận theo người thừa kế.", name(source))
            } else {
                format!("The death is registered: {} has {day}. Look again at who submits and at the number; where an heir submits, take the case in the heir's name.", name(source))
            }
        }
        Caveat::NeededNotAsked { source } if vi => format!("Thủ tục cần {} mà không hỏi được: không phải là không có. Hỏi lại khi nguồn hoạt động.", name(source)),
        Caveat::NeededNotAsked { source } => format!("The procedure needs {}, and it could not be asked: that is not the same as not there. Ask again when it works.", name(source)),
        Caveat::NotInPopulation { source } if vi => format!("{} đã tải đủ và không có người này. Quét lại thẻ; nếu số đúng, hỏi Công an cấp xã.", name(source)),
        Caveat::NotInPopulation { source } => format!("{} was read whole and does not have this person. Scan the card again; if the number is right, ask the commune police.", name(source)),
        Caveat::Stale { source, as_of } if vi => format!("Số liệu của {} đã cũ: đến {}. Kết luận theo số liệu ấy.", name(source), lang.instant(*as_of)),
        Caveat::Stale { source, as_of } => format!("The data of {} are old: as of {}. The conclusion is by them.", name(source), lang.instant(*as_of)),
        Caveat::NotAsked { source } if vi => format!("Không hỏi được {}; thủ tục không phụ thuộc nguồn này.", name(source)),
        Caveat::NotAsked { source } => format!("{} could not be asked; the procedure does not depend on it.", name(source)),
        Caveat::UnknownProcedure { code } if vi => format!("Danh mục không có thủ tục {code}: xét mọi trường, thận trọng."),
        Caveat::UnknownProcedure { code } => format!("The catalogue does not have procedure {code}: everything counts, to be careful."),
    }
}

/// What a source answered, in two or three words.
pub fn answer_words(state: AnswerState, lang: Lang) -> &'static str {
    match state {
        AnswerState::Found => lang.pick("có", "found"),
        AnswerState::NotFound => lang.pick("không có", "not found"),
        AnswerState::CouldNotAsk => lang.pick("không hỏi được", "could not ask"),
    }
}

pub fn severity_words(severity: Severity, lang: Lang) -> &'static str {
    match severity {
        Severity::Stop => lang.pick("Dừng", "Stop"),
        Severity::Check => lang.pick("Kiểm tra", "Check"),
        Severity::Note => lang.pick("Lưu ý", "Note"),
    }
}

pub fn event_words(event: &str, lang: Lang) -> &str {
    match event {
        "birth" => lang.pick("Khai sinh", "Birth"),
        "death" => lang.pick("Khai tử", "Death"),
        "marriage" => lang.pick("Kết hôn", "Marriage"),
        other => other,
    }
}

pub fn status_words(status: Option<&str>, lang: Lang) -> &'static str {
    match status {
        Some("received") => lang.pick("mới tiếp nhận", "received"),
        Some("processing") => lang.pick("đang xử lý", "being processed"),
        Some("supplement") => lang.pick("chờ bổ sung", "waiting for papers"),
        Some("done") => lang.pick("đã xong", "done"),
        Some("refused") => lang.pick("từ chối", "refused"),
        Some("cancelled") => lang.pick("đã rút", "cancelled"),
        _ => lang.pick("chưa rõ", "unknown"),
    }
}

/// A day, or a dash.
pub fn day_words(text: Option<&str>, lang: Lang) -> String {
    text.map_or_else(|| "–".to_owned(), |day| lang.date(day.get(..10).unwrap_or(day)))
}

/// A certificate, entry or case in one line.
pub fn thing_line(thing: &Thing, lang: Lang) -> Option<String> {
    let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
    Some(match thing {
        Thing::LandRight { serial, sheet, parcel, .. } => match lang {
            Lang::Vi => format!("Giấy chứng nhận {}: tờ {}, thửa {}", or(serial), or(sheet), or(parcel)),
            Lang::En => format!("Certificate {}: sheet {}, parcel {}", or(serial), or(sheet), or(parcel)),
        },
        Thing::CivilEvent { event, date, .. } => {
            format!("{}: {}", event_words(event.as_deref()?, lang), day_words(date.as_deref(), lang))
        }
        Thing::Case { code, procedure, status, due_at } => {
            let (status, due) = (status_words(status.as_deref(), lang), day_words(due_at.as_deref(), lang));
            match lang {
                Lang::Vi => format!("Hồ sơ {} ({}): {status}, hẹn trả {due}", or(code), or(procedure)),
                Lang::En => format!("Case {} ({}): {status}, due {due}", or(code), or(procedure)),
            }
        }
    })
}

/// A field, as people call it.
pub fn label(field: &str, lang: Lang) -> &str {
    match field {
        "name" => lang.pick("họ tên", "name"),
        "birth_date" => lang.pick("ngày sinh", "birth date"),
        "sex" => lang.pick("giới tính", "sex"),
        "ethnicity" => lang.pick("dân tộc", "ethnic group"),
        "residence" => lang.pick("nơi cư trú", "residence"),
        "marital_status" => lang.pick("tình trạng hôn nhân", "marital status"),
        "father" => lang.pick("cha", "father"),
        "mother" => lang.pick("mẹ", "mother"),
        "personal_id" => lang.pick("số định danh", "personal number"),
        "life_status" => lang.pick("còn sống hay đã mất", "whether alive"),
        "area" => lang.pick("diện tích", "area"),
        "parcel" => lang.pick("thửa đất", "parcel"),
        "serial" => lang.pick("số phát hành giấy chứng nhận", "serial of the certificate"),
        "owner" => lang.pick("chủ sử dụng đất", "owner of the land"),
        "scan" => lang.pick("bản quét hồ sơ", "scan of the file"),
        "originals" => lang.pick("hồ sơ gốc", "original papers"),
        "code" => lang.pick("mã hồ sơ", "case code"),
        "status" => lang.pick("tình trạng hồ sơ", "status of the case"),
        other => other,
    }
}

pub fn level_words(level: Level, lang: Lang) -> &'static str {
    match level {
        Level::Same => lang.pick("giống", "same"),
        Level::Spelling => lang.pick("chỉ khác cách viết", "spelling"),
        Level::Compatible => lang.pick("không mâu thuẫn", "compatible"),
        Level::Different => lang.pick("khác", "different"),
        Level::OnlyHere => lang.pick("không so được", "no evidence"),
        Level::CouldNotAsk => lang.pick("không hỏi được", "could not ask"),
    }
}

/// The agency that must correct a record.
pub fn owner_words(word: &str, lang: Lang) -> &str {
    match word {
        "population" => lang.pick("cơ quan quản lý dân cư (công an)", "population (police)"),
        "civil_status" => lang.pick("cơ quan hộ tịch (tư pháp)", "civil status (justice)"),
        "land" => lang.pick("văn phòng đăng ký đất đai", "land registration office"),
        "commune" => lang.pick("UBND cấp xã", "the commune"),
        other => other,
    }
}

/// A compared field, in words.
pub fn step_field_words(field: &str, lang: Lang) -> &str {
    if lang == Lang::En {
        return field;
    }
    match field {
        "prior" => "ban đầu",
        "name" => "họ tên",
        "birth_date" => "ngày sinh",
        "birth_part" => "năm sinh",
        "sex" => "giới tính",
        "ethnicity" => "dân tộc",
        "commune" => "nơi cư trú",
        "father" => "cha",
        "mother" => "mẹ",
        "cmnd" => "CMND",
        "number" => "số định danh",
        other => other,
    }
}

/// A level of comparison, in words.
pub fn step_level_words(level: &str, lang: Lang) -> &str {
    if lang == Lang::En {
        return level;
    }
    match level {
        "same" => "giống",
        "writing" => "khác cách viết",
        "compatible" => "hợp nhau",
        "close" => "gần giống",
        "similar" => "có phần chung",
        "different" => "khác",
        "day" => "đúng ngày",
        "slip" => "lệch một chỗ",
        "year" => "đúng năm",
        "as far as known" => "hợp phần đã biết",
        "one digit" => "lệch một số",
        "near" => "gần",
        other => other,
    }
}
