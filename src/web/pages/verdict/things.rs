//! Land rights, register entries and cases of the person.

use super::name_of;
use crate::Lang;
use crate::check::wording::{day_words, event_words, status_words};
use crate::check::{Checked, Record, Thing};
use crate::web::app::App;
use crate::web::views::{CaseLine, EventLine, LandLine};

fn or(text: &Option<String>) -> String {
    text.clone().unwrap_or_else(|| "–".to_owned())
}

pub fn land(app: &App, checked: &Checked, lang: Lang) -> Vec<LandLine> {
    let line = |record: &Record| match &record.thing {
        Some(Thing::LandRight { serial, sheet, parcel, status, commune, old_commune }) => {
            let name = |code: &Option<String>| code.as_deref().map(|code| crate::web::app::unit_name(app, code));
            let former = old_commune.as_deref().and_then(|code| former_name(app, code));
            let today = name(commune).unwrap_or_default();
            Some(LandLine {
                serial: or(serial),
                sheet: or(sheet),
                parcel: or(parcel),
                place: former.clone().unwrap_or_else(|| today.clone()),
                today: if former.is_some() { today } else { String::new() },
                // A bare code of the source says nothing to anybody here.
                status: status
                    .clone()
                    .filter(|text| text.chars().any(char::is_alphabetic))
                    .unwrap_or_else(|| "–".into()),
                source: name_of(checked, &record.source, lang),
            })
        }
        _ => None,
    };
    checked.records.iter().filter_map(line).collect()
}

/// The name of a unit that is no more, where it had another one than today's of that code.
fn former_name(app: &App, code: &str) -> Option<String> {
    let code = schemas::CommuneCode::parse(code).ok()?;
    let context = app.desk.context();
    context.catalogue.former_name(code)
}

pub fn events(checked: &Checked, lang: Lang) -> Vec<EventLine> {
    let role = |role: &str| match role {
        "child" => lang.pick("người được khai sinh", "the child").to_owned(),
        "deceased" => lang.pick("người mất", "the deceased").to_owned(),
        "husband" => lang.pick("chồng", "husband").to_owned(),
        "wife" => lang.pick("vợ", "wife").to_owned(),
        other => other.to_owned(),
    };
    let line = |record: &Record| match &record.thing {
        Some(Thing::CivilEvent { event, role: as_, date }) => Some(EventLine {
            event: event_words(event.as_deref()?, lang).to_owned(),
            date: day_words(date.as_deref(), lang),
            role: as_.as_deref().map(role).unwrap_or_default(),
            source: name_of(checked, &record.source, lang),
        }),
        _ => None,
    };
    checked.records.iter().filter_map(line).collect()
}

/// Those that are open; one that two systems know stands once.
pub fn cases(app: &App, checked: &Checked, lang: Lang) -> Vec<CaseLine> {
    let mut lines: Vec<CaseLine> = Vec::new();
    for record in &checked.records {
        let Some(Thing::Case { code, procedure, status, due_at }) = &record.thing else { continue };
        let current = code.as_deref().zip(checked.case.as_deref()).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b));
        if matches!(status.as_deref(), Some("done" | "refused" | "cancelled")) && !current {
            continue;
        }
        if lines.iter().any(|line| Some(&line.code) == code.as_ref()) {
            continue;
        }
        let name = procedure.as_deref().and_then(|code| app.desk.procedures.get(code)).map(|p| p.name.clone());
        lines.push(CaseLine {
            code: or(code),
            procedure: name.or_else(|| procedure.clone()).unwrap_or_default(),
            status: status_words(status.as_deref(), lang).to_owned(),
            due: day_words(due_at.as_deref(), lang),
            current,
        });
    }
    lines
}
