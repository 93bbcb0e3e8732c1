//! A source that cuts, is away, or repeats itself: never a page that looks like an answer.

use super::pages::Pull;
use super::secrets::Canaries;
use super::{Bench, Part, Report, Rule};
use crate::connector::{Connector, PlanContext};
use schemas::{CanonicalRecord, ErrorClass, Page, SourceError};

pub async fn check_cut(bench: &dyn Bench, parts: &[Part], report: &mut Report) {
    for part in parts {
        let rule = Rule::Pages(1);
        if let Some(error) = no_answer(bench, part, rule, "a body that is cut", report).await {
            check_final(&error, part, report);
        }
    }
}

pub async fn check_away(bench: &dyn Bench, parts: &[Part], report: &mut Report) {
    for part in parts {
        let Some(error) = no_answer(bench, part, Rule::Asking(5), "a source that is away", report).await else {
            continue;
        };
        check_final(&error, part, report);
        let may_go_away = matches!(error.class, ErrorClass::Exhausted | ErrorClass::Transient);
        if !may_go_away {
            report.breaks(Rule::Asking(4), format!("a source that is away ends in {:?} {}", error.class, error.code));
        }
    }
}

/// The error that comes instead of a page. Look-ups may give a page without anybody in it, if they
/// count that they could not ask.
async fn no_answer(
    bench: &dyn Bench,
    part: &Part,
    rule: Rule,
    fault: &str,
    report: &mut Report,
) -> Option<SourceError> {
    let (context, canaries, connector) = (bench.context(), Canaries(bench.canaries()), bench.connector());
    let outcome = connector.page(&part.partition, part.start.as_ref(), &context).await;
    let statistics = connector.statistics();
    if statistics.not_found > 0 {
        report.breaks(Rule::Asking(5), format!("{fault} is counted as not found"));
    }
    match outcome {
        Err(error) => {
            canaries.check_error(&error, report);
            Some(error)
        }
        Ok(page) => {
            let nobody = page.records.is_empty() && page.rejects.is_empty() && page.served == 0;
            let says_so = part.capabilities.lookup && statistics.could_not_ask > 0;
            if !nobody || !says_so {
                report.breaks(rule, format!("{fault} gives a page of {} records", page.records.len()));
            }
            None
        }
    }
}

/// Only a file that changes while it is read may come out as something that goes away by itself.
fn check_final(error: &SourceError, part: &Part, report: &mut Report) {
    let is_open = matches!(error.class, ErrorClass::Transient | ErrorClass::Throttled);
    if is_open && !part.capabilities.deliveries {
        report.breaks(Rule::Asking(4), format!("{} comes out as {:?}, which is not final", error.code, error.class));
    }
}

/// A cache in between: either it is noticed, or what came is right all the same.
pub async fn check_stale(bench: &dyn Bench, parts: &[Part], pulls: &[Pull], report: &mut Report) {
    let (context, canaries) = (bench.context(), Canaries(bench.canaries()));
    for (part, healthy) in parts.iter().zip(pulls) {
        let connector = bench.connector();
        let outcome = plain_pull(&*connector, part, &context).await;
        let unanswered = connector.statistics().could_not_ask as usize;
        match outcome {
            // Each question whose answer was about somebody else is counted.
            Ok((records, _))
                if part.capabilities.lookup
                    && is_part_of(&records, &healthy.records)
                    && records.len() + unanswered >= healthy.records.len() => {}
            // Rejects are kept and counted: somebody will look.
            Ok((records, rejects)) if is_part_of(&records, &healthy.records) && rejects > healthy.rejects => {}
            Ok((records, _)) if records == healthy.records => {}
            Ok((records, _)) => {
                let detail = format!(
                    "a source that repeats its first answer gives {} rows, {} of them others than the {} it has, and nobody notices",
                    records.len(),
                    records.iter().filter(|row| !healthy.records.contains(row)).count(),
                    healthy.records.len()
                );
                report.breaks(Rule::Cursors(5), detail);
            }
            Err(error) => {
                canaries.check_error(&error, report);
                if error.class != ErrorClass::Contract {
                    let detail = format!("a source that repeats its first answer ends in {:?}", error.class);
                    report.breaks(Rule::Cursors(5), detail);
                }
            }
        }
    }
}

fn is_part_of(records: &[CanonicalRecord], all: &[CanonicalRecord]) -> bool {
    records.iter().all(|row| all.contains(row))
}

/// Until the end, or an error; a thousand pages of a bench are no end.
async fn plain_pull(
    connector: &dyn Connector,
    part: &Part,
    context: &PlanContext,
) -> Result<(Vec<CanonicalRecord>, usize), SourceError> {
    let (mut records, mut rejects, mut cursor) = (Vec::new(), 0, part.start.clone());
    for _ in 0..1_000 {
        let page: Page = connector.page(&part.partition, cursor.as_ref(), context).await?;
        records.extend(page.records);
        rejects += page.rejects.len();
        match page.next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    Ok((records, rejects))
}
