//! The plan: the same partitions for the same context, and no two alike.

use super::secrets::Canaries;
use super::{Bench, Part, Report, Rule, parts};
use schemas::Partition;
use std::collections::BTreeSet;

pub fn check(bench: &dyn Bench, report: &mut Report) -> Vec<Part> {
    let (context, canaries) = (bench.context(), Canaries(bench.canaries()));
    let connector = bench.connector();
    let planned = parts(&*connector, &context);
    // By the same connector and by a new one: a plan must not remember.
    for again in [parts(&*connector, &context), parts(&*bench.connector(), &context)] {
        let same = |(one, other): (&Part, &Part)| one.partition == other.partition && one.start == other.start;
        if planned.len() != again.len() || !planned.iter().zip(&again).all(same) {
            report.breaks(Rule::Running(1), "the partitions are others when the same context is planned again");
        }
    }
    let name = |partition: &Partition| (partition.dataset, partition.key.clone());
    let names: BTreeSet<_> = planned.iter().map(|part| name(&part.partition)).collect();
    if names.len() != planned.len() {
        report.breaks(Rule::Running(1), "two partitions of a dataset have one key");
    }
    if planned.is_empty() {
        report.breaks(Rule::Running(1), "the context of the bench makes no partition");
    }
    for part in &planned {
        canaries.check("a partition key", &part.partition.key, Rule::Running(1), report);
        canaries.check("a start cursor", part.start.as_ref().map_or("", |cursor| &cursor.0), Rule::Cursors(1), report);
        if part.partition.source != *connector.source() {
            report.breaks(Rule::Running(1), "a partition belongs to another source than its connector");
        }
    }
    report.partitions = planned.len();
    planned
}
