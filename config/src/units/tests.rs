use super::*;

fn broken(file: &str, from: &str, to: &str) -> String {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("units");
    let names =
        ["provinces.csv", "communes.csv", "old_units.csv", "mapping.csv", "older_names.csv", "type_changes_2026.csv"];
    let result = load::parse(|at| {
        let text = std::fs::read_to_string(directory.join(names[at])).expect("the catalogue is beside the crate");
        let text = if names[at] == file { text.replacen(from, to, 1) } else { text };
        Ok((names[at].into(), text))
    });
    result.map(|_| ()).map_err(|e| e.to_string()).expect_err("must be refused")
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
