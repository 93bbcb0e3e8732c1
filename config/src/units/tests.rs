use super::*;

fn broken(file: &str, from: &str, to: &str) -> String {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("units");
    edited(&directory, file, |text| text.replacen(from, to, 1))
        .map(|_| ())
        .map_err(|e| e.to_string())
        .expect_err("must be refused")
}

fn edited(directory: &std::path::Path, file: &str, edit: impl Fn(&str) -> String) -> Result<Units, crate::ConfigError> {
    load::parse(|at| {
        let name = load::FILES[at].0;
        let text = std::fs::read_to_string(directory.join(name)).expect("the catalogue is beside the crate");
        Ok((name.into(), if name == file { edit(&text) } else { text }))
    })
}

fn changed(rows: &str) -> Result<Units, crate::ConfigError> {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("units");
    edited(&directory, "changes.csv", |text| format!("{text}{rows}\n"))
}

fn code(text: &str) -> schemas::CommuneCode {
    schemas::CommuneCode::parse(text).expect("a code")
}

#[test]
fn the_embedded_catalogue_has_every_unit_of_both_generations() {
    let units = Units::embedded().expect("loads");
    let counts = [
        units.provinces.len(),
        units.communes.len(),
        units.old_provinces.len(),
        units.old_districts.len(),
        units.old_communes.len(),
        units.edges.len(),
        units.older_names.len(),
        units.type_changes.len(),
    ];
    assert_eq!(counts, [34, 3_321, 63, 696, 10_035, 10_566, 2_185, 25]);
}

#[test]
fn a_directory_gives_the_same_catalogue_as_the_program() {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("units");
    let (loaded, embedded) = (Units::load(&directory).expect("loads"), Units::embedded().expect("loads"));
    assert_eq!(loaded.edges, embedded.edges);
    assert_eq!(loaded.communes, embedded.communes);
}

#[test]
fn an_edge_to_a_unit_that_does_not_exist_is_refused_with_its_line() {
    let error = broken("mapping.csv", "00001,00097,", "00001,99999,");
    assert_eq!(error, "mapping.csv:2: there is no commune 99999 today");
}

#[test]
fn an_old_commune_without_a_successor_is_refused_with_its_line() {
    let error = broken("mapping.csv", "00001,00097,merge,1,single", "00004,00097,part,0,");
    assert!(error.starts_with("old_units.csv:") && error.ends_with("commune 00001 has no successor"), "{error}");
}

#[test]
fn a_code_that_lost_its_zeros_is_refused_with_its_line() {
    let error = broken("communes.csv", "\n00004,", "\n4,");
    assert_eq!(error, "communes.csv:2: code: a commune code has 5 digits");
}

#[test]
fn two_defaults_for_one_old_commune_are_refused() {
    let error = broken("mapping.csv", "00688,00694,part,0", "00688,00694,part,1");
    assert!(error.ends_with("commune 00688 has 2 default successors, not one"), "{error}");
}

#[test]
fn changes_of_type_are_remembered_as_units_of_their_own_time() {
    let units = Units::embedded().expect("loads");
    assert_eq!(units.retired.len(), 22);
    let long_thanh = units.retired.iter().find(|r| r.commune.code == code("26368")).expect("changed in 2026");
    assert_eq!(long_thanh.commune.full_name, "Xã Long Thành");
    assert_eq!(long_thanh.ended_on, jiff::civil::date(2026, 4, 30));
    assert_eq!(long_thanh.into, [code("26368")]);
}

#[test]
fn a_later_rename_keeps_the_code_and_remembers_the_name() {
    let units = changed("commune,26368,phường,Long Thành,phường,Sân Bay,,,2027-03-01,1/NQ-X").expect("loads");
    let now = units.communes.iter().find(|c| c.code == code("26368")).expect("stands");
    assert_eq!((now.full_name.as_str(), now.since), ("Phường Sân Bay", jiff::civil::date(2027, 3, 1)));
    assert!(now.legal_basis.ends_with("; 1/NQ-X"));
    assert_eq!(units.retired.last().map(|r| r.commune.full_name.as_str()), Some("Phường Long Thành"));
    assert_eq!(units.edges.len(), 10_566);
}

#[test]
fn a_later_merger_takes_every_earlier_path_along() {
    let units = changed("commune,00004,phường,Ba Đình,,,00008,,2027-03-01,1/NQ-X").expect("loads");
    assert_eq!(units.communes.len(), 3_320);
    assert!(units.edges.iter().all(|e| e.to != code("00004")));
    let truc_bach: Vec<_> = units.edges.iter().filter(|e| e.from == code("00004")).map(|e| e.to).collect();
    assert_eq!(truc_bach, [code("00008")]);
    // Once split between the two, now whole again in one: one edge, and one default.
    let ngoc_ha: Vec<_> = units.edges.iter().filter(|e| e.from == code("00016")).collect();
    assert_eq!(ngoc_ha.len(), 1);
    assert!(ngoc_ha[0].default);
    assert!(units.older_names.iter().all(|n| !n.successors.contains(&code("00004"))));
}

#[test]
fn a_later_division_into_a_new_unit_makes_parts() {
    let rows = "commune,99001,,,phường,Trúc Bạch,,01,2027-03-01,1/NQ-X\n\
                commune,00004,phường,Ba Đình,phường,Ba Đình,00004;99001,,2027-03-01,1/NQ-X";
    let units = changed(rows).expect("loads");
    assert_eq!(units.communes.len(), 3_322);
    let truc_bach: Vec<_> = units.edges.iter().filter(|e| e.from == code("00004")).collect();
    assert_eq!(truc_bach.iter().map(|e| e.to).collect::<Vec<_>>(), [code("00004"), code("99001")]);
    assert!(truc_bach.iter().all(|e| e.relation == Relation::Part));
    assert_eq!(truc_bach.iter().filter(|e| e.default).count(), 1);
}

#[test]
fn two_changes_of_one_unit_follow_each_other_whatever_their_order_in_the_file() {
    let rows = "commune,26368,phường,Sân Bay,,,26347,,2028-01-01,2/NQ-X\n\
                commune,26368,phường,Long Thành,phường,Sân Bay,,,2027-03-01,1/NQ-X";
    let units = changed(rows).expect("loads");
    let names: Vec<_> = units.retired.iter().filter(|r| r.commune.code == code("26368")).collect();
    let names: Vec<_> = names.iter().map(|r| r.commune.full_name.as_str()).collect();
    assert_eq!(names, ["Xã Long Thành", "Phường Long Thành", "Phường Sân Bay"]);
}

#[test]
fn a_later_change_that_does_not_fit_its_day_is_refused_with_its_line() {
    let cases = [
        ("commune,26368,xã,Long Thành,phường,Sân Bay,,,2027-03-01,1/NQ-X", "commune 26368 is called Phường Long Thành"),
        ("commune,26368,phường,Long Thành,,,,,2027-03-01,1/NQ-X", "commune 26368 ends without a successor"),
        ("commune,26368,phường,Long Thành,,,26368,,2027-03-01,1/NQ-X", "commune 26368 ends and is its successor"),
        ("commune,26368,phường,Long Thành,,,99999,,2027-03-01,1/NQ-X", "there is no commune 99999 after that day"),
        ("commune,99001,,,phường,Mới,,01,2027-03-01,1/NQ-X", "commune 99001 has no predecessor"),
        ("commune,00004,,,phường,Mới,,01,2027-03-01,1/NQ-X", "commune 00004 already stands on that day"),
        ("commune,26368,phường,Long Thành,phường,Sân Bay,,,2025-03-01,1/NQ-X", "takes effect after 2025-07-01"),
        ("commune,26368,phường,,phường,Sân Bay,,,2027-03-01,1/NQ-X", "given together or not at all"),
        ("province,75,tỉnh,Đồng Nai,tỉnh,Biên Hòa,,,2027-03-01,1/NQ-X", "province 75 is called Thành phố Đồng Nai"),
    ];
    for (row, cause) in cases {
        let error = changed(row).map(|_| ()).map_err(|e| e.to_string()).expect_err(row);
        assert!(error.contains(cause), "{error}");
        let file = if cause.contains("predecessor") { "communes.csv:" } else { "changes.csv:2:" };
        assert!(error.starts_with(file), "{error}");
    }
}

#[test]
fn a_folder_without_the_optional_files_still_loads() {
    let directory = std::env::temp_dir().join(format!("doisoat-units-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a folder");
    for (name, text) in &load::FILES[..7] {
        std::fs::write(directory.join(name), text).expect("written");
    }
    let loaded = Units::load(&directory);
    std::fs::remove_dir_all(&directory).expect("removed");
    let loaded = loaded.expect("loads");
    assert_eq!((loaded.communes.len(), loaded.disputed.len()), (3_321, 0));
}

#[test]
fn special_areas_lead_to_units_of_today_and_disputes_never_decide() {
    let units = Units::embedded().expect("loads");
    assert_eq!((units.special.len(), units.disputed.len()), (6, 50));
    let decided: std::collections::BTreeSet<_> = units.edges.iter().map(|e| (e.from, e.to)).collect();
    let open = units.disputed.iter().filter(|d| d.verdict.starts_with("unconfirmed"));
    assert!(open.clone().count() > 10);
    assert!(open.clone().all(|d| !decided.contains(&(d.from, d.to))));
}
