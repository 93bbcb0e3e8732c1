//! Rows without a usable number through the engine: each case a small world with what must come.
//!
//! Around each world stands a population of strangers, so that frequencies and weights are those
//! of a province and not of three people.

use super::world::{self, ScenarioRow, context, run_with};
use reconcile::{Decided, Decisions, Links, OfficerDecision, RecordRef, findings_digest};
use schemas::record::PersonRecord;
use schemas::{Dataset, SourceId};
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub name: String,
    pub row: Vec<ScenarioRow>,
    decide: Option<Decide>,
    #[serde(default)]
    linked: Vec<String>,
    #[serde(default)]
    doubt: Vec<String>,
    /// Rows of one person that the population does not have, joined by spaces.
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    findings: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    record: String,
    person: String,
    said: Decided,
    /// What the record said when the officer looked.
    before: Option<Before>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Before {
    birth_date: String,
}

pub fn cases() -> Vec<Case> {
    world::cases(include_str!("../data/links/cases.toml"))
}

/// Two thousand made-up people who are nobody's in any case.
pub fn strangers() -> Vec<ScenarioRow> {
    const FAMILY: [&str; 8] = ["NGUYỄN", "TRẦN", "LÊ", "HOÀNG", "PHẠM", "GIÀNG", "NÔNG", "BÀN"];
    const MIDDLE: [&str; 5] = ["VĂN", "THỊ", "ĐỨC", "NGỌC", "XUÂN"];
    const GIVEN: [&str; 9] = ["HÙNG", "HÒA", "THỦY", "QUÝ", "ĐÀO", "ÁNH", "THẮNG", "MỸ", "DŨNG"];
    let context = context(false);
    let communes = context.catalogue.communes_of(context.province);
    let row = |n: usize| {
        let female = n % 5 == 1;
        let year = 1950 + n % 60;
        let person = PersonRecord {
            personal_id: Some(format!("099{}{:02}{:06}", u8::from(female), year % 100, 500_000 + n)),
            old_id: Some(format!("9907{:05}", n)),
            name: Some(format!("{} {} {}", FAMILY[n % 8], MIDDLE[n % 5], GIVEN[n / 3 % 9])),
            sex: Some(if female { "f" } else { "m" }.into()),
            birth_date: Some(format!("{year}-{:02}-{:02}", n / 7 % 12 + 1, n / 11 % 28 + 1)),
            residence_commune: Some(communes[n / 5 % communes.len()].to_string()),
            mother_name: Some(format!("{} THỊ {}", FAMILY[n / 9 % 8], GIVEN[n / 2 % 9])),
            father_name: Some(format!("{} VĂN {}", FAMILY[n % 8], GIVEN[n / 4 % 9])),
            ..PersonRecord::default()
        };
        ScenarioRow::population(format!("s{n}"), person)
    };
    (0..2000).map(row).collect()
}

fn record(text: &str) -> RecordRef {
    let (front, part) = text.rsplit_once('/').expect("a part");
    let (source, key) = front.split_once('/').expect("a source");
    let dataset = match source {
        "civil_status" => Dataset::CivilEvent,
        "land" => Dataset::LandRight,
        "one_stop" => Dataset::Dossier,
        _ => Dataset::Person,
    };
    let source = SourceId::parse(source).expect("a source");
    RecordRef { source, dataset, record_key: key.to_owned(), part: part.parse().expect("a number") }
}

fn shown(record: &RecordRef, person: &str) -> String {
    format!("{}/{}/{} {person}", record.source, record.record_key, record.part)
}

fn of(case: &Case, links: &Links) -> [BTreeSet<String>; 2] {
    let wanted = |record: &RecordRef| case.row.iter().any(|row| row.key == record.record_key);
    let linked = links.linked().map(|row| row.pair);
    let texts = |pairs: Vec<reconcile::PairShown>| {
        pairs.into_iter().filter(|p| wanted(&p.record)).map(|p| shown(&p.record, &p.person)).collect()
    };
    [texts(linked.collect()), texts(links.doubts().collect())]
}

/// The digest of the compared values, as the engine shows it for a pair without a decision.
fn values_digest(rows: &[&ScenarioRow], record: &RecordRef, person: &str) -> String {
    let links = run_with(context(false), rows, 1, Decisions::new()).1;
    let mut pairs = links.linked().map(|row| row.pair).chain(links.doubts());
    pairs.find(|p| p.record == *record && p.person == person).expect("the pair is shown").values_digest.clone()
}

pub fn decisions(case: &Case, strangers: &[ScenarioRow]) -> Decisions {
    let Some(decide) = &case.decide else { return Decisions::new() };
    let record = record(&decide.record);
    let earlier: Vec<ScenarioRow> = case
        .row
        .iter()
        .map(|row| match &decide.before {
            Some(before) if row.key == record.record_key => row.born_on(&before.birth_date),
            _ => row.clone(),
        })
        .collect();
    let rows: Vec<&ScenarioRow> = earlier.iter().chain(strangers).collect();
    let values_digest = values_digest(&rows, &record, &decide.person);
    [((record, decide.person.clone()), OfficerDecision { said: decide.said, values_digest })].into()
}

#[test]
fn every_case_links_doubts_and_finds_exactly_what_it_says() {
    let (context, strangers) = (context(false), strangers());
    let mut wrong = Vec::new();
    for case in cases() {
        let decisions = decisions(&case, &strangers);
        let rows: Vec<&ScenarioRow> = case.row.iter().chain(&strangers).collect();
        let (findings, links) = run_with(context, &rows, 4, decisions.clone());
        let set = |texts: &[String]| texts.iter().cloned().collect::<BTreeSet<_>>();
        let found: BTreeSet<String> = findings
            .iter()
            .map(|f| format!("{} {} {} {}", f.kind, f.subject.as_str(), f.field, f.source))
            .filter(|text| case.row.iter().any(|row| text.contains(&row.source)) && !text.ends_with("population"))
            .collect();
        let [linked, doubt] = of(&case, &links);
        let name = |r: &RecordRef| format!("{}/{}/{}", r.source, r.record_key, r.part);
        let groups = links.groups.iter().map(|rows| rows.iter().map(name).collect::<Vec<_>>().join(" ")).collect();
        for (what, found, expected) in [
            ("linked", &linked, set(&case.linked)),
            ("doubt", &doubt, set(&case.doubt)),
            ("groups", &groups, set(&case.groups)),
            ("findings", &found, set(&case.findings)),
        ] {
            if *found != expected {
                let steps: Vec<_> = links.doubts().chain(links.linked().map(|l| l.pair)).take(2).collect();
                wrong.push(format!("{}: {what} {found:?}, expected {expected:?}\n  {steps:?}", case.name));
            }
        }
        if case.decide.as_ref().is_some_and(|decide| decide.before.is_some()) {
            assert_eq!(links.reopened.len(), 1, "{}", case.name);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_residence_is_shown_by_its_unit_and_by_what_is_written_where_it_names_none() {
    let strangers = strangers();
    let case = cases().into_iter().find(|case| case.name.starts_with("a row without a number is")).expect("a case");
    let shown = |commune: Option<&str>, detail: Option<&str>| {
        let mut rows = case.row.clone();
        for person in rows.iter_mut().filter_map(|row| row.person.as_mut()) {
            person.residence_commune = commune.map(str::to_owned);
            person.residence_detail = detail.map(str::to_owned);
        }
        let rows: Vec<&ScenarioRow> = strangers.iter().chain(&rows).collect();
        let links = run_with(context(false), &rows, 1, Decisions::new()).1;
        let mut pairs = links.linked().map(|row| row.pair).chain(links.doubts());
        let pair = pairs.find(|pair| pair.person == "099085000123").expect("the pair");
        let place = pair.steps.iter().find(|step| step.field == "commune").expect("the commune");
        (place.record.clone(), place.person.clone(), pair.values_digest.clone())
    };
    let without = shown(Some("02215"), None);
    assert!(without.0.is_some() && without.0 == without.1, "{without:?}");
    for detail in ["Thôn Thử", "Số 3, Tổ 5, Thôn Thử"] {
        assert_eq!(shown(Some("02215"), Some(detail)), without, "{detail}");
        let written = Some(detail.to_owned());
        let (record, person, _) = shown(None, Some(detail));
        assert_eq!((record, person), (written.clone(), written));
    }
}

#[test]
fn links_model_and_findings_are_the_same_bytes_in_any_order_of_rows() {
    let (context, strangers) = (context(false), strangers());
    for (number, case) in cases().iter().enumerate() {
        let decisions = decisions(case, &strangers);
        let mut rows: Vec<&ScenarioRow> = case.row.iter().chain(&strangers).collect();
        let (findings, links) = run_with(context, &rows, 1, decisions.clone());
        let turn = number * 71 % rows.len();
        rows.rotate_left(turn);
        rows.reverse();
        let again = run_with(context, &rows, 1 << (number % 4), decisions);
        assert_eq!(findings_digest(&again.0, 1), findings_digest(&findings, 2), "{}", case.name);
        assert!(again.1 == links, "{}", case.name);
    }
}

#[test]
fn the_model_holds_weights_and_digests_and_no_value_of_anybody() {
    let (context, strangers, cases) = (context(false), strangers(), cases());
    let rows: Vec<&ScenarioRow> = cases[0].row.iter().chain(&strangers).collect();
    let model = run_with(context, &rows, 1, Decisions::new()).1.model().expect("learned");
    let json: serde_json::Value = serde_json::from_str(&model).expect("JSON");
    for key in ["version", "spec_digest", "frequencies_digest", "found", "comparisons", "rows", "people"] {
        assert!(!json[key].is_null(), "{key}");
    }
    assert!(!model.to_lowercase().contains("mẫu") && !model.contains("099085"));
}

#[test]
fn where_every_row_has_its_number_nothing_is_searched_or_learned() {
    let context = context(false);
    let strangers = strangers();
    let rows: Vec<&ScenarioRow> = strangers.iter().take(50).collect();
    let links = run_with(context, &rows, 1, Decisions::new()).1;
    assert_eq!((links.model(), links.counts.len()), (None, 0));
}
