//! What a clerk reads: the verdict first, then why, then what to do, then what the sources say.

use super::findings_command::owner;
use super::table::table;
use crate::Lang;
use crate::check::{Candidate, Checked, CheckedFinding, Record, Thing};
use config::rules::{source_name_en, source_name_vi};
use reconcile::engine::{FieldBeside, ValueBeside};
use reconcile::explain::{Stretch, differences};
use reconcile::verdict::{AnswerState, Caveat, Conclusion};
use schemas::{Level, SourceId, Subject};
use std::fmt::Write as _;

pub fn page(checked: &Checked, lang: Lang) -> String {
    let mut text = format!("{}\n", sentence(checked, lang));
    if let Some(procedure) = &checked.procedure {
        let name = if procedure.name.is_empty() { "" } else { &procedure.name };
        let careful = if procedure.fields_known {
            ""
        } else {
            lang.pick(" (chưa có danh mục trường: xét mọi trường)", " (its fields are not listed: everything counts)")
        };
        let _ = writeln!(text, "{}: {} {name}{careful}", lang.pick("Thủ tục", "Procedure"), procedure.code);
    }
    match (&checked.person, &checked.former_number) {
        (Some(person), Some(former)) => {
            let was = lang.pick("đã thay cho số", "replaced");
            let _ = writeln!(text, "{}: {person} ({was} {former})", lang.pick("Số định danh", "Number"));
        }
        (Some(person), None) => {
            let _ = writeln!(text, "{}: {person}", lang.pick("Số định danh", "Number"));
        }
        (None, _) => {}
    }
    caveats(checked, lang, &mut text);
    group(checked, &checked.verdict.conflicts, lang.pick("Vướng mắc", "In the way"), true, lang, &mut text);
    group(checked, &checked.verdict.notes, lang.pick("Lưu ý", "Notes"), true, lang, &mut text);
    let aside = lang.pick("Không thuộc thủ tục này", "No matter of this procedure");
    group(checked, &checked.verdict.aside, aside, false, lang, &mut text);
    let _ = write!(text, "\n{}\n", answers(checked, lang));
    if !checked.fields.is_empty() {
        let _ = write!(text, "\n{}\n", fields(checked, lang));
    }
    things(&checked.records, lang, &mut text);
    text.trim_end().to_owned()
}

/// The verdict in words, never by a sign alone.
fn sentence(checked: &Checked, lang: Lang) -> String {
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
fn source_name(checked: &Checked, source: &SourceId, lang: Lang) -> String {
    let Some(answer) = checked.answers.iter().find(|answer| answer.source == *source) else {
        return source.to_string();
    };
    let name = lang.pick(source_name_vi(answer.kind), source_name_en(answer.kind));
    let alone = checked.answers.iter().filter(|other| other.kind == answer.kind).count() == 1;
    if alone { name.to_owned() } else { format!("{name} ({source})") }
}

fn caveats(checked: &Checked, lang: Lang, text: &mut String) {
    let nowhere = checked.verdict.caveats.contains(&Caveat::Nowhere);
    for caveat in &checked.verdict.caveats {
        // Who is nowhere is not in the population either.
        if nowhere && matches!(caveat, Caveat::NotInPopulation { .. }) {
            continue;
        }
        let _ = writeln!(text, "• {}", caveat_line(checked, caveat, lang));
    }
}

fn caveat_line(checked: &Checked, caveat: &Caveat, lang: Lang) -> String {
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

fn group(checked: &Checked, places: &[usize], title: &str, whole: bool, lang: Lang, text: &mut String) {
    if places.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{title}:");
    for (number, finding) in places.iter().filter_map(|at| checked.findings.get(*at)).enumerate() {
        let _ = writeln!(text, "{}. {}", number + 1, explanation(finding, lang));
        if whole {
            let next = lang.pick(&finding.next_step_vi, &finding.next_step_en);
            let who = owner(&finding.owner, lang);
            let _ = writeln!(text, "   → {next}");
            let _ = writeln!(text, "   {}: {who} · {}", lang.pick("Ai sửa", "Who corrects"), &finding.finding_id[..12]);
        }
    }
}

fn explanation(finding: &CheckedFinding, lang: Lang) -> &str {
    lang.pick(finding.explanation_vi.expose(), finding.explanation_en.expose())
}

fn answers(checked: &Checked, lang: Lang) -> String {
    let mut rows = table(&match lang {
        Lang::Vi => ["Nguồn", "Trả lời", "Số liệu đến"],
        Lang::En => ["Source", "Answer", "Data as of"],
    });
    for answer in &checked.answers {
        let state = match answer.state {
            AnswerState::Found => lang.pick("có", "found"),
            AnswerState::NotFound => lang.pick("không có", "not found"),
            AnswerState::CouldNotAsk => lang.pick("không hỏi được", "could not ask"),
        };
        let old = if answer.stale { lang.pick(" (đã cũ)", " (old)") } else { "" };
        let as_of = answer.as_of.map_or_else(|| "–".to_owned(), |at| format!("{}{old}", lang.instant(at)));
        rows.add_row([source_name(checked, &answer.source, lang), state.to_owned(), as_of]);
    }
    rows.to_string()
}

/// A row a field, what differs with its letters marked; equal fields folded into one line.
fn fields(checked: &Checked, lang: Lang) -> String {
    let agrees = |field: &&FieldBeside| field.level == Level::Same || field.values.len() == 1;
    let mut rows = table(&match lang {
        Lang::Vi => ["Trường", "Nguồn", "Giá trị", "So với nguồn đầu"],
        Lang::En => ["Field", "Source", "Value", "Against the first"],
    });
    let mut any = false;
    for field in checked.fields.iter().filter(|field| !agrees(field)) {
        any = true;
        let Some(first) = field.values.first() else { continue };
        for (at, value) in field.values.iter().enumerate() {
            let name = if at == 0 { label(field.field, lang) } else { "" };
            let record = checked.records.get(value.row);
            let source = record.map(|r| source_name(checked, &r.source, lang)).unwrap_or_default();
            let level = if at == 0 { "" } else { level(value.level, lang) };
            rows.add_row([name.to_owned(), source, marked(first, value, at, lang), level.to_owned()]);
        }
    }
    let mut text = if any { rows.to_string() } else { String::new() };
    let same: Vec<String> = checked
        .fields
        .iter()
        .filter(agrees)
        .filter_map(|field| Some(format!("{}: {}", label(field.field, lang), shown(field.values.first()?, lang))))
        .collect();
    if !same.is_empty() {
        let newline = if any { "\n" } else { "" };
        let _ = write!(text, "{newline}{} – {}", lang.pick("Giống nhau", "The same"), same.join(" · "));
    }
    text
}

fn shown(value: &ValueBeside, lang: Lang) -> &str {
    lang.pick(&value.shown_vi, &value.shown_en)
}

fn marked(first: &ValueBeside, value: &ValueBeside, at: usize, lang: Lang) -> String {
    let mut text = shown(value, lang).to_owned();
    if at > 0 && value.level != Level::Same {
        let (_, own) = differences(shown(first, lang), &text);
        let alike = own.iter().any(|stretch| !stretch.differs && !stretch.text.trim().is_empty());
        if alike {
            let bracket = |s: &Stretch| if s.differs { format!("[{}]", s.text) } else { s.text.clone() };
            text = own.iter().map(bracket).collect();
        }
    }
    match &value.today {
        Some(today) if !text.contains(today.as_str()) => format!("{text} → {today}"),
        _ => text,
    }
}

fn things(records: &[Record], lang: Lang, text: &mut String) {
    let lines: Vec<String> = records.iter().filter_map(|record| thing(record.thing.as_ref()?, lang)).collect();
    if !lines.is_empty() {
        let _ = write!(text, "\n{}:\n", lang.pick("Đất đai, hộ tịch, hồ sơ", "Land, register entries, cases"));
        lines.iter().for_each(|line| {
            let _ = writeln!(text, "• {line}");
        });
    }
}

fn thing(thing: &Thing, lang: Lang) -> Option<String> {
    let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
    let date = |text: &Option<String>| {
        text.as_deref().map_or_else(|| "–".to_owned(), |day| lang.date(day.get(..10).unwrap_or(day)))
    };
    Some(match thing {
        Thing::LandRight { serial, sheet, parcel, .. } => match lang {
            Lang::Vi => format!("Giấy chứng nhận {}: tờ {}, thửa {}", or(serial), or(sheet), or(parcel)),
            Lang::En => format!("Certificate {}: sheet {}, parcel {}", or(serial), or(sheet), or(parcel)),
        },
        Thing::CivilEvent { event, date: day, .. } => {
            let event = match event.as_deref()? {
                "birth" => lang.pick("Khai sinh", "Birth"),
                "death" => lang.pick("Khai tử", "Death"),
                "marriage" => lang.pick("Kết hôn", "Marriage"),
                other => other,
            };
            format!("{event}: {}", date(day))
        }
        Thing::Case { code, procedure, status, due_at } => {
            let status = match status.as_deref() {
                Some("received") => lang.pick("mới tiếp nhận", "received"),
                Some("processing") => lang.pick("đang xử lý", "being processed"),
                Some("supplement") => lang.pick("chờ bổ sung", "waiting for papers"),
                Some("done") => lang.pick("đã xong", "done"),
                Some("refused") => lang.pick("từ chối", "refused"),
                Some("cancelled") => lang.pick("đã rút", "cancelled"),
                _ => lang.pick("chưa rõ", "unknown"),
            };
            match lang {
                Lang::Vi => format!("Hồ sơ {} ({}): {status}, hẹn trả {}", or(code), or(procedure), date(due_at)),
                Lang::En => format!("Case {} ({}): {status}, due {}", or(code), or(procedure), date(due_at)),
            }
        }
    })
}

/// Of many people who fit, as many are listed as fit a screen.
const MOST_SHOWN: usize = 20;

pub fn candidates(people: &[Candidate], lang: Lang) -> String {
    let mut rows = table(&match lang {
        Lang::Vi => ["Số định danh", "Họ tên", "Ngày sinh", "Nơi cư trú"],
        Lang::En => ["Number", "Name", "Birth date", "Residence"],
    });
    for person in people.iter().take(MOST_SHOWN) {
        let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
        let birth = person.birth_date.as_deref().map_or_else(|| "–".to_owned(), |day| lang.date(day));
        let number = Subject::person(&person.person).masked();
        rows.add_row([number, or(&person.name), birth, or(&person.residence)]);
    }
    let count = lang.number(people.len() as u64);
    let ask =
        lang.pick("người phù hợp: quét thẻ hoặc gõ đủ 12 số.", "people fit: scan the card or type all 12 digits.");
    format!("{count} {ask}\n{rows}")
}

fn label(field: &str, lang: Lang) -> &str {
    if lang == Lang::En {
        return field;
    }
    match field {
        "name" => "họ tên",
        "birth_date" => "ngày sinh",
        "sex" => "giới tính",
        "ethnicity" => "dân tộc",
        "residence" => "nơi cư trú",
        "marital_status" => "hôn nhân",
        "father" => "cha",
        "mother" => "mẹ",
        other => other,
    }
}

fn level(level: Level, lang: Lang) -> &'static str {
    match level {
        Level::Same => lang.pick("giống", "same"),
        Level::Spelling => lang.pick("chỉ khác cách viết", "spelling"),
        Level::Compatible => lang.pick("không mâu thuẫn", "compatible"),
        Level::Different => lang.pick("khác", "different"),
        Level::OnlyHere => lang.pick("không so được", "no evidence"),
        Level::CouldNotAsk => lang.pick("không hỏi được", "could not ask"),
    }
}
