//! `doisoat links`: rows without a usable number that need an officer's eye.

use super::args::{LinksAction, LinksArgs, SaidOfPair};
use super::table::table;
use crate::Lang;
use crate::problem::Problem;
use crate::workspace::{connect, load_settings};
use jiff::Timestamp;
use reconcile::LinkStep;
use schemas::Subject;
use serde_json::json;
use std::path::Path;
use store::Ledger;
use store::ledger::{LinkDecision, LinkFilter, LinkPair, LinkState};

pub async fn run(config: Option<&Path>, args: LinksArgs, lang: Lang) -> Result<u8, Problem> {
    let loaded = load_settings(config)?;
    let ledger = connect(&loaded.settings).await?;
    ledger.migrate().await?;
    match args.action {
        LinksAction::Review { source, limit, json } => {
            let filter = LinkFilter { state: Some(LinkState::Doubt), source, limit: limit_of(limit), ..all() };
            let pairs = ledger.link_pairs(&filter).await?;
            if json { print_json(&pairs)? } else { print_list(&pairs, lang)? }
        }
        LinksAction::Show { record, person, json } => {
            let pairs = of_record(&*ledger, &record, person.as_deref()).await?;
            if json { print_json(&pairs)? } else { pairs.iter().try_for_each(|pair| print_pair(pair, lang))? }
        }
        LinksAction::Decide { record, person, said, officer, reason } => {
            let pairs = of_record(&*ledger, &record, Some(&person)).await?;
            let [pair] = pairs.as_slice() else {
                let cause = format!("{record}: {} pairs; name one as SOURCE/RECORD#PART", pairs.len());
                return Err(Problem::usage("LINK_PAIR", cause));
            };
            let decision = LinkDecision {
                key: pair.key.clone(),
                same: said == SaidOfPair::Same,
                officer,
                reason,
                decided_at: Timestamp::now(),
                values_digest: pair.values_digest.clone(),
            };
            ledger.decide_link(&decision).await?;
            println!(
                "{}",
                lang.pick(
                    "Đã ghi nhận; có hiệu lực từ lượt chạy sau, cho đến khi một giá trị đã so thay đổi.",
                    "Noted; it counts from the next run on, until a compared value changes."
                )
            );
        }
    }
    ledger.close().await;
    Ok(0)
}

fn all() -> LinkFilter {
    LinkFilter::default()
}

fn limit_of(limit: i64) -> Option<i64> {
    (limit > 0).then_some(limit)
}

/// As `review` prints it: source, record key, and the part where it is not the first.
fn name(pair: &LinkPair) -> String {
    let part = if pair.key.part == 0 { String::new() } else { format!("#{}", pair.key.part) };
    format!("{}/{}{part}", pair.key.source, pair.key.record_key)
}

/// The pairs of a record, `SOURCE/RECORD` or `SOURCE/RECORD#PART`.
async fn of_record(ledger: &dyn Ledger, record: &str, person: Option<&str>) -> Result<Vec<LinkPair>, Problem> {
    let Some((source, key)) = record.split_once('/') else {
        return Err(Problem::usage("USAGE", format!("{record}: RECORD is SOURCE/RECORD_KEY, as in `links review`")));
    };
    let (key, part) = match key.rsplit_once('#').map(|(key, part)| (key, part.parse::<u16>())) {
        Some((key, Ok(part))) => (key, Some(part)),
        _ => (key, None),
    };
    let filter = LinkFilter { source: Some(source.to_owned()), record_key: Some(key.to_owned()), ..all() };
    let mut pairs = ledger.link_pairs(&filter).await?;
    pairs.retain(|pair| {
        part.is_none_or(|part| pair.key.part == part) && person.is_none_or(|person| pair.key.person == person)
    });
    if pairs.is_empty() {
        let cause = format!("no pair of the newest run has the record {record} and this person");
        return Err(Problem::failed("LINK_PAIR", cause));
    }
    Ok(pairs)
}

fn steps(pair: &LinkPair) -> Result<Vec<LinkStep>, Problem> {
    serde_json::from_str(&pair.steps).map_err(|e| Problem::failed("LEDGER", e.to_string()))
}

fn print_json(pairs: &[LinkPair]) -> Result<(), Problem> {
    let mut rows = Vec::with_capacity(pairs.len());
    for pair in pairs {
        rows.push(json!({
            "record": name(pair), "source": pair.key.source, "dataset": pair.key.dataset,
            "record_key": pair.key.record_key, "part": pair.key.part, "person": pair.key.person,
            "state": pair.state.as_str(), "probability": pair.probability, "run_id": pair.run_id,
            "values_digest": pair.values_digest, "steps": steps(pair)?,
        }));
    }
    println!("{}", serde_json::Value::from(rows));
    Ok(())
}

fn print_list(pairs: &[LinkPair], lang: Lang) -> Result<(), Problem> {
    let mut rows = table(&match lang {
        Lang::Vi => ["Bản ghi", "Người", "Xác suất", "Giống", "Khác"],
        Lang::En => ["Record", "Person", "Probability", "Speaks for", "Speaks against"],
    });
    for pair in pairs {
        let steps = steps(pair)?;
        let fields = |wanted: fn(f64) -> bool| {
            let of = steps.iter().filter(|step| step.level.is_some() && wanted(step.bits));
            of.map(|step| field(&step.field, lang)).collect::<Vec<_>>().join(", ")
        };
        rows.add_row([
            name(pair),
            masked(&pair.key.person),
            format!("{} %", lang.decimal(pair.probability * 100.0)),
            fields(|bits| bits > 0.0),
            fields(|bits| bits < 0.0),
        ]);
    }
    println!("{rows}");
    println!("{} {}", lang.number(pairs.len() as u64), lang.pick("cặp cần người xem", "pairs for people to look at"));
    Ok(())
}

fn masked(person: &str) -> String {
    Subject::person(person).masked()
}

/// The waterfall: bits for and against, field by field.
fn print_pair(pair: &LinkPair, lang: Lang) -> Result<(), Problem> {
    println!("{} ↔ {}: {} %", name(pair), pair.key.person, lang.decimal(pair.probability * 100.0));
    let mut rows = table(&match lang {
        Lang::Vi => ["So", "Mức", "Bit", "Bản ghi", "Dân cư"],
        Lang::En => ["Field", "Level", "Bits", "Record", "Population"],
    });
    let mut sum = 0.0;
    for step in steps(pair)? {
        sum += step.bits;
        let shown = |value: Option<String>| value.unwrap_or_else(|| "–".into());
        rows.add_row([
            field(&step.field, lang).to_owned(),
            shown(step.level.as_deref().map(|level| self::level(level, lang).to_owned())),
            format!("{:+.1}", step.bits),
            shown(step.record),
            shown(step.person),
        ]);
    }
    rows.add_row([
        lang.pick("Tổng", "Sum").to_owned(),
        String::new(),
        format!("{sum:+.1}"),
        String::new(),
        String::new(),
    ]);
    println!("{rows}");
    Ok(())
}

fn field(field: &str, lang: Lang) -> &str {
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

fn level(level: &str, lang: Lang) -> &str {
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
