//! One citizen or one case, as a clerk asks: every way of asking leads to the same person, the
//! verdict is the night's, and it needs no source to be up.

use crate::support::{Sandbox, json, run, stderr, stdout, text};
use serde_json::Value;

const WORLD: [&str; 8] = ["--persons", "3000", "--seed", "3", "--defects", "8", "--faults", "0"];
const NOW: &str = "2026-11-24T15:00:00Z";

/// A province after its night, whose sources are gone.
struct Province {
    _folder: tempfile::TempDir,
    config: String,
}

impl Province {
    fn after_a_night() -> Self {
        let mut sandbox = Sandbox::serve(&WORLD);
        json(&sandbox.run().output().expect("runs"), 0);
        let config = text(&sandbox.settings()).to_owned();
        let folder = std::mem::replace(&mut sandbox.folder, tempfile::tempdir().expect("a folder"));
        Self { _folder: folder, config }
    }

    fn check(&self, what: &[&str]) -> std::process::Output {
        let rest = ["--officer", "canbo1", "--as-if", NOW, "--config", &self.config];
        run(&[&["check"], what, &rest].concat())
    }

    fn checked(&self, what: &[&str], code: i32) -> Value {
        json(&self.check(&[what, &["--json"]].concat()), code)
    }

    /// The first finding of a kind, with its values.
    fn finding(&self, kind: &str) -> Value {
        let list = run(&["findings", "list", "--kind", kind, "--json", "--config", &self.config]);
        let id = json(&list, 0)[0]["finding_id"].as_str().expect("there is one").to_owned();
        json(&run(&["findings", "show", &id, "--json", "--config", &self.config]), 0)
    }
}

fn key(finding: &Value) -> String {
    finding["subject"].as_str().and_then(|subject| subject.split_once(':')).expect("a subject").1.to_owned()
}

fn kinds(checked: &Value, group: &str) -> Vec<String> {
    let places = checked["verdict"][group].as_array().expect("places").iter().filter_map(Value::as_u64);
    places.map(|at| checked["findings"][at as usize]["kind"].as_str().expect("a kind").to_owned()).collect()
}

#[test]
fn a_clerk_gets_the_nights_verdict_however_the_citizen_is_asked_for_and_with_no_source_up() {
    let province = Province::after_a_night();

    // A conflict stops; its page tells why, what to do, and who corrects it.
    let dead = key(&province.finding("DEAD_OWNER"));
    let stopped = province.checked(&[&dead], 1);
    assert_eq!(stopped["verdict"]["conclusion"], "stop");
    assert!(kinds(&stopped, "conflicts").contains(&"DEAD_OWNER".to_owned()), "{}", stopped["verdict"]);
    let page = province.check(&[&dead]);
    assert_eq!(page.status.code(), Some(1));
    let page = stdout(&page);
    assert!(page.starts_with("DỪNG: "), "{page}");
    for word in ["văn phòng đăng ký đất đai", "Giấy chứng nhận", "Khai tử", "Dân cư", "Đã đăng ký khai tử"]
    {
        assert!(page.contains(word), "{word}:\n{page}");
    }

    // The same person by number, card, name with birth date, and certificate.
    let record = |dataset: &str| {
        stopped["records"].as_array().expect("records").iter().find(|r| r["dataset"] == dataset).expect("one").clone()
    };
    let field = |name: &str| {
        let fields = stopped["fields"].as_array().expect("fields");
        let field = fields.iter().find(|field| field["field"] == name).expect("a field");
        field["values"][0]["shown_vi"].as_str().expect("a value").to_owned()
    };
    let card = format!("{dead}||{}|||", field("name"));
    let serial = record("land_right")["thing"]["serial"].as_str().expect("a serial").to_owned();
    let year = field("birth_date").rsplit('/').next().expect("a year").to_owned();
    for what in [
        vec![card.as_str()],
        vec![serial.as_str()],
        vec![&field("name"), &field("birth_date")],
        vec![&field("name"), &year],
    ] {
        let again = province.checked(&what, 1);
        assert_eq!(again["person"], dead.as_str(), "{what:?}");
        assert_eq!(again["findings"], stopped["findings"], "{what:?}");
    }

    // A cancelled number and a CMND lead to the number of now; that alone stops nobody.
    let reissued = province.finding("ID_REISSUED");
    let former = reissued["values"][1]["value"].as_str().expect("the old number").to_owned();
    let now = province.check(&[&former, "--json"]);
    let now: Value = serde_json::from_str(&stdout(&now)).expect("JSON");
    assert_eq!((now["person"].as_str(), now["former_number"].as_str()), (Some(&*key(&reissued)), Some(&*former)));
    assert!(kinds(&now, "notes").contains(&"ID_REISSUED".to_owned()), "{}", now["verdict"]);
    let nine = province.finding("ID_9_VS_12");
    let cmnd = nine["values"][1]["value"].as_str().expect("the CMND").to_owned();
    let found = province.check(&[&cmnd, "--json"]);
    let found: Value = serde_json::from_str(&stdout(&found)).expect("JSON");
    assert_eq!(found["person"], key(&nine));

    // A case is judged for its own procedure.
    let case = key(&province.finding("DEAD_ACTIVE_DOSSIER"));
    let judged = province.checked(&[&case], 1);
    assert_eq!(judged["case"], case.as_str());
    assert!(judged["procedure"]["code"].as_str().is_some_and(|code| code.contains('.')), "{}", judged["procedure"]);
    assert!(kinds(&judged, "conflicts").contains(&"DEAD_ACTIVE_DOSSIER".to_owned()), "{}", judged["verdict"]);

    // What land writes is no matter of a marriage, and what nobody has is said to be nowhere.
    let married = province.check(&[&dead, "--procedure", "1.000894", "--json"]);
    let married: Value = serde_json::from_str(&stdout(&married)).expect("JSON");
    assert_eq!(married["verdict"]["conclusion"], "stop", "nobody marries whose death is registered");
    assert!(kinds(&married, "aside").contains(&"DEAD_OWNER".to_owned()), "{}", married["verdict"]);
    let nobody = province.checked(&["099000000001"], 2);
    assert_eq!(nobody["verdict"]["caveats"][0]["what"], "nowhere");

    // A line that is nothing is an error with a next step, and nothing is looked at.
    let nothing = province.check(&["Nguyễn"]);
    assert_eq!(nothing.status.code(), Some(64));
    assert!(stderr(&nothing).contains("QUESTION"), "{}", stderr(&nothing));

    // Every look is in the log, before and after, without a number.
    let log = run(&["audit", "list", "--json", "--limit", "1000", "--config", &province.config]);
    let log = stdout(&log);
    let (opened, closed) = (log.matches("check.open").count(), log.matches("check.close").count());
    assert_eq!((opened, closed), (11, 11), "{log}");
    assert!(!log.contains(&dead) && !log.contains(&former) && !log.contains(&serial), "{log}");
    let whole = run(&["audit", "verify", "--json", "--config", &province.config]);
    assert_eq!(json(&whole, 0)["whole"], true);
}

#[test]
fn a_source_that_answers_citizen_by_citizen_never_says_that_somebody_is_absent() {
    let sandbox = Sandbox::serve(&["--persons", "300", "--seed", "5", "--faults", "0", "--population", "lookup"]);
    let night = sandbox.run().output().expect("runs");
    assert!(matches!(night.status.code(), Some(0 | 2)), "{}", stderr(&night));
    let settings = sandbox.settings();
    let asked = ["check", "099000000001", "--officer", "canbo1", "--as-if", NOW, "--config", text(&settings)];
    let checked = json(&run(&[&asked[..], &["--json"]].concat()), 2);
    let answers = checked["answers"].as_array().expect("answers");
    let state = |source: &str| answers.iter().find(|a| a["source"] == source).expect("an answer")["state"].clone();
    assert_eq!((state("population"), state("land")), ("could_not_ask".into(), "not_found".into()));
    let page = stdout(&run(&asked));
    assert!(page.contains("Dân cư") && page.contains("không hỏi được"), "{page}");
}
