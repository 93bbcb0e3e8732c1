//! `doisoat findings show`: one finding with everything that speaks for it.

use super::findings_command::{event_name, severity, shown, state};
use super::table::table;
use super::waterfall::{as_object as pair_object, print_pair};
use crate::Lang;
use crate::check::wording::owner_words;
use crate::problem::Problem;
use config::rules::{Rule, Rules};
use reconcile::explain::{Stretch, differences, normal_form};
use schemas::{Finding, Level, SourceValue};
use serde_json::json;
use std::collections::BTreeSet;
use store::Ledger;
use store::ledger::{LinkFilter, LinkPair, LinkState};

pub async fn show(ledger: &dyn Ledger, rules: &Rules, id: &str, as_json: bool, lang: Lang) -> Result<(), Problem> {
    let (stored, events) = ledger.finding(id).await?;
    let finding = &stored.finding;
    let rule = rules.rule(finding.kind);
    if as_json {
        let mut object = serde_json::to_value(finding).map_err(|e| Problem::failed("REPORT", e.to_string()))?;
        object["finding_id"] = json!(stored.finding_id);
        object["state"] = json!(stored.state.as_str());
        object["history"] = events.iter().map(|e| json!({"run": e.run_id, "event": e.event, "date": e.date})).collect();
        object["differences"] = compared(finding).iter().map(as_object).collect();
        object["links"] = linked(ledger, finding).await?.iter().map(pair_object).collect::<Result<_, _>>()?;
        object["rule"] = json!({"basis": rule.basis, "severity": rule.severity, "enabled": rule.enabled});
        println!("{object}");
        return Ok(());
    }
    println!(
        "{} · {} · {} · {}",
        stored.finding_id,
        finding.kind,
        severity(finding.severity, lang),
        state(stored.state, lang)
    );
    println!("{}: {}", lang.pick("Đối tượng", "Subject"), finding.subject.as_str());
    if let Some(unit) = &finding.unit {
        println!("{}: {unit}", lang.pick("Xã", "Commune"));
    }
    println!();
    println!("{}", lang.pick(finding.explanation_vi.expose(), finding.explanation_en.expose()));
    println!();
    values(ledger, finding, lang).await?;
    letters(finding, lang);
    for pair in linked(ledger, finding).await? {
        println!(
            "{}",
            lang.pick(
                "Bản ghi không có số định danh dùng được; vì sao là của người này:",
                "The record has no usable number; why it is this person's:"
            )
        );
        print_pair(&pair, lang)?;
    }
    if let Some(suggestion) = &finding.suggestion {
        println!("{}: {}", lang.pick("Gợi ý", "Suggestion"), suggestion.expose());
    }
    println!("{}: {}", lang.pick("Mức khớp", "Level"), level(finding.level, lang));
    why(rule, lang);
    println!("{}: {}", lang.pick("Ai sửa", "Who corrects"), owner_words(&finding.owner, lang));
    println!("{}: {}", lang.pick("Việc cần làm", "Next step"), lang.pick(&finding.next_step_vi, &finding.next_step_en));
    println!();
    for event in events {
        println!("{}  {}  {}", lang.date(&event.date), event_name(&event.event, lang), event.run_id);
    }
    Ok(())
}

async fn values(ledger: &dyn Ledger, finding: &Finding, lang: Lang) -> Result<(), Problem> {
    let current = ledger.current_snapshots().await?;
    let mut rows = table(&match lang {
        Lang::Vi => ["Nguồn", "Bản ghi", "Giá trị", "Cập nhật", "Số liệu đến"],
        Lang::En => ["Source", "Record", "Value", "Updated", "Data as of"],
    });
    for value in &finding.values {
        rows.add_row([
            value.source.to_string(),
            value.record_key.clone(),
            shown(value, lang),
            value.updated_on.as_deref().map_or_else(|| "–".into(), |date| lang.date(date)),
            current
                .iter()
                .find(|s| s.source == value.source && s.dataset == value.dataset)
                .map_or_else(|| "–".into(), |s| lang.instant(s.as_of)),
        ]);
    }
    println!("{rows}");
    Ok(())
}

/// Of the records that the finding rests on, those that were given to their person by what else
/// they say.
async fn linked(ledger: &dyn Ledger, finding: &Finding) -> Result<Vec<LinkPair>, Problem> {
    let records: BTreeSet<_> = finding.values.iter().map(|v| (&v.source, v.dataset, &v.record_key)).collect();
    let mut pairs = Vec::new();
    for (source, dataset, record_key) in records {
        let filter = LinkFilter {
            state: Some(LinkState::Linked),
            source: Some(source.to_string()),
            record_key: Some(record_key.clone()),
            limit: None,
        };
        let found = ledger.link_pairs(&filter).await?;
        // A record may speak of several people: of a finding about one, only that one.
        let of_subject =
            |pair: &LinkPair| finding.subject.kind() != "person" || finding.subject.key() == pair.key.person;
        pairs.extend(found.into_iter().filter(|pair| pair.key.dataset == dataset && of_subject(pair)));
    }
    Ok(pairs)
}

/// A value beside the first one, which is the reference.
struct Compared<'a> {
    value: &'a SourceValue,
    reference: Vec<Stretch>,
    own: Vec<Stretch>,
    /// In which form both were compared, where it is not how they are written.
    normal: [Option<String>; 2],
}

fn compared(finding: &Finding) -> Vec<Compared<'_>> {
    let text = |value: &SourceValue| value.value.as_ref().map(|text| text.expose().to_owned());
    let Some((first, others)) = finding.values.split_first() else { return Vec::new() };
    let Some(reference) = text(first) else { return Vec::new() };
    let beside = |value| {
        let own = text(value)?;
        let (of_reference, of_own) = differences(&reference, &own);
        // Values with nothing in common (a day against a word) need no marks.
        let alike = of_own.iter().any(|stretch| !stretch.differs && !stretch.text.trim().is_empty());
        let normal = [normal_form(&finding.field, &reference), normal_form(&finding.field, &own)];
        (reference != own && alike).then_some(Compared { value, reference: of_reference, own: of_own, normal })
    };
    others.iter().filter_map(beside).collect()
}

fn as_object(compared: &Compared<'_>) -> serde_json::Value {
    let stretches =
        |side: &[Stretch]| -> Vec<_> { side.iter().map(|s| json!({"text": s.text, "differs": s.differs})).collect() };
    json!({
        "source": compared.value.source, "record_key": compared.value.record_key,
        "reference": stretches(&compared.reference), "value": stretches(&compared.own),
        "normal_reference": compared.normal[0], "normal_value": compared.normal[1],
    })
}

/// `Nguyễn Văn H[oà]`: readable without colour, and on paper.
fn marked(stretches: &[Stretch]) -> String {
    stretches.iter().map(|s| if s.differs { format!("[{}]", s.text) } else { s.text.clone() }).collect()
}

fn letters(finding: &Finding, lang: Lang) {
    for one in compared(finding) {
        println!("{} ({}):", lang.pick("Khác ở chỗ trong ngoặc vuông", "They differ in brackets"), one.value.source);
        println!("    {}\n    {}", marked(&one.reference), marked(&one.own));
        if let [Some(reference), Some(own)] = &one.normal {
            let said = if reference == own {
                lang.pick("giống nhau khi bỏ dấu và viết thường", "the same without accents and in lower case")
            } else {
                lang.pick("vẫn khác khi bỏ dấu và viết thường", "different also without accents and in lower case")
            };
            println!("    {said}: {reference} / {own}");
        }
    }
}

fn why(rule: &Rule, lang: Lang) {
    println!("{}: {} ({})", lang.pick("Quy tắc", "Rule"), rule.kind, rule.basis);
    for own in &rule.procedures {
        println!(
            "    {} {}: {} ({})",
            lang.pick("Thủ tục", "Procedure"),
            own.codes.join(", "),
            severity(own.severity, lang),
            own.reason
        );
    }
}

fn level(level: Level, lang: Lang) -> &'static str {
    match level {
        Level::Same => lang.pick("giống nhau", "same"),
        Level::Spelling => lang.pick("chỉ khác cách viết", "same but for spelling"),
        Level::Compatible => lang.pick("không mâu thuẫn", "compatible"),
        Level::Different => lang.pick("khác nhau", "different"),
        Level::OnlyHere => lang.pick("chỉ có ở đây", "only here"),
        Level::CouldNotAsk => lang.pick("không hỏi được", "could not ask"),
    }
}
