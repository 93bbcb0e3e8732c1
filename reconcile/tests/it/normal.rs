use config::rules::Spelling;
use reconcile::compare::{compare_dates, compare_ethnicity, compare_names, compare_owner_names};
use reconcile::normal::id::{IdForm, classify};
use reconcile::normal::owner::{Holders, owner_name};
use reconcile::normal::serial::normal_serial;
use schemas::Level;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    name: Vec<NamePair>,
    owner: Vec<Owner>,
    date: Vec<DatePair>,
    id: Vec<Written>,
    serial: Vec<Written>,
    ethnicity: Vec<Pair>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamePair {
    a: String,
    b: String,
    level: Level,
    #[serde(default)]
    spelling: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Owner {
    text: String,
    first: String,
    holders: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DatePair {
    a: String,
    b: String,
    level: Level,
    #[serde(default)]
    swap: bool,
    #[serde(default)]
    second_knows_less: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    text: String,
    expect: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    a: String,
    b: String,
    level: Level,
}

fn tables() -> Tables {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/normal.toml")).expect("readable");
    toml::from_str(&text).expect("tables")
}

#[test]
fn names_compare_at_the_level_and_by_the_spellings_of_the_table_in_both_directions() {
    for pair in tables().name {
        for (a, b) in [(&pair.a, &pair.b), (&pair.b, &pair.a)] {
            let found = compare_names(a, b);
            let spelling: Vec<&str> = found.spelling.iter().map(|s: &Spelling| s.as_str()).collect();
            assert_eq!(
                (found.level, spelling),
                (pair.level, pair.spelling.iter().map(String::as_str).collect()),
                "{a} / {b}"
            );
        }
    }
}

#[test]
fn a_title_before_a_holders_name_is_not_another_name() {
    for owner in tables().owner {
        let found = owner_name(&owner.text);
        let holders = match found.holders {
            Holders::One => "one",
            Holders::Household => "household",
            Holders::Couple => "couple",
        };
        assert_eq!((found.first, holders), (owner.first.as_str(), owner.holders.as_str()), "{}", owner.text);
        assert_eq!(compare_owner_names(&owner.first, &owner.text).level, Level::Same, "{}", owner.text);
    }
}

#[test]
fn dates_compare_as_far_as_both_are_known() {
    for pair in tables().date {
        let found = compare_dates(&pair.a, &pair.b);
        let expected = (pair.level, pair.swap, pair.second_knows_less);
        assert_eq!((found.level, found.swap, found.second_knows_less), expected, "{} / {}", pair.a, pair.b);
    }
}

#[test]
fn numbers_are_read_or_repaired_but_never_guessed() {
    for case in tables().id {
        let found = match classify(&case.text) {
            IdForm::Number(id) => format!("number {}", id.as_str()),
            IdForm::UnknownPrefix(id) => format!("prefix {}", id.as_str()),
            IdForm::OldNumber(old) => format!("old {old:09}"),
            IdForm::Repaired(id) => format!("repaired {}", id.as_str()),
            IdForm::RepairedOld(old) => format!("repaired old {old:09}"),
            IdForm::Bad => "bad".to_owned(),
        };
        assert_eq!(found, case.expect, "{}", case.text);
    }
}

#[test]
fn a_serial_has_one_normal_form() {
    for case in tables().serial {
        assert_eq!(normal_serial(&case.text).unwrap_or_else(|| "none".to_owned()), case.expect, "{}", case.text);
    }
}

#[test]
fn ethnic_groups_compare_across_code_and_name() {
    for pair in tables().ethnicity {
        assert_eq!(compare_ethnicity(&pair.a, &pair.b), pair.level, "{} / {}", pair.a, pair.b);
    }
}
