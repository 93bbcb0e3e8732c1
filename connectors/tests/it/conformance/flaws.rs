//! That the suite can fail: each broken toy must be caught by the rule that it breaks.

use super::toys::{Flaw, NUMBER, Toy};
use connectors::conformance::{Bench, Fault, Rule, check};
use connectors::{Connector, PlanContext};
use futures::future::BoxFuture;
use std::sync::{Arc, Mutex};

struct ToyBench {
    flaw: Flaw,
    fault: Arc<Mutex<Fault>>,
}

impl Bench for ToyBench {
    fn connector(&self) -> Box<dyn Connector> {
        let fault = *self.fault.lock().expect("not poisoned");
        Box::new(Toy::new(self.flaw, fault))
    }

    fn context(&self) -> PlanContext {
        PlanContext::default()
    }

    fn canaries(&self) -> Vec<String> {
        vec![NUMBER.into()]
    }

    fn behave(&self, fault: Fault) -> BoxFuture<'_, bool> {
        *self.fault.lock().expect("not poisoned") = fault;
        Box::pin(async { true })
    }
}

async fn rules_broken(flaw: Flaw) -> Vec<Rule> {
    let report = check(&ToyBench { flaw, fault: Arc::new(Mutex::new(Fault::Healthy)) }).await;
    assert!(!report.verdict().contains(NUMBER), "the verdict tells a value: {}", report.verdict());
    report.broken.iter().map(|broken| broken.rule).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_toy_without_a_flaw_conforms() {
    assert_eq!(rules_broken(Flaw::None).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_flaw_is_caught_by_the_rule_that_it_breaks() {
    let flaws = [
        (Flaw::PlansAnew, Rule::Running(1)),
        (Flaw::PlansTwins, Rule::Running(1)),
        (Flaw::PlansByNumber, Rule::Running(1)),
        (Flaw::TakesCutBodies, Rule::Pages(1)),
        (Flaw::Miscounts, Rule::Pages(2)),
        (Flaw::QuotesInDetails, Rule::Pages(4)),
        (Flaw::GivesSentencesAsReasons, Rule::Pages(4)),
        (Flaw::IsItsOwnKey, Rule::Pages(6)),
        (Flaw::KeepsValuesOfDeleted, Rule::Pages(8)),
        (Flaw::NamesInCursors, Rule::Cursors(1)),
        (Flaw::WritesNoJson, Rule::Cursors(1)),
        (Flaw::Forgets, Rule::Cursors(2)),
        (Flaw::TakesAnyCursor, Rule::Cursors(3)),
        (Flaw::StandsStill, Rule::Cursors(3)),
        (Flaw::DoesNotResume, Rule::Cursors(4)),
        (Flaw::BelievesACache, Rule::Cursors(5)),
        (Flaw::GivesUpOpenly, Rule::Asking(4)),
        (Flaw::BlamesTheContract, Rule::Asking(4)),
        (Flaw::IsEmptyWhenAway, Rule::Asking(5)),
        (Flaw::CountsAbsenceAsNotFound, Rule::Asking(5)),
        (Flaw::QuotesInErrors, Rule::Asking(6)),
        (Flaw::NeverEnds, Rule::Running(2)),
        (Flaw::CountsNothing, Rule::Running(3)),
        (Flaw::IsDeaf, Rule::Running(4)),
        (Flaw::StopsAsExhausted, Rule::Running(4)),
    ];
    let reports = futures::future::join_all(flaws.map(|(flaw, _)| rules_broken(flaw))).await;
    for ((flaw, rule), broken) in flaws.into_iter().zip(reports) {
        assert!(broken.contains(&rule), "{flaw:?} breaks {rule:?} and was caught by {broken:?}");
    }
}
