//! Addresses as public offices write them, in many hands: `tests/data/offices.csv`.

use super::catalogue::{World, say};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    address: String,
    as_of: String,
    /// `any`: the codes are among the candidates, or the one answer.
    status: String,
    codes: String,
}

#[test]
fn addresses_in_the_style_of_public_offices_lead_to_the_units_they_mean() {
    let world = World::new();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/offices.csv");
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_path(file).expect("readable");
    let cases: Vec<Case> = reader.deserialize().collect::<Result<_, _>>().expect("a table of cases");
    assert!(cases.len() >= 150, "{}", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let as_of = (!case.as_of.is_empty()).then(|| case.as_of.parse().expect("a day"));
        let answer = world.ask(&case.address, as_of);
        let mut found: Vec<String> = answer.codes().map(|code| code.to_string()).collect();
        found.sort();
        let good = match case.status.as_str() {
            "any" => found.contains(&case.codes),
            status => answer.status.as_str() == status && found.join(";") == case.codes,
        };
        if !good {
            wrong.push(format!("{}: {}, wanted {} {}", case.address, say(&answer), case.status, case.codes));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
