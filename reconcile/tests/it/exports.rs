//! Every finding of every scenario, byte for byte: kinds, severities, values, texts in both
//! languages, owners and next steps; in how many rows each kind was looked for; and what came of
//! linking rows without a number, with its evidence.

use super::links;
use super::record::is_on_record;
use super::world::{ScenarioRow, context, run_counted, run_with, scenarios};
use reconcile::{Decisions, PairShown, Tally, canonical_export};
use schemas::FindingKind;

fn counts(tally: Tally) -> Vec<String> {
    let by_kind = |counts: &[u64]| {
        let named = FindingKind::ALL.iter().zip(counts).filter(|(_, count)| **count > 0);
        named.map(|(kind, count)| format!("{kind} {count}")).collect::<Vec<_>>().join(" ")
    };
    tally
        .settled()
        .iter()
        .map(|(place, counts)| {
            let (asked, broken) = (by_kind(&counts.asked), by_kind(&counts.broken));
            format!(
                "  {} {:?} {:?}: {} rows, {} addresses; asked {asked}; broken {broken}",
                place.source, place.dataset, place.commune, counts.rows, counts.addresses
            )
        })
        .collect()
}

#[test]
fn the_findings_and_counts_of_every_scenario_are_those_on_record() {
    let (complete, mosaic) = (context(false), context(true));
    let mut lines = Vec::new();
    for scenario in scenarios() {
        let context = if scenario.mosaic { mosaic } else { complete };
        let rows: Vec<_> = scenario.row.iter().collect();
        let (counted, _) = run_counted(context, &rows, 4, Decisions::new());
        lines.push(scenario.name.clone());
        let export = String::from_utf8(canonical_export(&counted.findings)).expect("text");
        lines.extend(export.lines().map(|line| format!("  {line}")));
        lines.extend(counts(counted.tally));
    }
    is_on_record("answers/findings.txt", &lines);
}

pub fn shown(pair: &PairShown) -> String {
    let record = &pair.record;
    let steps: Vec<String> = pair.steps.iter().map(|step| format!("{step:?}")).collect();
    format!(
        "{}/{}/{} {} {:.5}: {}",
        record.source,
        record.record_key,
        record.part,
        pair.person,
        pair.probability,
        steps.join(", ")
    )
}

#[test]
fn what_is_linked_without_a_number_and_why_is_that_on_record() {
    let (context, strangers) = (context(false), links::strangers());
    let mut lines = Vec::new();
    for case in links::cases().iter().step_by(2) {
        let rows: Vec<&ScenarioRow> = case.row.iter().chain(&strangers).collect();
        let (_, found) = run_with(context, &rows, 2, links::decisions(case, &strangers));
        lines.push(case.name.clone());
        lines.extend(found.linked().map(|l| format!("  linked {} {}", l.decided, shown(&l.pair))));
        lines.extend(found.doubts().map(|pair| format!("  doubt {}", shown(&pair))));
        lines.extend(found.counts.iter().map(|(place, count)| format!("  {place:?} {count:?}")));
    }
    is_on_record("answers/links.txt", &lines);
}
