//! `doisoat demo`: a made-up province, one night, and the truth beside it.

use super::args::{DemoArgs, PopulationMode, ShapeArgs, WorldArgs};
use super::progress_bars::Bars;
use super::report_text;
use super::run_command::workers;
use super::table::table;
use crate::Lang;
use crate::demo::{self, LinkTruth, Plan, TruthCount};
use crate::nightly::{self, RunOptions};
use crate::problem::Problem;
use crate::workspace::{Workspace, load_settings};
use jiff::SignedDuration;
use sandbox::{CivilStatusShape, Variants};
use schemas::clock::AnchoredClock;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use store::ledger::{FindingFilter, LinkFilter};

pub fn plan(args: &WorldArgs, ledger: Option<String>) -> Plan {
    Plan {
        province: args.province.clone(),
        persons: args.persons,
        seed: args.seed,
        faults: args.faults,
        page_order: args.page_order,
        defects: args.defects,
        lookup: args.population == PopulationMode::Lookup,
        operation: args.shapes.operation,
        variants: variants(&args.shapes),
        ledger,
    }
}

fn variants(shapes: &ShapeArgs) -> Variants {
    let minutes = |minutes: u32| SignedDuration::from_mins(i64::from(minutes));
    let arrival = |late: u32| demo::night_begins().saturating_add(minutes(late)).unwrap_or(demo::night_begins());
    Variants {
        wrapper: shapes.wrapper,
        birth_date: shapes.birth_date,
        civil_status: if shapes.newer_civil_status { CivilStatusShape::Newer } else { CivilStatusShape::Older },
        numbers_arrive: shapes.late_numbers.map(arrival),
    }
}

pub async fn run(args: DemoArgs, lang: Lang) -> Result<u8, Problem> {
    let plan = plan(&args.world, args.ledger.clone());
    if !args.json {
        let people = lang.number(plan.persons as u64);
        let share = (plan.faults * 100.0).round();
        match lang {
            Lang::Vi => {
                println!("Dựng tỉnh giả {}: {people} người; khoảng {share} % yêu cầu sẽ gặp lỗi.", plan.province)
            }
            Lang::En => println!(
                "Making up province {}: {people} people; about {share} % of the requests will go wrong.",
                plan.province
            ),
        }
    }
    let clock = Arc::new(AnchoredClock::new(demo::night_begins()));
    let served = demo::serve(&args.dir, &plan, clock.clone()).await?;
    let settings = load_settings(Some(&served.settings_file))?.settings;
    let workspace = Workspace::open(settings, clock, args.world.seed).await?;
    let options = RunOptions { workers: workers(0), ..RunOptions::default() };
    let report = nightly::run(&workspace, &options, Arc::new(Bars::new(lang))).await?;
    served.running.stop();
    let stored = workspace.ledger.findings(&FindingFilter::default()).await?;
    let pairs = workspace.ledger.link_pairs(&LinkFilter::default()).await?;
    workspace.ledger.close().await;
    let findings: Vec<_> = stored.into_iter().map(|s| s.finding).collect();
    let (truth, missed, invented) = demo::compare(served.world.truth(), &findings);
    let links = demo::compare_links(served.world.truth(), &pairs);
    let difference = serde_json::json!({ "missed": missed, "false": invented });
    std::fs::write(args.dir.join("difference.json"), difference.to_string())?;
    if args.json {
        let mut object = serde_json::to_value(&report).map_err(|e| Problem::failed("REPORT", e.to_string()))?;
        object["truth"] = serde_json::to_value(&truth).map_err(|e| Problem::failed("REPORT", e.to_string()))?;
        object["link_truth"] = serde_json::to_value(links).map_err(|e| Problem::failed("REPORT", e.to_string()))?;
        println!("{object}");
    } else {
        println!();
        report_text::print(&report, lang);
        print_truth(&truth, lang);
        print_links(&links, lang);
        print_next(&served.settings_file, lang);
    }
    Ok(report.exit_code())
}

fn print_truth(truth: &BTreeMap<String, TruthCount>, lang: Lang) {
    println!();
    let mut rows = table(&match lang {
        Lang::Vi => ["Sai lệch", "Đã cài", "Tìm thấy", "Sót", "Nhầm"],
        Lang::En => ["Finding", "Planted", "Found", "Missed", "False"],
    });
    let mut sum = TruthCount::default();
    let mut add = |kind: &str, count: &TruthCount| {
        rows.add_row([
            kind.to_owned(),
            lang.number(count.planted),
            lang.number(count.found),
            lang.number(count.missed),
            lang.number(count.false_findings),
        ]);
    };
    for (kind, count) in truth {
        add(kind, count);
        sum.planted += count.planted;
        sum.found += count.found;
        sum.missed += count.missed;
        sum.false_findings += count.false_findings;
    }
    add(lang.pick("Tổng", "Total"), &sum);
    println!("{rows}");
}

fn print_links(links: &LinkTruth, lang: Lang) {
    println!(
        "{}: {}; {} {}, {} {}, {} {}",
        lang.pick("Bản ghi bị mất số", "Records whose number was taken away"),
        lang.number(links.planted),
        lang.number(links.right),
        lang.pick("ghép đúng người", "linked rightly"),
        lang.number(links.wrong),
        lang.pick("ghép nhầm", "linked wrongly"),
        lang.number(links.in_doubt),
        lang.pick("chờ người xem", "for people to look at"),
    );
}

fn print_next(settings: &Path, lang: Lang) {
    let config = settings.display();
    println!();
    println!("{}", lang.pick("Xem tiếp:", "Look further:"));
    for command in [
        format!("doisoat findings list --config {config}"),
        format!("doisoat findings export --config {config} --out findings.xlsx"),
        format!("doisoat runs list --config {config}"),
        format!("doisoat quarantine list --config {config}"),
    ] {
        println!("  {command}");
    }
}
