use super::catalogue::World;
use config::units::Units;
use reconcile::{Catalogue, Resolution};
use schemas::record::Residence;
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    why: String,
    code: Option<String>,
    name: Option<String>,
    district: Option<String>,
    province: Option<String>,
    detail: Option<String>,
    text: Option<String>,
    as_of: Option<String>,
    /// `current 00004`, `stale 00004`, `split a b`, `ambiguous a b`, `unknown`
    expect: String,
    act: Option<String>,
    from: Option<String>,
}

fn words(resolution: &Resolution) -> String {
    let word = match resolution {
        Resolution::Current(_) => "current",
        Resolution::Stale { .. } => "stale",
        Resolution::Split { .. } => "split",
        Resolution::Ambiguous { .. } => "ambiguous",
        Resolution::Unknown => "unknown",
    };
    std::iter::once(word).chain(resolution.communes().iter().map(|c| c.as_str())).collect::<Vec<_>>().join(" ")
}

#[test]
fn residences_resolve_to_todays_units_by_their_evidence() {
    let catalogue = Catalogue::new(&World::new().units);
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/units.toml")).expect("readable");
    let cases = toml::from_str::<File>(&text).expect("a table").case;
    let mut wrong = Vec::new();
    for case in &cases {
        let residence = Residence {
            province: case.province.as_deref(),
            district: case.district.as_deref(),
            commune: case.code.as_deref(),
            commune_name: case.name.as_deref(),
            detail: case.detail.as_deref(),
            text: case.text.as_deref(),
        };
        let as_of = case.as_of.as_ref().map(|day| day.parse().expect("a day"));
        let found = catalogue.resolve(&residence, as_of);
        if words(&found) != case.expect {
            wrong.push(format!("{}: {} instead of {}", case.why, words(&found), case.expect));
        }
        if let Resolution::Stale { from, acts, .. } = &found {
            assert!(case.act.as_ref().is_none_or(|act| acts.contains(act)), "{}: {acts:?}", case.why);
            assert!(case.from.as_ref().is_none_or(|name| from.name == *name), "{}: {}", case.why, from.name);
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_old_commune_in_full_leads_only_to_its_own_successors() {
    let units = Units::embedded().expect("loads");
    let catalogue = Catalogue::new(&units);
    let mut wrong = Vec::new();
    for old in &units.old_communes {
        let district = units.old_districts.iter().find(|d| d.code == old.district).expect("checked when loaded");
        let province = units.old_provinces.iter().find(|p| p.code == old.province).expect("checked when loaded");
        let text = format!("Thôn 5, {}, {}, {}", old.full_name, district.full_name, province.full_name);
        let mut wanted: Vec<_> = units.edges.iter().filter(|e| e.from == old.code).map(|e| e.to).collect();
        wanted.sort();
        let found = catalogue.resolve(&Residence { text: Some(&text), ..Default::default() }, None);
        if found.communes() != wanted {
            wrong.push(format!("{} {text}: {}", old.code, words(&found)));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_commune_of_today_is_current_by_code_by_name_and_as_a_text() {
    let units = Units::embedded().expect("loads");
    let catalogue = Catalogue::new(&units);
    for commune in &units.communes {
        let code = Residence { commune: Some(commune.code.as_str()), ..Default::default() };
        let province = Some(commune.province.as_str());
        let name = Residence { commune_name: Some(&commune.full_name), province, ..Default::default() };
        let text = format!("Thôn 5, {}", catalogue.full_name(commune.code));
        let text = Residence { text: Some(&text), ..Default::default() };
        for residence in [code, name, text] {
            assert_eq!(catalogue.resolve(&residence, None), Resolution::Current(commune.code), "{}", commune.full_name);
        }
    }
}

#[test]
fn a_province_of_today_has_its_communes_in_order() {
    let catalogue = Catalogue::new(&World::new().units);
    let province = schemas::ProvinceCode::parse("08").expect("a province");
    let communes = catalogue.communes_of(province);
    assert_eq!(communes.len(), 124);
    assert!(communes.is_sorted());
}
