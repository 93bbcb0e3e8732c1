//! The quality of data: cases of `tests/data/quality.toml`, and what holds in every world.

use super::world::{self, ScenarioRow, context, run_counted, scenarios};
use reconcile::quality::{ErrorGroups, Measured, Quality, Share, SourceAge, WHOLE, quality};
use reconcile::{Context, Counted, Decisions};
use schemas::{Criterion, Dataset, ErrorGroup, FindingKind, SourceId};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// Hours since the source was read; its period is 36. Absent: it was never read.
    #[serde(default)]
    age: BTreeMap<String, u64>,
    #[serde(default)]
    row: Vec<ScenarioRow>,
    expect: Vec<Expected>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    source: String,
    commune: String,
    rows: u64,
    /// Satisfied/evaluated; absent: no figure.
    accuracy: Option<String>,
    completeness: Option<String>,
    cleanness: Option<String>,
    timeliness: Option<String>,
    consistency: Option<String>,
    identifiers: Option<String>,
    /// Hundredths of a percent.
    dqi: Option<u32>,
    band: Option<String>,
    #[serde(default)]
    groups: BTreeMap<String, u64>,
}

fn names(context: &Context) -> Vec<SourceId> {
    context.sources.iter().map(|source| source.id.clone()).collect()
}

fn measure(context: &Context, counted: &Counted, ages: &[SourceAge]) -> Vec<Quality> {
    let enabled = |kind| context.rules.enabled(kind).is_some();
    quality(&names(context), ages, enabled, &counted.tally.clone().settled(), &ErrorGroups::of(&counted.findings))
}

fn shown(share: Share) -> Option<String> {
    (share.evaluated > 0).then(|| format!("{}/{}", share.satisfied, share.evaluated))
}

#[test]
fn each_case_gives_the_shares_and_the_index_that_a_reader_expects() {
    let scale = config::Quality::default();
    let context = context(false);
    for case in world::cases::<Case>(include_str!("../data/quality.toml")) {
        let rows: Vec<&ScenarioRow> = case.row.iter().collect();
        let (counted, _) = run_counted(context, &rows, 1, Decisions::new());
        let age = |(source, hours): (&String, &u64)| SourceAge {
            source: SourceId::parse(source).expect("a source"),
            age_hours: Dataset::ALL.iter().filter(|_| *hours > 0).map(|dataset| (*dataset, *hours)).collect(),
            period_hours: 36,
        };
        let ages: Vec<SourceAge> = case.age.iter().map(age).collect();
        let found = measure(context, &counted, &ages);
        assert_eq!(found.len(), case.expect.len(), "{}: {found:#?}", case.name);
        for expected in &case.expect {
            let place = format!("{}: {}/{}", case.name, expected.source, expected.commune);
            let one = found.iter().find(|q| q.source == expected.source && q.commune == expected.commune);
            let one = &one.unwrap_or_else(|| panic!("{place} is missing: {found:#?}")).measured;
            let criteria = [
                (Criterion::Accuracy, &expected.accuracy),
                (Criterion::Completeness, &expected.completeness),
                (Criterion::Cleanness, &expected.cleanness),
                (Criterion::Timeliness, &expected.timeliness),
                (Criterion::Consistency, &expected.consistency),
            ];
            for (criterion, share) in criteria {
                assert_eq!(shown(one.share(criterion)), *share, "{place}: {criterion}");
            }
            assert_eq!(one.rows, expected.rows, "{place}");
            assert_eq!(shown(one.identifiers), expected.identifiers, "{place}");
            assert_eq!(one.dqi(&scale), expected.dqi, "{place}");
            assert_eq!(one.band(&scale).map(|band| band.to_string()), expected.band, "{place}");
            let groups: BTreeMap<String, u64> = one.groups.iter().map(|(g, n)| (g.to_string(), *n)).collect();
            assert_eq!(groups, expected.groups, "{place}");
        }
    }
}

#[test]
fn no_row_breaks_a_rule_that_was_not_looked_for_in_it_and_findings_add_up() {
    let mut found = 0;
    let contexts = [context(false), context(true)];
    for scenario in scenarios() {
        let context = contexts[usize::from(scenario.mosaic)];
        let rows: Vec<&ScenarioRow> = scenario.row.iter().collect();
        let (counted, _) = run_counted(context, &rows, 2, Decisions::new());
        let none = reconcile::quality::Share::default();
        for (place, counts) in counted.tally.clone().settled() {
            for kind in FindingKind::ALL {
                let (broken, asked) = (counts.broken[*kind as usize], counts.asked[*kind as usize]);
                assert!(broken <= asked, "{}: {kind} in {place:?}: {broken} of {asked}", scenario.name);
                found += broken;
            }
        }
        let all = measure(context, &counted, &[]);
        let groups: u64 = all.iter().flat_map(|one| one.measured.groups.values()).sum();
        assert_eq!(groups, counted.findings.len() as u64, "{}", scenario.name);
        for one in &all {
            for criterion in Criterion::ALL {
                let share = one.measured.share(*criterion);
                assert!(share.satisfied <= share.evaluated, "{}", scenario.name);
                assert!(share == none || share.basis_points().is_some_and(|points| points <= WHOLE));
            }
        }
    }
    assert!(found > 20, "only {found} rows broke a rule");
}

#[test]
fn neither_the_order_of_rows_nor_the_number_of_buckets_changes_a_figure() {
    let contexts = [context(false), context(true)];
    for scenario in scenarios() {
        let context = contexts[usize::from(scenario.mosaic)];
        let mut rows: Vec<&ScenarioRow> = scenario.row.iter().collect();
        let figures = |rows: &[&ScenarioRow], buckets| {
            let (counted, _) = run_counted(context, rows, buckets, Decisions::new());
            measure(context, &counted, &[])
        };
        let expected = figures(&rows, 1);
        rows.reverse();
        assert_eq!(figures(&rows, 8), expected, "{}", scenario.name);
    }
}

#[test]
fn whole_sources_are_the_sum_of_their_communes() {
    let share = |satisfied, evaluated| Share { evaluated, satisfied };
    let one = |satisfied| Measured {
        rows: 10,
        criteria: [(Criterion::Accuracy, share(satisfied, 10))].into(),
        identifiers: share(satisfied, 10),
        groups: [(ErrorGroup::Stale, 10 - satisfied)].into(),
    };
    let mut sum = one(10);
    sum.add(&one(9));
    assert_eq!((sum.rows, sum.share(Criterion::Accuracy), sum.groups[&ErrorGroup::Stale]), (20, share(19, 20), 1));
    assert_eq!((one(10).identifiers_are_whole(), sum.identifiers_are_whole()), (Some(true), Some(false)));
    assert_eq!(Measured::default().dqi(&config::Quality::default()), None);
    assert_eq!(quality(&[], &[], |_| true, &BTreeMap::new(), &ErrorGroups::default()), []);
}
