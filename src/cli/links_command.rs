//! `doisoat links`: rows without a usable number that need an officer's eye.

use super::args::{LinksAction, LinksArgs, SaidOfPair};
use super::table::table;
use super::waterfall::{as_object, name, print_pair, steps};
use crate::Lang;
use crate::check::wording::step_field_words;
use crate::problem::Problem;
use crate::workspace::{connect, load_settings};
use jiff::Timestamp;
use schemas::Subject;
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

fn print_json(pairs: &[LinkPair]) -> Result<(), Problem> {
    let rows: Vec<_> = pairs.iter().map(as_object).collect::<Result<_, _>>()?;
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
            of.map(|step| step_field_words(&step.field, lang)).collect::<Vec<_>>().join(", ")
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
