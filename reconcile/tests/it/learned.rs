//! Divided communes, codes with their days, explanations, suggestions and later changes.

use super::catalogue::{World, say};
use config::units::Units;
use jiff::civil::date;
use reconcile::units::{Evidence, Learned, Lesson, Query, Reason, Resolver, Status, StepKind};
use schemas::{CommuneCode, ProvinceCode};

fn code(text: &str) -> CommuneCode {
    CommuneCode::parse(text).expect("a code")
}

fn lesson(now: &str) -> Lesson {
    Lesson { now: code(now), by: "cán bộ 12".into(), on: date(2026, 3, 2) }
}

#[test]
fn a_divided_commune_is_answered_with_all_its_successors_and_what_speaks_for_each() {
    let world = World::new();
    // The office's note says that all the people of this commune went to one of the two.
    let edge = world.units.edges.iter().find(|e| e.basis == "nso_all_population").expect("58 of them");
    let old = world.units.old_communes.iter().find(|c| c.code == edge.from).expect("checked when loaded");
    let district = world.units.old_districts.iter().find(|d| d.code == old.district).expect("checked when loaded");
    let answer = world.ask(&format!("{}, {}", old.full_name, district.full_name), None);
    assert_eq!((answer.status, answer.reason), (Status::Split, Reason::Divided));
    assert!(answer.candidates.len() > 1);
    assert_eq!(answer.candidates[0].code, edge.to, "{}", say(&answer));
    assert!(answer.candidates[0].evidence.contains(&Evidence::AllPopulation));
}

#[test]
fn a_guess_from_maps_orders_the_candidates_and_never_makes_one_the_answer() {
    let world = World::new();
    let mut seen = 0;
    for edge in world.units.edges.iter().filter(|e| e.basis == "vietnamadminunits_geometry") {
        let text = edge.from.to_string();
        let query = Query { code: Some(&text), as_of: Some(date(2024, 1, 1)), ..Query::default() };
        let answer = world.resolver.resolve(&query, &Learned::default());
        assert_eq!(answer.single(), None, "{text}: {}", say(&answer));
        seen += 1;
    }
    assert!(seen > 300);
}

#[test]
fn an_officers_answer_about_a_hamlet_is_used_from_then_on_and_only_for_it() {
    let world = World::new();
    let mut learned = Learned::default();
    learned.insert(code("02509"), "Thôn 05", lesson("02509"));
    learned.insert(code("02509"), "thôn Xa Lạ", lesson("00004"));
    let old = world.units.old_communes.iter().find(|c| c.full_name == "Xã Kim Phú" && c.province.as_str() == "08");
    let old = old.expect("divided in 2025").code;
    learned.insert(old, "Thôn 05", lesson("02509"));
    learned.insert(old, "thôn Xa Lạ", lesson("00004"));
    let ask = |text: &str| {
        let text = format!("{text}, xã Kim Phú, TP. Tuyên Quang, tỉnh Tuyên Quang");
        let query = Query { text: Some(&text), ..Query::default() };
        let answer = world.resolver.resolve(&query, &learned);
        (answer.status, answer.reason, answer.single())
    };
    for text in ["Thôn 5", "THON 5", "số nhà 12, thôn 05", "Nhà ông A thôn 5"] {
        assert_eq!(ask(text), (Status::Stale, Reason::LearnedHamlet, Some(code("02509"))), "{text}");
    }
    for text in ["Thôn 15", "Thôn 6", "tổ 5"] {
        assert_eq!(ask(text), (Status::Split, Reason::Divided, None), "{text}");
    }
    // An answer that is none of the successors cannot be right.
    assert_eq!(ask("thôn Xa Lạ").0, Status::Split);
}

#[test]
fn the_later_of_two_answers_about_a_hamlet_counts() {
    let mut learned = Learned::default();
    learned.insert(code("02509"), "Thôn 5", Lesson { on: date(2026, 5, 1), ..lesson("02215") });
    learned.insert(code("02509"), "thon 5", lesson("02509"));
    assert_eq!(learned.get(code("02509"), "THÔN 5").map(|l| l.now), Some(code("02215")));
}

#[test]
fn a_code_is_judged_by_the_day_of_its_record_and_never_alone() {
    let world = World::new();
    let ask = |text: &str, as_of| {
        let query = Query { code: Some(text), as_of, ..Query::default() };
        say(&world.resolver.resolve(&query, &Learned::default()))
    };
    let (old, new) = (Some(date(2024, 6, 1)), Some(date(2026, 6, 1)));
    assert_eq!(ask("00004", new), "current 00004 (CalledAsToday)");
    assert_eq!(ask("4", old), "stale 00004 (CommuneGone)");
    // Both times lead to one unit, so that no day is needed.
    assert_eq!(ask("00004", None), "current 00004 (CalledAsToday)");
    assert_eq!(ask("00097", None), "ambiguous 00097 00070 (TwoTimes)".replace("00070", &split_of(world, "00097")));
    assert_eq!(ask("99999", None), "unknown  (NothingFound)");
    assert_eq!(ask("00000", None), "unknown  (NothingFound)");
}

fn split_of(world: &World, text: &str) -> String {
    let to = world.units.edges.iter().filter(|e| e.from == code(text) && e.to != code(text)).map(|e| e.to.to_string());
    to.collect::<Vec<_>>().join(" ")
}

#[test]
fn code_and_text_of_different_units_are_told_both() {
    let world = World::new();
    let text = "Phường Minh Xuân, tỉnh Tuyên Quang";
    let query = Query { text: Some(text), code: Some("00004"), as_of: Some(date(2026, 6, 1)) };
    let answer = world.resolver.resolve(&query, &Learned::default());
    assert_eq!(say(&answer), "ambiguous 02215 00004 (CodeAgainstText)");
    let query = Query { text: Some(text), code: Some("2215"), as_of: None };
    assert_eq!(world.resolver.resolve(&query, &Learned::default()).single(), Some(code("02215")));
}

#[test]
fn an_answer_shows_the_way_from_the_old_unit_with_its_days_and_acts() {
    let world = World::new();
    let answer = world.ask("Xã Sa Pả, huyện Sa Pa, tỉnh Lào Cai", None);
    assert_eq!(answer.status, Status::Stale, "{}", say(&answer));
    let path = &answer.candidates[0].path;
    assert_eq!(path.first().map(|s| s.from.full_name), Some("Xã Sa Pả"));
    assert!(path.first().is_some_and(|s| s.from.days_of_lists));
    assert!(path.len() >= 2, "two generations: {path:?}");
    assert_eq!(path.last().and_then(|s| s.date), Some(date(2025, 7, 1)));
    assert!(path.last().is_some_and(|s| s.act.contains("NQ-UBTVQH15")));
    let retyped = world.ask("Xã Long Thành, tỉnh Đồng Nai", None);
    let step = retyped.candidates[0].path[0];
    assert_eq!((step.kind, step.date, step.act), (StepKind::TypeChanged, Some(date(2026, 4, 30)), "237/NQ-UBTVQH16"));
}

#[test]
fn a_code_is_explained_through_the_generations() {
    let world = World::new();
    let names: Vec<_> = world.resolver.explain(code("26368")).iter().map(|m| m.unit.full_name).collect();
    assert_eq!(&names[..3], ["Phường Long Thành", "Xã Long Thành", "Thị trấn Long Thành"]);
    let ba_dinh = world.resolver.explain(code("00004"));
    assert_eq!(ba_dinh[0].unit.full_name, "Phường Ba Đình");
    assert!(
        ba_dinh[0].predecessors.iter().any(|s| s.from.full_name == "Phường Trúc Bạch" && s.kind == StepKind::Merge)
    );
    assert_eq!(ba_dinh[1].today, [code("00004")]);
    let disputed = world.resolver.explain(code("00235"));
    let before = disputed.iter().find(|m| m.unit.full_name == "Phường Thịnh Quang").expect("of 2025");
    assert_eq!(before.disputed.len(), 1);
    assert!(!before.today.contains(&before.disputed[0].to));
    assert!(world.resolver.explain(code("99999")).is_empty());
}

#[test]
fn names_complete_themselves_in_any_spelling() {
    let world = World::new();
    let names = |text: &str| world.resolver.suggest(text, 5).iter().map(|u| u.full_name.to_owned()).collect::<Vec<_>>();
    assert_eq!(names("minh xu"), ["Phường Minh Xuân"]);
    assert_eq!(names("Phường Minh X"), names("MINH X"));
    assert!(names("ha gia").contains(&"Phường Hà Giang 2".to_owned()), "{:?}", names("ha gia"));
    assert_eq!(names("a").len(), 5);
    assert!(names("").is_empty() && names("zzzz").is_empty());
}

#[test]
fn a_province_has_its_communes_of_today_in_the_order_of_the_catalogue_and_no_others() {
    let world = World::new();
    for province in &world.units.provinces {
        let listed: Vec<_> = world.resolver.list(province.code).map(|unit| unit.code).collect();
        let communes = world.units.communes.iter().filter(|commune| commune.province == province.code);
        assert_eq!(listed, communes.map(|commune| commune.code).collect::<Vec<_>>(), "{}", province.full_name);
    }
    let of_none = ProvinceCode::parse("99").expect("a code of no province");
    assert_eq!(world.resolver.list(of_none).count(), 0);
}

#[test]
fn a_resolution_that_it_staff_add_is_followed_like_those_shipped() {
    let directory = std::env::temp_dir().join(format!("doisoat-units-later-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a folder");
    let shipped = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/units");
    for entry in std::fs::read_dir(&shipped).expect("a folder") {
        let path = entry.expect("a file").path();
        let text = std::fs::read_to_string(&path).expect("readable");
        let more = "commune,02215,phường,Minh Xuân,phường,Minh Xuân Mới,,,2027-03-01,9/NQ-UBTVQH16\n\
                    commune,00004,phường,Ba Đình,,,00008,,2027-03-01,9/NQ-UBTVQH16\n";
        let more = if path.ends_with("changes.csv") { more } else { "" };
        std::fs::write(directory.join(path.file_name().expect("a name")), format!("{text}{more}")).expect("written");
    }
    let units = Units::load(&directory);
    std::fs::remove_dir_all(&directory).expect("removed");
    let resolver = Resolver::new(&units.expect("loads"));
    let ask = |text: &str| {
        let query = Query { text: Some(text), ..Query::default() };
        let answer = resolver.resolve(&query, &Learned::default());
        (say(&answer), answer.candidates.first().map_or(0, |c| c.path.len()))
    };
    assert_eq!(ask("Phường Minh Xuân Mới, tỉnh Tuyên Quang"), ("current 02215 (CalledAsToday)".into(), 0));
    assert_eq!(ask("Phường Ba Đình, Hà Nội"), ("stale 00008 (CommuneGone)".into(), 1));
    let meanings = resolver.explain(code("02215"));
    let before = meanings.iter().find(|m| m.unit.full_name == "Phường Minh Xuân").expect("its name of before");
    let kinds: Vec<_> = before.successors.iter().map(|step| (step.kind, step.to.full_name)).collect();
    assert_eq!(kinds, [(StepKind::Renamed, "Phường Minh Xuân Mới")]);
    // Two steps: the reform, then the merger.
    assert_eq!(ask("P. Trúc Bạch, Q. Ba Đình, Hà Nội"), ("stale 00008 (CommuneGone)".into(), 2));
}
