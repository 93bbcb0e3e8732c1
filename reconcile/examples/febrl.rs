//! Tries the linker on the FEBRL sets: `febrl FOLDER`.
use config::linkage::{Comparator as Kind, Decide, FieldSpec, LinkageSpec};
use reconcile::linkage::{Decision, Fields, Input, candidates, decide, groups, learn, score};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

const COLUMNS: [(&str, Kind); 10] = [
    ("given_name", Kind::Name),
    ("surname", Kind::Name),
    ("street_number", Kind::Digits),
    ("address_1", Kind::Text),
    ("address_2", Kind::Text),
    ("suburb", Kind::Text),
    ("postcode", Kind::Digits),
    ("state", Kind::Exact),
    ("date_of_birth", Kind::Date),
    ("soc_sec_id", Kind::Digits),
];

fn read(path: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path).expect("a file");
    reader.records().map(|r| r.expect("a row").iter().map(str::to_owned).collect()).collect()
}

fn entity(id: &str) -> String {
    id.split('-').nth(1).unwrap_or_default().to_owned()
}

fn main() {
    let folder = std::env::args().nth(1).expect("the folder");
    for with_id in [false, true] {
        let columns: Vec<_> = COLUMNS.iter().take(if with_id { 10 } else { 9 }).collect();
        let spec = LinkageSpec {
            fields: columns
                .iter()
                .map(|(name, kind)| FieldSpec {
                    name: (*name).into(),
                    left: None,
                    right: None,
                    compare: *kind,
                    frequency: true,
                })
                .collect(),
            exchanged: vec![["given_name".into(), "surname".into()]],
            blocking: Default::default(),
            decide: Default::default(),
            seed: 1,
        };
        for (left, right) in [("dataset4a", Some("dataset4b")), ("dataset3", None)] {
            let began = Instant::now();
            let a = read(&format!("{folder}/{left}.csv"));
            let b = right.map(|right| read(&format!("{folder}/{right}.csv")));
            let input = |rows: &Vec<Vec<String>>| -> Input<'_> {
                let rows: &'static Vec<Vec<String>> = Box::leak(Box::new(rows.clone()));
                Input {
                    columns: (0..columns.len()).map(|c| rows.iter().map(|r| r[c + 1].as_str()).collect()).collect(),
                }
            };
            let (ia, ib) = (input(&a), b.as_ref().map(input));
            let fields = Fields::new(&spec, &ia, ib.as_ref());
            let t0 = began.elapsed();
            let pairs = candidates(&spec, &fields, 2);
            let t1 = began.elapsed();
            let other = b.as_ref().unwrap_or(&a);
            let is_true = |l: u32, r: u32| entity(&a[l as usize][0]) == entity(&other[r as usize][0]);
            let mut truth = 0usize;
            if right.is_some() {
                let ids: BTreeSet<_> = a.iter().map(|r| entity(&r[0])).collect();
                truth = other.iter().filter(|r| ids.contains(&entity(&r[0]))).count();
            } else {
                let mut sizes: BTreeMap<String, usize> = BTreeMap::new();
                a.iter().for_each(|r| *sizes.entry(entity(&r[0])).or_default() += 1);
                truth += sizes.values().map(|n| n * (n - 1) / 2).sum::<usize>();
            }
            let reach = pairs.iter().filter(|(l, r)| is_true(*l, *r)).count();
            let model = learn(&spec, &fields, &pairs, 2);
            let t2 = began.elapsed();
            println!(
                "{left} {right:?} id {with_id}: {} candidates, reach {reach} of {truth}, prior*pairs {:.0}, {:?}",
                pairs.len(),
                model.prior * fields.pairs(),
                (t0, t1 - t0, t2 - t1)
            );
            if std::env::var("SHOW").is_ok() {
                for c in &model.comparisons {
                    println!("  {} {:.5?}", c.name, c.levels.iter().map(|l| (l.m, l.u)).collect::<Vec<_>>());
                }
            }
            for least in [0.01, 0.1, 0.5, 0.9, 0.99] {
                let t = Instant::now();
                let scored = score(&spec, &fields, &model, &pairs, 0.001, 2);
                let ts = t.elapsed();
                let all = decide(&Decide { link: least, doubt: 0.001, ..Decide::default() }, &scored, right.is_none());
                let links: Vec<(u32, u32)> =
                    all.iter().filter(|d| d.decision == Decision::Link).map(|d| (d.pair.left, d.pair.right)).collect();
                if least == 0.9 {
                    println!("    scoring {ts:?} deciding {:?}", t.elapsed() - ts);
                }
                let report = |what: &str, found: &[(u32, u32)]| {
                    let right = found.iter().filter(|(l, r)| is_true(*l, *r)).count();
                    let (p, r) = (right as f64 / found.len().max(1) as f64, right as f64 / truth as f64);
                    println!("    {least}: {what:<10} P {p:.5} R {r:.5} F1 {:.5}", 2.0 * p * r / (p + r));
                };
                report("links", &links);
                if right.is_none() {
                    let group = groups(a.len(), &all);
                    let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
                    group.iter().enumerate().for_each(|(row, g)| members.entry(*g).or_default().push(row as u32));
                    let found: Vec<(u32, u32)> = members
                        .values()
                        .flat_map(|m| {
                            m.iter().enumerate().flat_map(move |(i, x)| m[i + 1..].iter().map(move |y| (*x, *y)))
                        })
                        .collect();
                    report("groups", &found);
                }
            }
        }
    }
}
