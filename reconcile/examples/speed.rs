//! How long a made-up province takes: `cargo run --release --example speed -- 2000000`.
//!
//! Four sources, one record of each person in each; one in fifty deviates. One land record in a
//! thousand (or in as many as a second argument says) has no number and is searched for by name.
//! Records are made bucket by bucket and their making is not counted.

use config::SourceKind;
use config::rules::Rules;
use config::units::Units;
use reconcile::engine::Table;
use reconcile::quality::{ErrorGroups, quality};
use reconcile::{
    Catalogue, Context, Decisions, Found, OldNumbers, OldNumbersAsked, PeopleSeen, Row, Shared, SourceInfo, Survey,
    Tally, View, evaluate_rows, findings_digest, global_counted, merged,
};
use schemas::record::{CivilEventRecord, DossierRecord, LandRightRecord, PersonRecord};
use schemas::{ProvinceCode, SourceId};
use std::time::{Duration, Instant};

const BUCKET: u64 = 32_768;
const FAMILY: [&str; 8] = ["Nguyễn", "Trần", "Lê", "Hoàng", "Đặng", "Lý", "Vừ", "Bàn"];
const MIDDLE: [&str; 6] = ["Văn", "Thị", "Đức", "Ngọc", "Minh", "Xuân"];
const GIVEN: [&str; 10] = ["Hùng", "Hòa", "Thủy", "Mẫu", "Quý", "Đào", "Ánh", "Nương", "Thắng", "Mỹ"];

struct World {
    people: Vec<PersonRecord>,
    civil: Vec<CivilEventRecord>,
    land: Vec<LandRightRecord>,
    cases: Vec<DossierRecord>,
    keys: Vec<String>,
}

fn text(value: impl Into<String>) -> Option<String> {
    Some(value.into())
}

fn bucket(from: u64, to: u64, communes: &[(String, String)], numberless: u64) -> World {
    let mut world = World { people: vec![], civil: vec![], land: vec![], cases: vec![], keys: vec![] };
    for n in from..to {
        let pick = |list: &[&str], by: u64| list[(n / by) as usize % list.len()].to_owned();
        let name = format!("{} {} {}", pick(&FAMILY, 7), pick(&MIDDLE, 3), pick(&GIVEN, 1));
        let id = format!("0990{:02}{:06}", n / 1_000_000, n % 1_000_000);
        let (code, full) = &communes[n as usize % communes.len()];
        let day = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
        let born = format!("19{:02}-{:02}-{:02}", 40 + day % 60, 1 + day / 60 % 12, 1 + day / 720 % 28);
        let odd = n % 50 == 0;
        world.people.push(PersonRecord {
            personal_id: text(&*id),
            old_id: text(format!("99{:07}", n % 10_000_000)),
            name: text(name.to_uppercase()),
            sex: text("m"),
            birth_date: text(&*born),
            residence_province: text("08"),
            residence_commune: text(&**code),
            mother_name: text(format!("TRẦN THỊ {n}")),
            ..Default::default()
        });
        world.civil.push(CivilEventRecord {
            event: text("birth"),
            personal_id: text(&*id),
            name: text(if odd { name.replace('ù', "ư") } else { name.clone() }),
            birth_date: text(&*born),
            sex: text("m"),
            mother_name: text(format!("Trần Thị {n}")),
            ..Default::default()
        });
        world.land.push(LandRightRecord {
            owner_kind: text("individual"),
            personal_id: text(&*id).filter(|_| n % numberless != 1),
            name: text(&*name),
            birth_date: text(if odd { &born[..4] } else { &born }),
            residence_commune: text(&**code),
            residence_text: text(format!("Thôn {}, {full}, Tỉnh Tuyên Quang", n % 14)),
            serial: text(format!("BA {:06}", n % 1_000_000)),
            certificate_id: text(n.to_string()),
            parcel_commune: text(&**code),
            parcel_old_commune: text(&**code),
            sheet: text((n % 97).to_string()),
            parcel: text((n / 97).to_string()),
            area_m2: text("100.5"),
            legal_area_m2: text("100.5"),
            ..Default::default()
        });
        world.cases.push(DossierRecord {
            code: text(format!("H60.1-261101-{n:07}")),
            personal_id: text(&*id),
            name: text(&*name),
            birth_date: text(&*born),
            residence_commune: text(&**code),
            residence_commune_name: text(&**full),
            status: text("done"),
            ..Default::default()
        });
        world.keys.push(format!("record-{n:09}"));
    }
    world
}

impl World {
    fn rows(&self) -> Vec<Row<'_>> {
        let row = |source: usize, at: usize, view| Row {
            source,
            record_key: &self.keys[at],
            part: 0,
            commune: None,
            updated_at: Some("2026-11-03T09:00:00+07:00"),
            view,
        };
        let mut rows = Vec::with_capacity(self.people.len() * 4);
        for at in 0..self.people.len() {
            rows.push(row(0, at, View::Person(self.people[at].view())));
            rows.push(row(1, at, View::CivilEvent(self.civil[at].view())));
            rows.push(row(2, at, View::LandRight(self.land[at].view())));
            rows.push(row(3, at, View::Dossier(self.cases[at].view())));
        }
        rows
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let people: u64 = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(200_000);
    let numberless: u64 = std::env::args().nth(2).and_then(|n| n.parse().ok()).unwrap_or(1000);
    let kinds = [SourceKind::Population, SourceKind::CivilStatus, SourceKind::Land, SourceKind::OneStop];
    let names = ["population", "civil_status", "land", "one_stop"];
    let mut sources = Vec::new();
    for (name, kind) in names.iter().zip(kinds) {
        sources.push(SourceInfo { id: SourceId::parse(name)?, kind, complete: true });
    }
    let start = Instant::now();
    let province = ProvinceCode::parse("08")?;
    let catalogue = Catalogue::new(&Units::embedded()?);
    let context = Context {
        catalogue: catalogue.into(),
        rules: Rules::embedded()?,
        date: jiff::civil::date(2026, 11, 24),
        province,
        sources,
    };
    println!("catalogue and rules: {:?}", start.elapsed());
    let communes: Vec<(String, String)> = context
        .catalogue
        .communes_of(province)
        .iter()
        .filter_map(|code| context.catalogue.current(*code).map(|c| (code.to_string(), c.full_name.clone())))
        .collect();
    let slices: Vec<(u64, u64)> =
        (0..people.div_ceil(BUCKET)).map(|b| (b * BUCKET, ((b + 1) * BUCKET).min(people))).collect();

    let (mut first, mut second, mut third) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    let mut asked = OldNumbersAsked::default();
    for (from, to) in &slices {
        let world = bucket(*from, *to, &communes, numberless);
        let rows = world.rows();
        let start = Instant::now();
        rows.iter().filter(|row| row.source != 0).for_each(|row| asked.ask(&Table::of(row), 0));
        first += start.elapsed();
    }
    let asked = OldNumbers::of(vec![asked]);
    let mut survey = Survey::new(&context, &asked);
    for (from, to) in &slices {
        let world = bucket(*from, *to, &communes, numberless);
        let rows = world.rows();
        let start = Instant::now();
        rows.iter().filter(|row| row.source == 0).for_each(|row| survey.population(&Table::of(row), 0));
        first += start.elapsed();
    }
    let start = Instant::now();
    let survey = survey.seal();
    let mut gathered = survey.gathered();
    first += start.elapsed();
    for (from, to) in &slices {
        let world = bucket(*from, *to, &communes, numberless);
        let rows = world.rows();
        let start = Instant::now();
        rows.iter().filter(|row| row.source != 0).for_each(|row| {
            survey.other(row, &mut gathered);
        });
        second += start.elapsed();
    }
    let mut searching = Duration::ZERO;
    let start = Instant::now();
    let search = survey.search(vec![gathered], Decisions::new());
    let mut found = Found::default();
    searching += start.elapsed();
    for (from, to) in &slices {
        let world = bucket(*from, *to, &communes, numberless);
        let rows = world.rows();
        let start = Instant::now();
        rows.iter().filter(|row| row.source == 0).for_each(|row| search.population(&Table::of(row), 0, &mut found));
        searching += start.elapsed();
    }
    let start = Instant::now();
    let (index, settled) = search.finish_in_memory(vec![found], 1);
    let settling = start.elapsed();
    let mut seen = PeopleSeen::default();
    let (mut parts, mut tallies, mut shared) = (Vec::new(), Vec::new(), Shared::default());
    for (from, to) in &slices {
        let world = bucket(*from, *to, &communes, numberless);
        let rows = world.rows();
        let start = Instant::now();
        let counted = evaluate_rows(&context, &index, &rows);
        rows.iter().for_each(|row| settled.see(&context, &Table::of(row), &mut seen));
        third += start.elapsed();
        parts.push(counted.findings);
        tallies.push(counted.tally);
        shared.add(counted.shared);
    }
    let links = settled.links(vec![seen]);
    let global = global_counted(&context, index, shared);
    parts.push(global.findings);
    tallies.push(global.tally);
    let start = Instant::now();
    let findings = merged(parts);
    let merging = start.elapsed();
    let start = Instant::now();
    let mut tally = Tally::default();
    tallies.into_iter().for_each(|part| tally.add(part));
    let names: Vec<SourceId> = context.sources.iter().map(|source| source.id.clone()).collect();
    let measured = quality(&names, &[], |_| true, &tally.settled(), &ErrorGroups::of(&findings));
    println!("quality of {} places {:?}", measured.len(), start.elapsed());
    println!("survey of CMNDs and the population {first:?}, of the others {second:?}");
    let without: u64 = links.counts.values().map(|count| count.without_number).sum();
    println!(
        "{without} rows without a number: search {searching:?}, settle {settling:?}, {} linked, {} pairs in doubt",
        links.linked().count(),
        links.doubts().count()
    );
    println!("evaluate {third:?} on one core, merge {merging:?}");
    println!("{} findings, {}", findings.len(), findings_digest(&findings, 1));
    Ok(())
}
