//! What a clerk reads: the verdict first, then why, then what to do, then what the sources say.

use super::table::table;
use crate::Lang;
use crate::check::wording::{
    answer_words, caveat_line, label, level_words, owner_words, sentence, source_name, thing_line,
};
use crate::check::{Candidate, Checked, CheckedFinding, Record};
use reconcile::engine::{FieldBeside, ValueBeside};
use reconcile::explain::{Stretch, differences};
use reconcile::verdict::Caveat;
use schemas::{Level, Subject};
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
    group(checked, &checked.verdict.decided, lang.pick("Đã quyết định", "Decided"), true, lang, &mut text);
    let aside = lang.pick("Không thuộc thủ tục này", "No matter of this procedure");
    group(checked, &checked.verdict.aside, aside, false, lang, &mut text);
    let _ = write!(text, "\n{}\n", answers(checked, lang));
    if !checked.fields.is_empty() {
        let _ = write!(text, "\n{}\n", fields(checked, lang));
    }
    things(&checked.records, lang, &mut text);
    text.trim_end().to_owned()
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

fn group(checked: &Checked, places: &[usize], title: &str, whole: bool, lang: Lang, text: &mut String) {
    if places.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{title}:");
    for (number, finding) in places.iter().filter_map(|at| checked.findings.get(*at)).enumerate() {
        let _ = writeln!(text, "{}. {}", number + 1, explanation(finding, lang));
        if whole {
            let next = lang.pick(&finding.next_step_vi, &finding.next_step_en);
            let who = owner_words(&finding.owner, lang);
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
        let state = answer_words(answer.state, lang);
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
            let level = if at == 0 { "" } else { level_words(value.level, lang) };
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
    let lines: Vec<String> = records.iter().filter_map(|record| thing_line(record.thing.as_ref()?, lang)).collect();
    if !lines.is_empty() {
        let _ = write!(text, "\n{}:\n", lang.pick("Đất đai, hộ tịch, hồ sơ", "Land, register entries, cases"));
        lines.iter().for_each(|line| {
            let _ = writeln!(text, "• {line}");
        });
    }
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
