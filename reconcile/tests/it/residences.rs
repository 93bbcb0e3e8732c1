//! What a record's residence means, for units of each time written in many ways: codes and names
//! that agree and that do not, with and without district and province, in records of three days.

use super::record::is_on_record;
use config::units::Units;
use jiff::civil::{Date, date};
use reconcile::{Catalogue, Resolution};
use schemas::record::Residence;

fn told(resolution: &Resolution) -> String {
    let codes = |codes: &[schemas::CommuneCode]| codes.iter().map(|c| c.as_str()).collect::<Vec<_>>().join(" ");
    match resolution {
        Resolution::Current(code) => format!("current {code}"),
        Resolution::Stale { from, to, acts } => {
            format!("stale {to} from {:?} {} [{}]", from.code, from.name, acts.join("; "))
        }
        Resolution::Split { from, candidates } => {
            format!("split {} from {:?} {}", codes(candidates), from.code, from.name)
        }
        Resolution::Ambiguous { candidates } => format!("ambiguous {}", codes(candidates)),
        Resolution::Unknown => "unknown".to_owned(),
    }
}

/// One unit of any time, as a record may write it.
struct Written {
    code: String,
    kind: String,
    name: String,
    full_name: String,
    district: String,
    district_name: String,
    province: String,
    province_name: String,
}

fn units(units: &Units) -> Vec<Written> {
    let province = |code: schemas::ProvinceCode| {
        let now = units.provinces.iter().find(|p| p.code == code).map(|p| p.full_name.clone());
        let before = || units.old_provinces.iter().find(|p| p.code == code).map(|p| p.full_name.clone());
        now.or_else(before).unwrap_or_default()
    };
    let before = |code: schemas::ProvinceCode| {
        units.old_provinces.iter().find(|p| p.code == code).map(|p| p.full_name.clone()).unwrap_or_default()
    };
    let mut list = Vec::new();
    for commune in units.communes.iter().step_by(211) {
        list.push(Written {
            code: commune.code.to_string(),
            kind: commune.kind.clone(),
            name: commune.name.clone(),
            full_name: commune.full_name.clone(),
            district: String::new(),
            district_name: String::new(),
            province: commune.province.to_string(),
            province_name: province(commune.province),
        });
    }
    for old in units.old_communes.iter().step_by(523) {
        let district = units.old_districts.iter().find(|d| d.code == old.district).expect("checked when loaded");
        list.push(Written {
            code: old.code.to_string(),
            kind: old.full_name.split(&old.name).next().unwrap_or("").trim().to_lowercase(),
            name: old.name.clone(),
            full_name: old.full_name.clone(),
            district: old.district.clone(),
            district_name: district.full_name.clone(),
            province: old.province.to_string(),
            province_name: before(old.province),
        });
    }
    for older in units.older_names.iter().step_by(311) {
        list.push(Written {
            code: older.code.to_string(),
            kind: String::new(),
            name: older.name.clone(),
            full_name: older.full_name.clone(),
            district: older.district.clone(),
            district_name: older.district_name.clone(),
            province: older.province.to_string(),
            province_name: older.province_name.clone(),
        });
    }
    list
}

/// The ways of writing: a name, and what of the unit stands in the record.
fn ways(unit: &Written) -> Vec<(&'static str, Residence<'_>)> {
    let some = |text: &'static str| Some(text);
    let (code, name, full) = (unit.code.as_str(), unit.name.as_str(), unit.full_name.as_str());
    let (district, district_name) = (unit.district.as_str(), unit.district_name.as_str());
    let has_district = !district_name.is_empty();
    let mut ways = vec![
        ("code", Residence { commune: Some(code), ..Default::default() }),
        ("code, full name", Residence { commune: Some(code), commune_name: Some(full), ..Default::default() }),
        ("code, bare name", Residence { commune: Some(code), commune_name: Some(name), ..Default::default() }),
        ("code, province", Residence { commune: Some(code), province: Some(&unit.province), ..Default::default() }),
        (
            "code, other name",
            Residence { commune: Some(code), commune_name: some("Phường Minh Xuân"), ..Default::default() },
        ),
        (
            "code, no name",
            Residence { commune: Some(code), commune_name: some("Xã Không Có Thật"), ..Default::default() },
        ),
        ("full name", Residence { commune_name: Some(full), ..Default::default() }),
        (
            "full name, province",
            Residence { commune_name: Some(full), province: Some(&unit.province_name), ..Default::default() },
        ),
        (
            "bare name, province code",
            Residence { commune_name: Some(name), province: Some(&unit.province), ..Default::default() },
        ),
        (
            "all but district",
            Residence {
                commune: Some(code),
                commune_name: Some(full),
                province: Some(&unit.province_name),
                ..Default::default()
            },
        ),
        (
            "name in the code",
            Residence { commune: Some(full), province: Some(&unit.province_name), ..Default::default() },
        ),
        ("other province", Residence { commune: Some(code), province: some("Tỉnh Hà Giang"), ..Default::default() }),
    ];
    if has_district {
        ways.extend([
            ("code, district", Residence { commune: Some(code), district: Some(district), ..Default::default() }),
            ("code, other district", Residence { commune: Some(code), district: some("075"), ..Default::default() }),
            (
                "full name, district name",
                Residence { commune_name: Some(full), district: Some(district_name), ..Default::default() },
            ),
            (
                "bare name, district, province",
                Residence {
                    commune_name: Some(name),
                    district: Some(district_name),
                    province: Some(&unit.province_name),
                    ..Default::default()
                },
            ),
            (
                "all",
                Residence {
                    commune: Some(code),
                    commune_name: Some(full),
                    district: Some(district),
                    province: Some(&unit.province),
                    ..Default::default()
                },
            ),
        ]);
    }
    ways
}

const DAYS: [Option<Date>; 3] = [None, Some(date(2019, 3, 1)), Some(date(2026, 3, 1))];

#[test]
fn residences_in_fields_are_resolved_as_is_on_record() {
    let loaded = Units::embedded().expect("loads");
    let catalogue = Catalogue::new(&loaded);
    let mut lines = Vec::new();
    for unit in units(&loaded) {
        lines.push(format!(
            "{} {} ({}), {}, {}",
            unit.code, unit.full_name, unit.kind, unit.district_name, unit.province_name
        ));
        for (way, residence) in ways(&unit) {
            let [undated, old, new] = DAYS.map(|day| told(&catalogue.resolve(&residence, day)));
            lines.push(format!("  {way}: {undated}"));
            if old != undated {
                lines.push(format!("    in 2019: {old}"));
            }
            if new != undated {
                lines.push(format!("    in 2026: {new}"));
            }
        }
    }
    is_on_record("answers/residences.txt", &lines);
}

#[test]
fn residences_in_texts_are_resolved_as_is_on_record() {
    let loaded = Units::embedded().expect("loads");
    let catalogue = Catalogue::new(&loaded);
    let mut lines = Vec::new();
    for unit in units(&loaded).iter().step_by(2) {
        let texts = [
            format!("Thôn 5, {}, {}", unit.full_name, unit.province_name),
            format!("Thôn 5; {}; {}; {}; Việt Nam", unit.full_name, unit.district_name, unit.province_name),
            format!("{}, {}", unit.name, unit.province_name),
            format!("{}, {}, {}", unit.name, unit.district_name, unit.province_name),
            format!("Thôn Minh Xuân, {}", unit.full_name),
            format!("Tổ 1, {}, Khu 3, {}", unit.full_name, unit.province_name),
        ];
        for text in &texts {
            let beside = Residence { commune: Some(&unit.code), text: Some(text), ..Default::default() };
            let alone = Residence { text: Some(text), ..Default::default() };
            let detail = Residence { detail: Some(text), province: Some(&unit.province), ..Default::default() };
            for (way, residence) in [("beside", beside), ("alone", alone), ("detail", detail)] {
                lines.push(format!("{text} | {way}: {}", told(&catalogue.resolve(&residence, None))));
            }
            let old = told(&catalogue.resolve(&beside, DAYS[1]));
            lines.push(format!("{text} | beside, in 2019: {old}"));
        }
    }
    is_on_record("answers/residence_texts.txt", &lines);
}
