//! Why the records are thought to be of one person.

use super::name_of;
use crate::Lang;
use crate::check::Checked;
use crate::check::wording::{step_field_words as bits_field, step_level_words as bits_level};
use crate::web::app::{App, Failure};
use crate::web::views::{EvidenceView, Strength, WaterfallStep};
use reconcile::LinkStep;
use store::ledger::{LinkFilter, LinkState};

/// Of a drawing 200 wide: the middle is no evidence, ten pixels are a bit.
const MIDDLE: f64 = 100.0;
const PIXELS: f64 = 5.0;

pub async fn evidence(app: &App, checked: &Checked, lang: Lang) -> Result<Vec<EvidenceView>, Failure> {
    let Some(person) = &checked.person else { return Ok(Vec::new()) };
    let mut views = Vec::new();
    let by_number: Vec<String> = {
        let mut names: Vec<String> = Vec::new();
        for record in checked.records.iter().filter(|record| record.by_number) {
            let name = name_of(checked, &record.source, lang);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    };
    if by_number.len() > 1 {
        views.push(EvidenceView {
            record: by_number.join(", "),
            conclusion: lang.pick("cùng số định danh", "the same number").to_owned(),
            strengths: vec![Strength {
                level: "strong".into(),
                words: lang.pick("mạnh", "strong").to_owned(),
                text: lang
                    .pick(
                        "Số định danh 12 chữ số, kể cả số đã hủy, dẫn về một người.",
                        "The 12-digit number, or one that it replaced, leads to one person.",
                    )
                    .to_owned(),
            }],
            steps: Vec::new(),
            sum: String::new(),
        });
    }
    for record in checked.records.iter().filter(|record| !record.by_number) {
        let filter = LinkFilter {
            state: Some(LinkState::Linked),
            source: Some(record.source.to_string()),
            record_key: Some(record.record_key.clone()),
            limit: None,
        };
        let pairs = app.ledger().link_pairs(&filter).await?;
        let Some(pair) = pairs.into_iter().find(|p| p.key.part == record.part && p.key.person == *person) else {
            continue;
        };
        let steps: Vec<LinkStep> = serde_json::from_str(&pair.steps).unwrap_or_default();
        let percent = lang.decimal(pair.probability * 100.0);
        views.push(EvidenceView {
            record: name_of(checked, &record.source, lang),
            conclusion: format!(
                "{} {percent} %",
                lang.pick("ghép theo họ tên, ngày sinh và nơi ở:", "linked by name, birth date and place:")
            ),
            strengths: steps.iter().filter(|step| step.level.is_some()).map(|step| strength(step, lang)).collect(),
            sum: signed(steps.iter().map(|step| step.bits).sum(), lang),
            steps: steps.into_iter().map(|step| drawn(step, lang)).collect(),
        });
    }
    Ok(views)
}

fn strength(step: &LinkStep, lang: Lang) -> Strength {
    let (level, words) = match step.bits {
        bits if bits < 0.0 => ("against", lang.pick("trái lại", "against")),
        bits if bits < 2.0 => ("weak", lang.pick("yếu", "weak")),
        bits if bits < 5.0 => ("medium", lang.pick("vừa", "medium")),
        _ => ("strong", lang.pick("mạnh", "strong")),
    };
    let how = step.level.as_deref().map(|level| bits_level(level, lang)).unwrap_or_default();
    Strength { level: level.into(), words: words.into(), text: format!("{}: {how}", bits_field(&step.field, lang)) }
}

fn drawn(step: LinkStep, lang: Lang) -> WaterfallStep {
    let width = (step.bits.abs() * PIXELS).min(MIDDLE);
    let from = if step.bits < 0.0 { MIDDLE - width } else { MIDDLE };
    WaterfallStep {
        field: bits_field(&step.field, lang).to_owned(),
        level: step.level.as_deref().map(|level| bits_level(level, lang).to_owned()).unwrap_or_default(),
        bits: signed(step.bits, lang),
        bar_from: from as u32,
        bar_width: width as u32,
        against: step.bits < 0.0,
        record_value: step.record.unwrap_or_default(),
        person_value: step.person.unwrap_or_default(),
    }
}

fn signed(bits: f64, lang: Lang) -> String {
    let sign = if bits < 0.0 { "−" } else { "+" };
    format!("{sign}{}", lang.decimal(bits.abs()))
}
