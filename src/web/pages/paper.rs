//! What is printed: the slip for the citizen, the letter to an agency, and its table as a workbook.

use super::check::{kept, one};
use super::corrections::{item_view, note_view, source_words};
use super::draw::{Page, draw};
use super::verdict::conclusion_word;
use super::words::number_words;
use crate::Lang;
use crate::check::wording::owner_words;
use crate::check::wording::{label, sentence};
use crate::check::{Checked, CheckedFinding};
use crate::web::app::{App, Reader, RequestId, Who, frame, unit_name};
use crate::web::views::{CorrectionPrint, FilterLink, SlipPage};
use crate::work::{self, Slip, SlipPlace, SlipPlaceName, SlipVerdict, qr_svg, unit_of_work};
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use reconcile::verdict::{Caveat, Conclusion, Said};
use schemas::clock::vietnam_date;
use serde::Deserialize;
use store::ledger::CorrectionState;

#[derive(Deserialize)]
pub struct In {
    #[serde(default)]
    lang: String,
}

pub async fn slip(
    State(app): State<App>,
    who: Who,
    reader: Reader,
    request: RequestId,
    Path(handle): Path<String>,
    Query(wanted): Query<In>,
) -> Page {
    let look = kept(&app, &who, &handle)?;
    let checked = one(&app, &who, &look, &request).await?;
    let languages = app.slips.languages();
    let language = languages.iter().find(|language| **language == wanted.lang).or(languages.first());
    let language = language.cloned().unwrap_or_else(|| "vi".to_owned());
    // Sentences that the program writes are there in two languages: any other reads Vietnamese.
    let lang = if language == "en" { Lang::En } else { Lang::Vi };
    let body = app.slips.draw(&language, &filled(&app, &who, &checked, lang))?;
    let link = |language_: &String| FilterLink {
        label: language_.clone(),
        path: format!("/slip/{handle}?lang={language_}"),
        count: 0,
        current: *language_ == language,
    };
    draw(&SlipPage {
        frame: frame(&app, &who, &reader, "check", reader.lang.pick("Phiếu hướng dẫn", "Slip")).await?,
        languages: languages.iter().map(link).collect(),
        body_language: language,
        body,
        path: format!("/check/{handle}"),
    })
}

fn filled(app: &App, who: &Who, checked: &Checked, lang: Lang) -> Slip {
    let serve = &app.desk.workspace.settings.serve;
    let in_the_way: Vec<&CheckedFinding> =
        checked.verdict.conflicts.iter().filter_map(|at| checked.findings.get(*at)).collect();
    let dead = checked.verdict.caveats.iter().any(|c| matches!(c, Caveat::Deceased { .. }));
    let mut reasons: Vec<String> = in_the_way.iter().map(|finding| reason(finding, lang)).collect();
    reasons.dedup();
    if dead {
        reasons.push(
            lang.pick("Sổ hộ tịch đã có đăng ký khai tử.", "A death is registered in the civil register.").to_owned(),
        );
    }
    let mut go_to: Vec<SlipPlace> = Vec::new();
    for finding in in_the_way.iter().filter(|finding| !is_ours_to_ask(finding)) {
        let place = SlipPlace {
            agency: owner_words(&finding.owner, lang).to_owned(),
            what_for: format!("{} {}", lang.pick("sửa", "to correct"), label(&finding.field, lang)),
            ..SlipPlace::default()
        };
        if !go_to.contains(&place) {
            go_to.push(place);
        }
    }
    let stops = checked.verdict.conclusion == Conclusion::Stop;
    let due = in_the_way
        .iter()
        .filter_map(|finding| finding.correction.as_ref())
        .filter(|correction| correction.state == CorrectionState::Sent)
        .filter_map(|correction| correction.due_on)
        .max();
    Slip {
        verdict: SlipVerdict {
            level: conclusion_word(checked.verdict.conclusion).to_owned(),
            words: sentence(checked, lang),
        },
        bring: if stops { bring(&in_the_way, dead, lang) } else { Vec::new() },
        reasons,
        handled_by_us: stops && !in_the_way.is_empty() && in_the_way.iter().all(|f| is_ours_to_ask(f)),
        go_to,
        come_back_on: due.map(|day| lang.date(&day.to_string())).unwrap_or_default(),
        agency: SlipPlaceName {
            name: match unit_of_work(&who.actor(), checked) {
                Some(code) => format!("UBND {}", unit_name(app, &code)),
                None => serve.agency.clone(),
            },
            address: serve.address.clone(),
            phone: serve.phone.clone(),
        },
        date: lang.date(&vietnam_date(app.now()).to_string()),
        case_code: checked.case.clone().unwrap_or_default(),
        qr_svg: qr_svg(checked.case.as_deref().unwrap_or_default()),
    }
}

/// The office asks for the correction itself where the source is known to be wrong.
fn is_ours_to_ask(finding: &CheckedFinding) -> bool {
    finding.decision.as_ref().is_some_and(|decision| decision.holds && decision.said == Said::SourceWrong)
}

/// What does not agree, without what another register says of other people.
fn reason(finding: &CheckedFinding, lang: Lang) -> String {
    let field = label(&finding.field, lang);
    match lang {
        Lang::Vi => format!("Chưa khớp: {field} ({})", owner_words(&finding.owner, lang)),
        Lang::En => format!("Does not agree: {field} ({})", owner_words(&finding.owner, lang)),
    }
}

/// The papers that settle what is in the way.
fn bring(findings: &[&CheckedFinding], dead: bool, lang: Lang) -> Vec<String> {
    let mut papers = vec![lang.pick("Thẻ căn cước", "Identity card").to_owned()];
    if dead {
        // Whoever stands there submits for another.
        let heir = lang.pick("Giấy tờ chứng minh quyền thừa kế hoặc ủy quyền", "Proof of inheritance or authority");
        papers.push(heir.to_owned());
    }
    for finding in findings {
        let paper = match finding.owner.as_str() {
            "civil_status" => lang.pick(
                "Giấy khai sinh, giấy kết hôn hoặc trích lục liên quan",
                "Birth or marriage certificate, or extract",
            ),
            "land" => lang.pick("Giấy chứng nhận quyền sử dụng đất (bản chính)", "Land certificate (original)"),
            _ => continue,
        };
        if !papers.iter().any(|known| known == paper) {
            papers.push(paper.to_owned());
        }
    }
    papers
}

pub async fn letter(State(app): State<App>, who: Who, reader: Reader, Path(id): Path<String>) -> Page {
    let (c, items) = app.ledger().correction(&who.actor().scope, &id).await?;
    note_view(&app, &who.actor().name, &c).await?;
    let serve = &app.desk.workspace.settings.serve;
    let day = vietnam_date(c.sent_at.unwrap_or_else(|| app.now()));
    let contact = [who.signed_in.account.display_name.as_str(), serve.phone.as_str()];
    draw(&CorrectionPrint {
        frame: frame(&app, &who, &reader, "corrections", &format!("Phiếu {}", number_words(&c))).await?,
        parent_agency: match &c.unit {
            Some(code) => format!("ỦY BAN NHÂN DÂN {}", unit_name(&app, code).to_uppercase()),
            None => serve.agency.to_uppercase(),
        },
        agency: "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG".into(),
        number: format!("{}/{}-ĐNĐC", c.number, c.year),
        place: serve.place.clone(),
        day: format!("{:02}", day.day()),
        month: format!("{:02}", day.month()),
        year: day.year().to_string(),
        receiver: owner_words(&c.owner, Lang::Vi).to_owned(),
        bases: Vec::new(),
        items: items.iter().map(|item| item_view(&app, &item.finding_id, &item.finding, false, Lang::Vi)).collect(),
        answer_days: u32::from(serve.days_of(&c.owner)),
        contact: contact.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(", "),
        copies_to: vec!["Như trên;".into(), "Lưu: VT.".into()],
        signer_title: "GIÁM ĐỐC".into(),
        signer_name: String::new(),
        path: format!("/corrections/{id}"),
    })
}

pub async fn workbook(State(app): State<App>, who: Who, Path(id): Path<String>) -> Page {
    let (c, items) = app.ledger().correction(&who.actor().scope, &id).await?;
    note_view(&app, &who.actor().name, &c).await?;
    let field = |field: &str| label(field, Lang::Vi).to_owned();
    let source = |value: &schemas::SourceValue| source_words(&app, &value.source, Lang::Vi);
    let bytes = work::sheet(&c, &items, field, source)?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let name = format!("attachment; filename=\"phieu-{}-{}.xlsx\"", c.number, c.year);
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}
