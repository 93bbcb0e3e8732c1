//! A row without a usable number and its person: field by field, what speaks for one person and
//! what against.

use super::table::table;
use crate::Lang;
use crate::problem::Problem;
use reconcile::LinkStep;
use serde_json::json;
use store::ledger::LinkPair;

/// As `review` prints it: source, record key, and the part where it is not the first.
pub fn name(pair: &LinkPair) -> String {
    let part = if pair.key.part == 0 { String::new() } else { format!("#{}", pair.key.part) };
    format!("{}/{}{part}", pair.key.source, pair.key.record_key)
}

pub fn steps(pair: &LinkPair) -> Result<Vec<LinkStep>, Problem> {
    serde_json::from_str(&pair.steps).map_err(|e| Problem::failed("LEDGER", e.to_string()))
}

pub fn as_object(pair: &LinkPair) -> Result<serde_json::Value, Problem> {
    Ok(json!({
        "record": name(pair), "source": pair.key.source, "dataset": pair.key.dataset,
        "record_key": pair.key.record_key, "part": pair.key.part, "person": pair.key.person,
        "state": pair.state.as_str(), "probability": pair.probability, "run_id": pair.run_id,
        "values_digest": pair.values_digest, "steps": steps(pair)?,
    }))
}

/// The waterfall: bits for and against, field by field.
pub fn print_pair(pair: &LinkPair, lang: Lang) -> Result<(), Problem> {
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

/// A compared field, in words.
pub fn field(field: &str, lang: Lang) -> &str {
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
pub fn level(level: &str, lang: Lang) -> &str {
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
