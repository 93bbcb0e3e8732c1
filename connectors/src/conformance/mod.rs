//! Does a connector do what `docs/CONNECTORS.md` demands?
//!
//! Whoever writes one gives a [`Bench`]: the connector, what it plans from, made-up personal values
//! that its source serves, and a way to make that source misbehave. [`check`] pulls everything,
//! asks twice, asks nonsense, cuts, silences and stops, and tells which numbered rule is broken.
//!
//! It knows connectors only by their trait; what it cannot see (that a date is read rightly, that a
//! reject has the right reason) the connector's own tests must show.

mod faults;
mod pages;
mod plan;
mod rule;
mod secrets;
mod stopping;

pub use rule::{Broken, Rule};

use crate::connector::{Capabilities, Connector, PlanContext};
use futures::future::BoxFuture;
use schemas::{Cursor, Dataset, Partition};

/// How a source misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It does not.
    Healthy,
    /// Every answer is cut somewhere in its body.
    Cut,
    /// Nobody is there.
    Away,
    /// Takes the question and never answers.
    Silent,
    /// Answers every question with the answer to the first one, as a cache does.
    Stale,
}

/// A connector beside a source that does what it is told.
pub trait Bench: Send + Sync {
    /// A new connector, with little patience: a few attempts, short pauses, and a time-out of more
    /// than a second (so that a stop, not the time-out, ends a wait).
    fn connector(&self) -> Box<dyn Connector>;

    /// What the plan is made from: at least one partition with at least two pages must come of it.
    fn context(&self) -> PlanContext;

    /// Personal values that the source serves, or parts of them, that occur nowhere else.
    fn canaries(&self) -> Vec<String>;

    /// From now on the source behaves like that, from its first answer on. `false`: it cannot, and
    /// the check is left out.
    fn behave(&self, fault: Fault) -> BoxFuture<'_, bool>;
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Report {
    pub broken: Vec<Broken>,
    pub partitions: usize,
    pub pages: usize,
    pub records: usize,
    /// Faults that the bench could make.
    pub faults: Vec<Fault>,
}

impl Report {
    /// What is broken, a line each; empty when nothing is.
    pub fn verdict(&self) -> String {
        let lines: Vec<String> = self.broken.iter().map(ToString::to_string).collect();
        lines.join("\n")
    }

    fn breaks(&mut self, rule: Rule, detail: impl Into<String>) {
        let broken = Broken { rule, detail: detail.into() };
        // One connector, one fault in it: the same line for each page says nothing new.
        if !self.broken.contains(&broken) {
            self.broken.push(broken);
        }
    }
}

/// A partition with what its source can do, and where its pull begins.
struct Part {
    partition: Partition,
    capabilities: Capabilities,
    start: Option<Cursor>,
}

/// Runs all checks.
pub async fn check(bench: &dyn Bench) -> Report {
    let mut report = Report::default();
    bench.behave(Fault::Healthy).await;
    let parts = plan::check(bench, &mut report);
    let pulls = pages::check(bench, &parts, &mut report).await;
    pages::check_foreign_cursors(bench, &parts, &mut report).await;
    for fault in [Fault::Cut, Fault::Away, Fault::Stale, Fault::Silent] {
        if bench.behave(fault).await {
            report.faults.push(fault);
            match fault {
                Fault::Cut => faults::check_cut(bench, &parts, &mut report).await,
                Fault::Away => faults::check_away(bench, &parts, &mut report).await,
                Fault::Stale => faults::check_stale(bench, &parts, &pulls, &mut report).await,
                Fault::Silent => stopping::check(bench, &parts, &mut report).await,
                Fault::Healthy => {}
            }
        }
        bench.behave(Fault::Healthy).await;
    }
    report
}

/// All partitions of all datasets, in the order of the connector.
fn parts(connector: &dyn Connector, context: &PlanContext) -> Vec<Part> {
    let of = |(dataset, capabilities): (Dataset, Capabilities)| {
        let part = move |partition: Partition| Part {
            start: connector.start_cursor(&partition, context),
            partition,
            capabilities,
        };
        connector.partitions(dataset, context).into_iter().map(part)
    };
    connector.datasets().into_iter().flat_map(of).collect()
}
