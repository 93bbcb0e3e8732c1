//! Verdicts: each case a few answers and findings with what the clerk must be told.

use config::SourceKind;
use config::procedures::Procedures;
use config::rules::Rules;
use jiff::Timestamp;
use reconcile::verdict::{AnswerState, Death, Decided, Judging, Said, SourceAnswer, verdict};
use schemas::{Finding, Level, Sensitive, SourceId, Subject};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    procedure: Option<String>,
    answer: Vec<String>,
    /// The day of a death that civil status has registered.
    death: Option<String>,
    #[serde(default)]
    finding: Vec<String>,
    /// For each finding `-`, or what was said of it, with `*` where it was said by somebody who may
    /// lift a stop.
    #[serde(default)]
    decision: Vec<String>,
    conclusion: String,
    #[serde(default)]
    conflicts: Vec<usize>,
    #[serde(default)]
    decided: Vec<usize>,
    #[serde(default)]
    notes: Vec<usize>,
    #[serde(default)]
    aside: Vec<usize>,
    #[serde(default)]
    caveats: Vec<String>,
    /// Where the case says it.
    in_the_way: Option<usize>,
}

fn words<const N: usize>(text: &str) -> [&str; N] {
    let words: Vec<&str> = text.split(' ').collect();
    words.try_into().unwrap_or_else(|_| panic!("{text}"))
}

fn answer(text: &str) -> SourceAnswer {
    let [source, state, age] = words(text);
    let kind = match source {
        "population" => SourceKind::Population,
        "civil_status" => SourceKind::CivilStatus,
        "land" => SourceKind::Land,
        "one_stop" => SourceKind::OneStop,
        _ => SourceKind::Files,
    };
    let state = match state {
        "found" => AnswerState::Found,
        "not_found" => AnswerState::NotFound,
        _ => AnswerState::CouldNotAsk,
    };
    let as_of = (state != AnswerState::CouldNotAsk).then_some(Timestamp::UNIX_EPOCH);
    SourceAnswer { source: SourceId::parse(source).expect("a source"), kind, state, as_of, stale: age == "stale" }
}

fn finding(rules: &Rules, text: &str) -> Finding {
    let [kind, subject, field, source] = words(text);
    let kind = kind.parse().expect("a kind");
    let rule = rules.rule(kind);
    Finding {
        kind,
        severity: rule.severity,
        subject: Subject::from(subject.to_owned()),
        field: field.to_owned(),
        source: SourceId::parse(source).expect("a source"),
        unit: None,
        level: Level::Different,
        values: Vec::new(),
        suggestion: None,
        owner: "source".to_owned(),
        explanation_vi: Sensitive::new(String::new()),
        explanation_en: Sensitive::new(String::new()),
        next_step_vi: String::new(),
        next_step_en: String::new(),
    }
}

fn decision(text: &str) -> Option<Decided> {
    let lifts_stop = text.ends_with('*');
    Said::parse(text.trim_end_matches('*')).map(|said| Decided { said, lifts_stop })
}

#[test]
fn every_case_is_told_what_the_table_says() {
    let (rules, procedures) = (Rules::embedded().expect("rules"), Procedures::embedded().expect("procedures"));
    for case in super::world::cases::<Case>(include_str!("../data/verdicts.toml")) {
        let findings: Vec<Finding> = case.finding.iter().map(|text| finding(&rules, text)).collect();
        let answers: Vec<SourceAnswer> = case.answer.iter().map(|text| answer(text)).collect();
        let code = case.procedure.as_deref();
        let source = SourceId::parse("civil_status").expect("a source");
        let death = case.death.clone().map(|date| Death { source, date: Some(date) });
        let decisions: Vec<Option<Decided>> = case.decision.iter().map(|text| decision(text)).collect();
        let said = verdict(Judging {
            rules: &rules,
            code,
            procedure: code.and_then(|code| procedures.get(code)),
            findings: &findings,
            decisions: &decisions,
            answers: &answers,
            death,
        });
        let json = serde_json::to_value(&said).expect("JSON");
        assert_eq!(json["conclusion"], case.conclusion, "{}: {json}", case.name);
        assert!(case.in_the_way.is_none_or(|count| count == said.in_the_way()), "{}: {}", case.name, said.in_the_way());
        assert_eq!((said.conflicts, said.notes, said.aside), (case.conflicts, case.notes, case.aside), "{}", case.name);
        assert_eq!(said.decided, case.decided, "{}", case.name);
        let caveats: Vec<&str> =
            json["caveats"].as_array().expect("a list").iter().filter_map(|caveat| caveat["what"].as_str()).collect();
        assert_eq!(caveats, case.caveats, "{}", case.name);
    }
}
