//! What one comparison of a row without a number says, and how much, by itself.

use super::links::strangers;
use super::world::{ScenarioRow, context, run_with};
use reconcile::{Decisions, Links};
use schemas::record::PersonRecord;

/// One of seventy strangers is Hmông, one of ten Tày, and the others are Kinh.
fn people() -> Vec<ScenarioRow> {
    let mut people = strangers();
    for (n, person) in people.iter_mut().enumerate().filter_map(|(n, row)| Some((n, row.person.as_mut()?))) {
        person.ethnicity = Some(["01", "02", "08"][usize::from(n % 10 == 0) + usize::from(n % 70 == 0)].into());
    }
    people
}

/// A man of the population of this ethnic group, and a row that speaks of him and of another or the
/// same one.
fn man_and_row(n: usize, his: &str, told: &str) -> [ScenarioRow; 2] {
    let given = ["Khuê", "Đoàn", "Sáng", "Lệ"][n];
    let person = PersonRecord {
        name: Some(format!("Vương Quốc {given}")),
        birth_date: Some(format!("1981-04-{:02}", n + 11)),
        sex: Some("m".into()),
        ..PersonRecord::default()
    };
    let row = PersonRecord { ethnicity: Some(told.into()), ..person.clone() };
    let personal_id = Some(format!("0990817{n:05}"));
    let person = PersonRecord { personal_id, ethnicity: Some(his.into()), ..person };
    let mut row = ScenarioRow::population(format!("w{n}"), row);
    row.source = "files".into();
    [ScenarioRow::population(format!("p{n}"), person), row]
}

/// Level and bits of a comparison of the row `key` with its first person.
fn step(links: &Links, key: &str, name: &str) -> (Option<String>, f64) {
    let mut pairs = links.linked().map(|row| row.pair).chain(links.doubts());
    let pair = pairs.find(|pair| pair.record.record_key == key).expect("a pair");
    let step = pair.steps.iter().find(|step| step.field == name).expect("a step");
    (step.level.clone(), step.bits)
}

#[test]
fn a_rare_ethnic_group_says_more_than_a_common_one_and_another_speaks_against() {
    let people = people();
    let cases: Vec<ScenarioRow> = [("01", "Kinh"), ("08", "Hmông"), ("02", "01")]
        .iter()
        .enumerate()
        .flat_map(|(n, (his, told))| man_and_row(n, his, told))
        .collect();
    let rows: Vec<&ScenarioRow> = cases.iter().chain(&people).collect();
    let (_, links) = run_with(context(false), &rows, 3, Decisions::new());
    let share = |code: &str| {
        let population: Vec<&PersonRecord> =
            rows.iter().filter(|row| row.source == "population").filter_map(|row| row.person.as_ref()).collect();
        let of = population.iter().filter(|person| person.ethnicity.as_deref() == Some(code)).count();
        of as f64 / population.len() as f64
    };
    let (common, rare, other) =
        (step(&links, "w0", "ethnicity"), step(&links, "w1", "ethnicity"), step(&links, "w2", "ethnicity"));
    assert_eq!(
        [common.0.as_deref(), rare.0.as_deref(), other.0.as_deref()],
        [Some("same"), Some("same"), Some("different")]
    );
    assert!((rare.1 - common.1 - (share("01") / share("08")).log2()).abs() < 0.002, "{common:?} {rare:?}");
    // True pairs mostly agree: nearly all that is said is how rare the group is.
    let agreeing = common.1 + share("01").log2();
    assert!((-0.3..0.0).contains(&agreeing), "{agreeing}");
    assert!((-8.0..-1.0).contains(&other.1), "{other:?}");
}

#[test]
fn a_rare_name_says_more_than_a_common_one_by_the_share_of_people_who_have_it() {
    let mut people = people();
    // Forty others share the name of the second man, whose row is told from theirs by its day.
    let second = man_and_row(1, "01", "01");
    let name = second[0].person.as_ref().and_then(|person| person.name.clone());
    people.iter_mut().filter_map(|row| row.person.as_mut()).skip(300).take(40).for_each(|p| p.name.clone_from(&name));
    let cases: Vec<ScenarioRow> = man_and_row(0, "01", "01").into_iter().chain(second).collect();
    let rows: Vec<&ScenarioRow> = cases.iter().chain(&people).collect();
    let (_, links) = run_with(context(false), &rows, 3, Decisions::new());
    let (rare, common) = (step(&links, "w0", "name"), step(&links, "w1", "name"));
    assert_eq!([rare.0.as_deref(), common.0.as_deref()], [Some("same"), Some("same")]);
    assert!((rare.1 - common.1 - 41f64.log2()).abs() < 0.002, "{rare:?} {common:?}");
}

#[test]
fn a_model_names_by_digests_the_rules_and_the_people_that_it_was_learned_from() {
    let (people, case) = (people(), man_and_row(0, "01", "01"));
    let digests = |people: &[ScenarioRow]| {
        let rows: Vec<&ScenarioRow> = case.iter().chain(people).collect();
        let model = run_with(context(false), &rows, 2, Decisions::new()).1.model().expect("learned");
        let model: serde_json::Value = serde_json::from_str(&model).expect("JSON");
        ["spec_digest", "frequencies_digest"].map(|key| model[key].as_str().expect("a text").to_owned())
    };
    let [rules, all] = digests(&people);
    for digest in [&rules, &all] {
        assert!(digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit()), "{digest}");
    }
    let [same_rules, fewer] = digests(&people[1..]);
    assert!(rules == same_rules && all != fewer && rules != all);
    // Of another group: as many people, and other shares.
    let mut others = people.clone();
    others[5].person.as_mut().expect("a person").ethnicity = Some("08".into());
    assert!(digests(&others)[1] != all);
}
