use super::*;

fn error(from: &str, to: &str) -> String {
    assert!(EMBEDDED.contains(from), "the rules no longer contain {from}");
    let text = EMBEDDED.replacen(from, to, 1);
    Rules::parse(&text, Path::new("rules.toml")).map(|_| ()).map_err(|e| e.to_string()).expect_err("must be refused")
}

#[test]
fn every_kind_has_one_rule_that_is_switched_on() {
    let rules = Rules::embedded().expect("the embedded rules load");
    for kind in FindingKind::ALL {
        assert_eq!(rules.rule(*kind).kind, *kind);
        assert!(rules.enabled(*kind).is_some(), "{kind}");
    }
}

#[test]
fn what_is_unknown_is_refused_with_its_line() {
    let cases = [
        ("severity = \"note\"", "severity = \"mild\"", "rule.severity: \"mild\" is not allowed here"),
        ("kind = \"NAME_DIFF\"", "kind = \"NAME_DIF\"", "rule.kind: \"NAME_DIF\" is not allowed here"),
        ("check = \"dead_owner\"", "check = \"dead_ownr\"", "rule.when: "),
        ("field = [\"sex\"]", "field = [\"gender\"]", "rule.when: unknown field \"gender\""),
        ("“{reference_value}”", "“{reference_valu}”", "rule.explain_vi: unknown placeholder {reference_valu}"),
        ("wait_days = 10", "wait_nights = 30", "unknown field `wait_nights`"),
        ("level = [\"spelling\"]", "level = [\"speling\"]", "unknown variant `speling`"),
    ];
    for (from, to, expected) in cases {
        let error = error(from, to);
        let line = EMBEDDED[..EMBEDDED.find(from).unwrap_or_default()].matches('\n').count() + 1;
        assert!(error.starts_with(&format!("rules.toml:{line}: ")), "line {line}: {error}");
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_rule_that_cannot_fire_is_refused() {
    let cases = [
        (
            "field = [\"sex\"], level = [\"different\"]",
            "field = [\"sex\"], level = [\"spelling\"]",
            "sex is never Spelling",
        ),
        ("check = \"code_pair\"", "check = \"status_lag\"", "this check finds STATUS_LAG, not DOSSIER_CODE_PAIR"),
        (
            "level = [\"different\"], swap = true",
            "level = [\"compatible\"], swap = true",
            "a swapped date is different",
        ),
        ("field = [\"ethnicity\"]", "field = [\"name\"]", "ETHNIC_CODE does not speak of name"),
        ("check = \"code_pair\"", "check = \"code_pair\", wait_days = 3", "wait_days means nothing here"),
    ];
    for (from, to, expected) in cases {
        let error = error(from, to);
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_rule_hidden_by_an_earlier_one_is_refused() {
    let error = error("level = [\"different\"], swap = true", "level = [\"different\"]");
    assert!(error.contains("can never fire: DOB_SWAP takes all that it would"), "{error}");
}

#[test]
fn two_rules_or_none_for_a_kind_are_refused() {
    let double = error("kind = \"NAME_DIFF\"\n", "kind = \"NAME_DIACRITIC\"\n");
    assert!(double.contains("NAME_DIACRITIC has a rule already"), "{double}");
    let at = EMBEDDED.rfind("[[rule]]").expect("rules");
    let none = Rules::parse(&EMBEDDED[..at], Path::new("rules.toml")).map(|_| ()).map_err(|e| e.to_string());
    assert!(none.expect_err("must be refused").contains("has no rule"));
}

#[test]
fn a_next_step_that_carries_a_citizens_data_is_refused() {
    let at = EMBEDDED.find("next_vi = \"").expect("a next step");
    let text = format!("{}next_vi = \"{{value}} \" # {}", &EMBEDDED[..at], &EMBEDDED[at..]);
    let error =
        Rules::parse(&text, Path::new("r")).map(|_| ()).map_err(|e| e.to_string()).expect_err("must be refused");
    assert!(error.contains("a next step must not carry"), "{error}");
}

#[test]
fn the_owner_is_the_agency_behind_the_deviating_source() {
    assert_eq!(Owner::Source.word(SourceKind::Land), "land");
    assert_eq!(Owner::Source.word(SourceKind::Files), "commune");
    assert_eq!(Owner::Population.word(SourceKind::Land), "population");
}

#[test]
fn a_procedure_may_make_a_mismatch_more_serious_and_any_other_leaves_it() {
    let rules = Rules::embedded().expect("the embedded rules load");
    let marital = rules.rule(FindingKind::MaritalStale);
    assert_eq!(marital.severity_for(Some("1.000894")), Severity::Stop);
    assert_eq!(marital.severity_for(Some("1.012784")), Severity::Check);
    assert_eq!(marital.severity_for(None), Severity::Check);
}

#[test]
fn a_severity_for_a_procedure_is_refused_where_it_could_not_matter() {
    let from = "code = [\"1.000894\", \"1.004873\"], severity = \"stop\"";
    let cases = [
        ("code = [\"1.000894\", \"1.004873\"], severity = \"check\"", "says nothing new: the rule is \"check\" anyway"),
        ("code = [], severity = \"stop\"", "needs the codes of procedures and a reason"),
        ("code = [\"1.000894\"], severity = \"grave\"", "\"grave\" is not allowed here"),
    ];
    for (to, expected) in cases {
        let error = error(from, to);
        assert!(error.contains(expected), "{error}");
    }
    let text = EMBEDDED.replacen("\"1.000894\", \"1.004873\"", "\"1.000894\", \"9.999999\"", 1);
    let rules = Rules::parse(&text, Path::new("rules.toml")).expect("well formed");
    let catalogue = Procedures::embedded().expect("the catalogue");
    let error = rules.check_procedures(&catalogue, Path::new("rules.toml")).expect_err("refused").to_string();
    assert!(error.contains("can never be used: 9.999999 is not in the catalogue"), "{error}");
    let line = text[..text.find("9.999999").expect("there")].matches('\n').count() + 1;
    assert!(error.starts_with(&format!("rules.toml:{line}: ")), "{error}");
}
