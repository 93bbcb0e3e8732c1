//! The main job on a made-up province: everything that was planted is found, and nothing else.

use crate::support::{demo, doisoat, json, run, stderr, stdout, text};

#[test]
fn twenty_thousand_people_every_planted_defect_is_found_and_none_is_invented() {
    let report = demo(&["--seed", "7", "--persons", "20000"]);
    let truth = report["truth"].as_object().expect("the truth");
    for (kind, count) in truth {
        assert_eq!((&count["missed"], &count["false"]), (&0.into(), &0.into()), "{kind}: {count}");
    }
    let planted: u64 = truth.values().map(|c| c["planted"].as_u64().unwrap_or(0)).sum();
    let found: u64 = report["findings"].as_object().expect("findings").values().filter_map(|v| v.as_u64()).sum();
    assert!(planted > 500, "only {planted} planted");
    assert_eq!(planted, found);
    for kind in schemas::FindingKind::ALL {
        assert!(truth.contains_key(kind.as_str()), "{kind} was never planted");
    }
    let groups = |kind: &str| kind.parse::<schemas::FindingKind>().expect("a kind").error_group();
    for group in schemas::ErrorGroup::ALL {
        let planted = truth.iter().filter(|(kind, _)| groups(kind) == *group);
        let planted: u64 = planted.map(|(_, count)| count["planted"].as_u64().unwrap_or(0)).sum();
        let sources = report["quality"].as_array().expect("the quality of data");
        let counted: u64 = sources.iter().map(|source| source["groups"][group.as_str()].as_u64().unwrap_or(0)).sum();
        assert_eq!(counted, planted, "{group}");
    }
    let links = &report["link_truth"];
    let number = |key: &str| links[key].as_f64().expect("a number");
    assert!(number("planted") >= 250.0, "{links}");
    assert!(number("precision") >= 0.9999 && number("recall") >= 0.995, "{links}");
    for source in ["civil_status", "land", "one_stop", "commune_files"] {
        let counts = report["links"].as_array().expect("counts").iter().find(|c| c["name"] == source);
        assert!(counts.is_some_and(|c| c["linked"].as_u64() > Some(5)), "{source}: {counts:?}");
    }
}

#[test]
fn the_report_has_the_promised_shape() {
    let report = demo(&["--persons", "600", "--faults", "0.3"]);
    for key in ["run_id", "status", "seconds", "sources", "findings", "findings_digest", "truth"] {
        assert!(!report[key].is_null(), "{key}");
    }
    assert_eq!(report["status"], "complete");
    let sources = report["sources"].as_array().expect("sources");
    let named: Vec<_> = sources.iter().map(|s| (s["name"].as_str(), s["dataset"].as_str())).collect();
    for expected in [
        ("population", "person"),
        ("civil_status", "civil_event"),
        ("civil_status", "dossier"),
        ("land", "land_right"),
        ("one_stop", "dossier"),
        ("commune_files", "person"),
    ] {
        assert!(named.contains(&(Some(expected.0), Some(expected.1))), "{expected:?} is missing from {named:?}");
    }
    for source in sources {
        for key in ["name", "dataset", "status", "requests", "retries", "pages", "records", "quarantined", "as_of"] {
            assert!(!source[key].is_null(), "{key} of {source}");
        }
    }
    let retries: u64 = sources.iter().filter_map(|s| s["retries"].as_u64()).sum();
    assert!(retries > 0, "faults were asked for, so something was retried");
}

#[test]
fn another_province_works_as_well() {
    let report = demo(&["--province", "01", "--persons", "800", "--faults", "0"]);
    assert_eq!((report["province"].as_str(), report["status"].as_str()), (Some("01"), Some("complete")));
    let truth = report["truth"].as_object().expect("the truth");
    assert!(truth.values().all(|c| c["missed"] == 0 && c["false"] == 0), "{truth:?}");
}

#[test]
fn one_citizen_at_a_time_spends_its_quota_and_says_whom_it_could_not_ask() {
    let report = demo_lookup();
    let sources = report["sources"].as_array().expect("sources");
    let population = sources.iter().find(|s| s["name"] == "population").expect("population");
    let answers = &population["answers"];
    let found = answers["found"].as_u64().expect("found");
    assert!(found > 100, "{answers}");
    assert!(answers["could_not_ask"].as_u64().expect("could not ask") > 0, "the quota is smaller than the province");
    assert!(population["requests"].as_u64().expect("requests") <= 500, "the quota holds: {population}");
    // A mosaic never says that somebody is absent.
    assert!(report["findings"]["ID_ALIAS_MISSING"].is_null(), "{}", report["findings"]);
    // Of those who were asked, what was planted is found.
    for kind in ["NAME_DIFF", "DOB_DIFF", "ADDR_STALE_UNIT"] {
        assert!(report["truth"][kind]["found"].as_u64() > Some(0), "{kind}: {}", report["truth"][kind]);
    }
}

fn demo_lookup() -> serde_json::Value {
    demo(&["--population", "lookup", "--persons", "2000", "--faults", "0"])
}

#[test]
fn the_demo_says_in_words_what_it_found_and_how_to_look_further() {
    let folder = tempfile::tempdir().expect("a folder");
    let directory = folder.path().join("demo");
    let output =
        doisoat().args(["demo", "--persons", "500", "--dir", text(&directory)]).output().expect("the demo runs");
    let said = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    for word in ["Dựng tỉnh giả", "Đã cài", "Xem tiếp", "findings list"] {
        assert!(said.contains(word), "{word} is missing from:\n{said}");
    }
    let config = directory.join("doisoat.toml");
    let listed = run(&["findings", "list", "--json", "--config", text(&config)]);
    let found = json(&listed, 0);
    let first = &found.as_array().expect("a list")[0];
    let id = first["finding_id"].as_str().expect("an id");
    let shown = run(&["findings", "show", id, "--config", text(&config)]);
    assert!(stdout(&shown).contains("Việc cần làm"), "{}", stdout(&shown));
    let spelling = ["findings", "list", "--json", "--kind", "NAME_DIACRITIC", "--config", text(&config)];
    let id = json(&run(&spelling), 0)[0]["finding_id"].as_str().expect("an id").to_owned();
    let show = ["findings", "show", &id, "--config", text(&config)];
    let said = stdout(&run(&show));
    for words in ["Khác ở chỗ trong ngoặc vuông", "giống nhau khi bỏ dấu", "Quy tắc: NAME_DIACRITIC (", "Mức khớp"]
    {
        assert!(said.contains(words), "{words} is missing from:\n{said}");
    }
    let marks = json(&run(&[show.as_slice(), &["--json"]].concat()), 0)["differences"].clone();
    let differs = |side: &str| marks[0][side].as_array().expect("stretches").iter().any(|s| s["differs"] == true);
    assert!(differs("reference") && differs("value"), "{marks}");
    let said = stdout(&run(&["quality", "--config", text(&config)]));
    for words in ["nguồn thấp nhất là", "DQI", "Thống nhất", "Nhóm lỗi: 1 thiếu dữ liệu bắt buộc"]
    {
        assert!(said.contains(words), "{words} is missing from:\n{said}");
    }
    for (asked, of_what, cause) in
        [("--source", "nope", "there are: civil_status"), ("--commune", "xyz", "five digits")]
    {
        let output = run(&["quality", asked, of_what, "--lang", "en", "--config", text(&config)]);
        assert_eq!(output.status.code(), Some(3), "{asked} {of_what}");
        let said = stderr(&output);
        assert!(said.contains("[NOT_FOUND]") && said.contains(cause) && said.contains("doisoat quality"), "{said}");
    }
    let land = json(&run(&["quality", "--source", "land", "--json", "--config", text(&config)]), 0);
    let figures: Vec<Option<u64>> =
        land["communes"].as_array().expect("communes").iter().map(|one| one["dqi"].as_u64()).collect();
    assert!(figures.len() > 3 && figures.is_sorted(), "the worst come first: {figures:?}");
    assert_eq!(land["sources"].as_array().map(Vec::len), Some(1), "{}", land["sources"]);
    for name in ["f.csv", "f.xlsx", "f.json"] {
        let file = folder.path().join(name);
        let exported = run(&["findings", "export", "--config", text(&config), "--out", text(&file)]);
        assert_eq!(exported.status.code(), Some(0));
        assert!(std::fs::metadata(&file).expect("the export").len() > 500);
    }
    let runs = json(&run(&["runs", "list", "--json", "--config", text(&config)]), 0);
    assert_eq!(runs.as_array().expect("runs").len(), 1);
}
