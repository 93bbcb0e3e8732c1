//! The verdict as a page: the sentence first, then why, then what to do, then what the sources say.

mod asked;
mod evidence;
mod fields;
mod findings;
mod things;

pub use asked::asked_part;

use super::check::search_box;
use super::morning;
use super::words::{clock_words, number_words, state_words};
use crate::Lang;
use crate::access::Permission;
use crate::check::wording::{caveat_line, sentence, source_name};
use crate::check::{Checked, ScanNote};
use crate::web::app::{App, Failure, Look, Reader, Who, frame};
use crate::web::views::{Action, CaveatLine, DraftLine, EscalationForm, Frame, PersonHead, VerdictPage};
use crate::work;
use reconcile::engine::FieldBeside;
use reconcile::verdict::{Caveat, Conclusion};
use std::collections::BTreeSet;
use store::ledger::CorrectionState;

pub async fn page(
    app: &App,
    who: &Who,
    reader: &Reader,
    handle: &str,
    look: &Look,
    checked: &Checked,
) -> Result<VerdictPage, Failure> {
    let lang = reader.lang;
    let mut around = frame(app, who, reader, "check", lang.pick("Kết luận", "Verdict")).await?;
    // The address says nothing of whom it is about.
    around.path = format!("/check/{handle}");
    around.notice = look.notice.clone();
    if !look.notice.is_empty() {
        app.looks.change(handle, |look| look.notice.clear());
    }
    let actor = who.actor();
    let list = |places: &[usize]| -> Vec<_> {
        let of = |at: &usize| checked.findings.get(*at);
        places
            .iter()
            .filter_map(of)
            .map(|finding| findings::finding_view(app, &actor, checked, finding, lang))
            .collect()
    };
    let mut notes = list(&checked.verdict.decided);
    notes.extend(list(&checked.verdict.notes));
    let (differing, same) = fields::rows(checked, lang);
    let code = checked.procedure.as_ref().map(|p| p.code.as_str()).unwrap_or_default();
    let (back_path, next_row) = morning::around(app, who, look).await?;
    let actions = actions(app, &around, checked, handle, lang);
    let may_print = actor.may(Permission::Draft);
    let offered = actions.iter().any(|action| action.path.starts_with("/slip/"));
    Ok(VerdictPage {
        search: search_box(app, look.procedure.as_deref().unwrap_or_default(), true),
        handle: handle.to_owned(),
        conclusion: conclusion_word(checked.verdict.conclusion).to_owned(),
        words: sentence(checked, lang),
        person: person(checked, lang),
        procedure: checked.procedure.as_ref().map(|p| format!("{} – {}", p.code, p.name)).unwrap_or_default(),
        procedure_careful: !code.is_empty() && checked.procedure.as_ref().is_some_and(|p| !p.fields_known),
        caveats: caveats(checked, look, lang),
        conflicts: list(&checked.verdict.conflicts),
        notes,
        aside: list(&checked.verdict.aside),
        actions,
        escalation: escalation(app, who, checked, lang).await?,
        drafts: drafts(app, checked, lang).await?,
        asked: asked::asked(app, checked, false, lang),
        columns: fields::columns(app, checked, lang),
        differing,
        same,
        land: things::land(app, checked, lang),
        events: things::events(checked, lang),
        cases: things::cases(app, checked, lang),
        evidence: evidence::evidence(app, checked, lang).await?,
        slip_path: if may_print && !offered { format!("/slip/{handle}") } else { String::new() },
        back_path,
        next_row,
        frame: around,
    })
}

/// The word of a conclusion in style sheets and slips.
pub fn conclusion_word(conclusion: Conclusion) -> &'static str {
    match conclusion {
        Conclusion::Proceed => "proceed",
        Conclusion::ProceedWithNote => "note",
        Conclusion::Stop => "stop",
        Conclusion::CannotConclude => "unknown",
    }
}

/// What the first source that has it says.
pub fn first_value(checked: &Checked, field: &str, lang: Lang) -> String {
    let of = |f: &FieldBeside| Some(lang.pick(&f.values.first()?.shown_vi, &f.values.first()?.shown_en).to_owned());
    checked.fields.iter().find(|f| f.field == field).and_then(of).unwrap_or_default()
}

fn person(checked: &Checked, lang: Lang) -> PersonHead {
    PersonHead {
        name: first_value(checked, "name", lang),
        number: checked.person.clone().unwrap_or_default(),
        former_number: checked.former_number.clone().unwrap_or_default(),
        birth_date: first_value(checked, "birth_date", lang),
        residence: residence(checked, lang),
        case_code: checked.case.clone().unwrap_or_default(),
    }
}

/// By the unit of today, where there is one.
fn residence(checked: &Checked, lang: Lang) -> String {
    let field = checked.fields.iter().find(|f| f.field == "residence");
    let today = field.and_then(|f| f.values.first()).and_then(|value| value.today.clone());
    today.unwrap_or_else(|| first_value(checked, "residence", lang))
}

fn caveats(checked: &Checked, look: &Look, lang: Lang) -> Vec<CaveatLine> {
    let line = |caveat: &Caveat| CaveatLine {
        text: caveat_line(checked, caveat, lang),
        stops: matches!(caveat, Caveat::Deceased { stops: true, .. }),
    };
    let mut lines: Vec<CaveatLine> = checked.verdict.caveats.iter().map(line).collect();
    let scan = checked.scan.map(|note| match note {
        ScanNote::OnlyTheNumber => lang.pick(
            "Chỉ đọc được số trên thẻ; phần chữ bị bộ gõ hoặc máy quét làm hỏng. Tắt bộ gõ tiếng Việt khi quét.",
            "Only the number on the card could be read; the text was spoilt by an input method or the scanner. Turn the Vietnamese input method off when scanning.",
        ),
        ScanNote::NameMended => lang.pick(
            "Bộ gõ đã đổi chữ khi quét thẻ; họ tên trên thẻ đã được đọc lại. Tắt bộ gõ tiếng Việt khi quét.",
            "An input method changed letters while the card was scanned; the name was read again. Turn the Vietnamese input method off when scanning.",
        ),
    });
    let outside = look.outside.as_ref().map(|_| {
        lang.pick(
            "Đang xem ngoài phạm vi của bạn; lý do đã ghi nhật ký.",
            "You are looking outside your communes; the reason is in the log.",
        )
    });
    lines.extend(outside.map(|text| CaveatLine { text: text.to_owned(), stops: false }));
    lines.extend(scan.map(|text| CaveatLine { text: text.to_owned(), stops: false }));
    lines
}

/// At most two: what is most likely to be done next, the safe one first.
fn actions(app: &App, frame: &Frame, checked: &Checked, handle: &str, lang: Lang) -> Vec<Action> {
    let ask = Action {
        label: lang.pick("Hỏi lại các nguồn ngay", "Ask the sources now").to_owned(),
        consequence: lang
            .pick(
                "Hỏi trực tiếp, tối đa 3 giây. Không đổi gì ở nguồn.",
                "Asks directly, three seconds at most. Changes nothing there.",
            )
            .to_owned(),
        path: "/check/ask".into(),
        posts: true,
        finding: String::new(),
        main: true,
    };
    let slip = |vi: &str, en: &str| Action {
        label: lang.pick("In phiếu hướng dẫn", "Print the slip").to_owned(),
        consequence: lang.pick(vi, en).to_owned(),
        path: format!("/slip/{handle}"),
        posts: false,
        finding: String::new(),
        main: false,
    };
    let may_ask = !app.live.is_empty() && checked.person.is_some();
    let mut actions = Vec::new();
    match checked.verdict.conclusion {
        Conclusion::Stop | Conclusion::CannotConclude => {
            actions.extend(Some(ask).filter(|_| may_ask));
            if frame.sees_corrections {
                actions.push(slip(
                    "Người dân biết mang gì, đến đâu; không có dữ liệu của người khác.",
                    "The citizen learns what to bring and where to go; no data of others.",
                ));
            }
        }
        Conclusion::Proceed | Conclusion::ProceedWithNote => {}
    }
    actions
}

async fn escalation(app: &App, who: &Who, checked: &Checked, lang: Lang) -> Result<EscalationForm, Failure> {
    let actor = who.actor();
    let subject = work::subject(checked);
    let known = match &subject {
        Some(subject) => app.ledger().escalations_of(&actor.scope, subject.as_str()).await?,
        None => Vec::new(),
    };
    let state = known.first().map(|escalation| {
        let at = lang.instant(escalation.escalated_at);
        match (&escalation.answered, lang) {
            (Some(answer), Lang::Vi) => format!("Tỉnh trả lời lúc {}: {}", lang.instant(answer.at), answer.text),
            (Some(answer), Lang::En) => {
                format!("The province answered on {}: {}", lang.instant(answer.at), answer.text)
            }
            (None, Lang::Vi) => format!("Đã chuyển lúc {at}, chờ tỉnh trả lời."),
            (None, Lang::En) => format!("Passed up on {at}, waiting for the province."),
        }
    });
    let waits = known.first().is_some_and(|escalation| escalation.answered.is_none());
    Ok(EscalationForm {
        may_escalate: actor.may(Permission::Draft) && subject.is_some() && !waits,
        state: state.unwrap_or_default(),
        error: String::new(),
        note: String::new(),
        ticket: String::new(),
    })
}

/// The requests that findings of this subject are in.
async fn drafts(app: &App, checked: &Checked, lang: Lang) -> Result<Vec<DraftLine>, Failure> {
    let ids: BTreeSet<&str> = checked
        .findings
        .iter()
        .filter_map(|finding| finding.correction.as_ref())
        .map(|correction| correction.correction_id.as_str())
        .collect();
    let mut lines = Vec::new();
    for id in ids {
        // They were found through findings of a subject that may be seen.
        let (correction, items) = app.ledger().correction(&store::Scope::Province, id).await?;
        let (clock, _) = clock_words(app, correction.state, correction.due_on, lang);
        let state = state_words(correction.state, lang);
        lines.push(DraftLine {
            number: number_words(&correction),
            path: format!("/corrections/{id}"),
            owner: crate::check::wording::owner_words(&correction.owner, lang).to_owned(),
            items: u32::try_from(items.len()).unwrap_or(u32::MAX),
            state_words: if clock.is_empty() { state.to_owned() } else { format!("{state}, {clock}") },
        });
    }
    Ok(lines)
}

/// What an officer may still take back.
pub fn may_undo(state: Option<CorrectionState>) -> bool {
    state.is_none_or(|state| matches!(state, CorrectionState::Draft | CorrectionState::Withdrawn))
}

/// A source as people call it.
pub fn name_of(checked: &Checked, source: &schemas::SourceId, lang: Lang) -> String {
    source_name(checked, source, lang)
}
