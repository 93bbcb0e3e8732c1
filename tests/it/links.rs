//! Records without a usable number, as an officer meets them: reviewed, shown, decided.

use crate::support::{Sandbox, json, run, stderr, stdout, text};
use serde_json::Value;

/// A small province in which one new-born without a number looks like somebody else.
const WORLD: [&str; 8] = ["--persons", "2000", "--seed", "1", "--defects", "4", "--faults", "0"];

fn night(sandbox: &Sandbox) -> Value {
    json(&sandbox.run().output().expect("runs"), 0)
}

fn sum(report: &Value, key: &str) -> u64 {
    report["links"].as_array().expect("counts").iter().filter_map(|count| count[key].as_u64()).sum()
}

/// The page of a finding that rests on a record which was given to its person without a number.
fn because_of_a_link(config: &[&str]) -> String {
    let findings = |arguments: &[&str]| run(&[&["findings"], arguments, config].concat());
    let bad = json(&findings(&["list", "--kind", "ID_BAD_FORMAT", "--limit", "0", "--json"]), 0);
    let ids = bad.as_array().expect("findings").iter().filter_map(|finding| finding["finding_id"].as_str());
    let rests = |id: &&str| {
        let links = &json(&findings(&["show", id, "--json"]), 0)["links"];
        links.as_array().is_some_and(|links| links.iter().any(|pair| pair["state"] == "linked"))
    };
    let id = ids.clone().find(rests).expect("one rests on a link");
    stdout(&findings(&["show", id]))
}

#[test]
fn a_pair_in_doubt_is_reviewed_shown_and_decided_and_the_decision_counts_in_the_next_run() {
    let sandbox = Sandbox::serve(&WORLD);
    let settings = sandbox.settings();
    let config = ["--config", text(&settings)];
    let links = |arguments: &[&str]| run(&[&["links"], arguments, &config].concat());
    let first = night(&sandbox);
    assert!(sum(&first, "in_doubt") > 0, "{}", first["links"]);
    let parts: u64 = ["linked", "in_doubt", "unlinked"].iter().map(|key| sum(&first, key)).sum();
    assert_eq!(parts, sum(&first, "without_number"));

    let listed = json(&links(&["review", "--json"]), 0);
    let pair = &listed.as_array().expect("pairs")[0];
    let (record, person) = (pair["record"].as_str().expect("a name"), pair["person"].as_str().expect("a number"));
    let probability = pair["probability"].as_f64().expect("a number");
    assert!((0.05..1.0).contains(&probability), "{probability}");
    let table = stdout(&links(&["review"]));
    assert!(table.contains(record) && !table.contains(person), "the number is masked in lists:\n{table}");
    let shown = stdout(&links(&["show", record, person]));
    for word in ["họ tên", "ngày sinh", "Tổng", person] {
        assert!(shown.contains(word), "{word}:\n{shown}");
    }

    let because = because_of_a_link(&config);
    assert!(because.contains("vì sao là của người này") && because.contains("họ tên"), "{because}");

    let decide =
        |said: &str| links(&["decide", record, person, said, "--officer", "canbo1", "--reason", "đã xem giấy tờ"]);
    assert_eq!(decide("same").status.code(), Some(0));
    sandbox.bring_files_back();
    let second = night(&sandbox);
    assert_eq!((sum(&second, "by_decision"), sum(&second, "linked")), (1, sum(&first, "linked") + 1));
    assert_eq!(decide("not-same").status.code(), Some(0));
    sandbox.bring_files_back();
    let third = night(&sandbox);
    assert_eq!((sum(&third, "by_decision"), sum(&third, "linked")), (0, sum(&first, "linked")));
    let left = json(&links(&["review", "--json"]), 0);
    assert!(
        left.as_array()
            .expect("pairs")
            .iter()
            .all(|p| (&p["record"], &p["person"]) != (&pair["record"], &pair["person"]))
    );
    assert_eq!(third["findings_digest"], first["findings_digest"], "what is in doubt changes no finding");

    let unknown = links(&["show", "land/nothing"]);
    assert_eq!(unknown.status.code(), Some(3));
    assert!(stderr(&unknown).contains("LINK_PAIR"), "{}", stderr(&unknown));
}
