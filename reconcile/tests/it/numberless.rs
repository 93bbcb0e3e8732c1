//! Rows without a usable number: one person each, and what the row says of him changed in one place
//! after the other, alone and together. Which are linked, which go to people, and why, on record.

use super::exports::shown;
use super::links::strangers;
use super::record::is_on_record;
use super::world::{ScenarioRow, context, run_with};
use reconcile::Decisions;
use schemas::record::PersonRecord;
use std::collections::BTreeMap;

const FAMILY: [&str; 7] = ["Hoàng", "Đặng", "Bùi", "Lương", "Vương", "Tạ", "Phùng"];
const MIDDLE: [&str; 5] = ["Thị", "Văn", "Minh", "Hồng", "Quốc"];
const GIVEN: [&str; 11] = ["Hà", "Tuấn", "Nguyệt", "Bình", "Trường", "Lệ", "Sáng", "Khuê", "Đoàn", "Phúc", "Yến"];

const NAMES: [&str; 5] = ["the name", "no accents", "no middle name", "another accent", "another given name"];
const BIRTHS: [&str; 6] = ["the day", "the year", "the month", "exchanged", "another day", "no day"];
const PLACES: [&str; 2] = ["there", "elsewhere"];
const MORE: [&str; 7] =
    ["nothing", "CMND", "end of the number", "parents", "another mother", "another sex", "other parents"];

/// The person as the population has him.
fn person(n: usize) -> PersonRecord {
    let (year, month, day) = (1940 + n % 71, n % 11 + 1, n % 10 + 2);
    let commune = &context(false).catalogue.communes_of(context(false).province)[n * 7 % 124];
    PersonRecord {
        personal_id: Some(format!("0990{:02}7{:05}", year % 100, n * 37 % 100_000)),
        old_id: Some(format!("9908{:05}", n * 41)),
        name: Some(format!("{} {} {}", FAMILY[n % 7], MIDDLE[n % 5], GIVEN[n % 11])),
        sex: Some("m".into()),
        birth_date: Some(format!("{year}-{month:02}-{day:02}")),
        residence_commune: Some(commune.to_string()),
        mother_name: Some(format!("{} Thị {}", FAMILY[n * 3 % 7], GIVEN[n * 5 % 11])),
        father_name: Some(format!("{} Văn {}", FAMILY[n % 7], GIVEN[n * 7 % 11])),
        ..PersonRecord::default()
    }
}

/// The same person as a commune wrote him down.
fn row(n: usize, of: &PersonRecord, ways: [usize; 4]) -> PersonRecord {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let (name, birth) = (text(&of.name), text(&of.birth_date));
    let (family, given) = (name.split(' ').next().unwrap_or(""), name.split(' ').next_back().unwrap_or(""));
    let bare = |text: &str| reconcile::normal::fold::fold(text, &config::rules::Spelling::ALL);
    let name = match ways[0] {
        0 => name.to_uppercase(),
        1 => name.split(' ').map(bare).collect::<Vec<_>>().join(" "),
        2 => format!("{family} {given}"),
        3 => name.replace(given, &given.replace(['à', 'ấ', 'ệ', 'ì', 'ờ', 'á', 'ê', 'à', 'ú', 'ế'], "ạ")),
        _ => name.replace(given, "Oanh"),
    };
    let parts: Vec<&str> = birth.split('-').collect();
    let birth = match ways[1] {
        0 => Some(birth.clone()),
        1 => Some(parts[0].to_owned()),
        2 => Some(parts[..2].join("-")),
        3 => Some(format!("{}-{}-{}", parts[0], parts[2], parts[1])),
        4 => Some(format!("{}-{}-27", parts[0], parts[1])),
        _ => None,
    };
    let elsewhere = context(false).catalogue.communes_of(context(false).province)[(n * 7 + 50) % 124].to_string();
    let mut row = PersonRecord {
        name: Some(name),
        birth_date: birth,
        sex: of.sex.clone(),
        residence_commune: if ways[2] == 0 { of.residence_commune.clone() } else { Some(elsewhere) },
        ..PersonRecord::default()
    };
    let others = ["Lò Thị Xa", "Lò Văn Lạ"].map(|name| Some(name.to_owned()));
    let number = text(&of.personal_id);
    match ways[3] {
        1 => row.old_id.clone_from(&of.old_id),
        // Two digits lost on the way.
        2 => row.personal_id = Some(format!("{}{}", &number[..3], &number[5..])),
        3 => (row.mother_name, row.father_name) = (of.mother_name.clone(), of.father_name.clone()),
        4 => row.mother_name.clone_from(&others[0]),
        5 => row.sex = Some("f".into()),
        6 => [row.mother_name, row.father_name] = others,
        _ => {}
    }
    row
}

#[test]
fn each_way_in_which_a_row_may_speak_of_its_person_comes_out_as_is_on_record() {
    let mut rows = Vec::new();
    let mut labels = Vec::new();
    for (a, name) in NAMES.iter().enumerate() {
        for (b, birth) in BIRTHS.iter().enumerate() {
            for (c, place) in PLACES.iter().enumerate() {
                for (d, more) in MORE.iter().enumerate() {
                    let n = labels.len();
                    labels.push(format!("{name}, {birth}, {place}, {more}"));
                    let person = person(n);
                    let mut written = ScenarioRow::population(format!("w{n}"), row(n, &person, [a, b, c, d]));
                    written.source = "files".into();
                    rows.push(ScenarioRow::population(format!("p{n}"), person));
                    rows.push(written);
                }
            }
        }
    }
    let strangers = strangers();
    let all: Vec<&ScenarioRow> = rows.iter().chain(&strangers).collect();
    let (_, links) = run_with(context(false), &all, 4, Decisions::new());
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let linked = links.linked().map(|row| ("linked", row.pair));
    for (what, pair) in linked.chain(links.doubts().map(|pair| ("doubt", pair))) {
        let line = format!("{what} {}", shown(&pair));
        told.entry(pair.record.record_key).or_default().push(line);
    }
    let line = |(n, label): (usize, &String)| {
        let found = told.get(&format!("w{n}")).map_or("alone".to_owned(), |found| found.join(" | "));
        format!("{label}: {found}")
    };
    let mut lines: Vec<String> = labels.iter().enumerate().map(line).collect();
    lines.push(format!("{:?}", links.counts));
    lines.extend(links.groups.iter().map(|group| format!("{group:?}")));
    is_on_record("answers/numberless.txt", &lines);
}
