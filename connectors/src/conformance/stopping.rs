//! A stop takes effect within a second, whatever is waited for.

use super::secrets::Canaries;
use super::{Bench, Part, Report, Rule};
use schemas::ErrorClass;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// Long enough for the question to be on its way.
const BEFORE_THE_STOP: Duration = Duration::from_millis(200);
/// What the contract allows, and as much again for a machine that is busy.
const AT_MOST: Duration = Duration::from_secs(2);

pub async fn check(bench: &dyn Bench, parts: &[Part], report: &mut Report) {
    let (context, canaries) = (bench.context(), Canaries(bench.canaries()));
    for part in parts {
        let connector = bench.connector();
        let asking = connector.page(&part.partition, part.start.as_ref(), &context);
        let stopping = async {
            sleep(BEFORE_THE_STOP).await;
            connector.stop();
            Instant::now()
        };
        let limit = BEFORE_THE_STOP + AT_MOST + Duration::from_secs(1);
        let Ok((outcome, stopped_at)) = timeout(limit, async { tokio::join!(asking, stopping) }).await else {
            report.breaks(Rule::Running(4), "a stop does not end a question that nobody answers");
            continue;
        };
        if stopped_at.elapsed() > AT_MOST {
            report.breaks(Rule::Running(4), "a stop takes longer than a second");
        }
        match outcome {
            Ok(_) => report.breaks(Rule::Running(4), "a question that was stopped gives a page"),
            Err(error) => {
                canaries.check_error(&error, report);
                if error.class != ErrorClass::Stopped {
                    report.breaks(Rule::Running(4), format!("a stop ends in {:?} {}", error.class, error.code));
                }
            }
        }
    }
}
