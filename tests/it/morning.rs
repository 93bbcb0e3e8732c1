//! The morning's list is what the counter would say.

use crate::support::{Sandbox, json};
use config::Settings;
use doisoat::access::Actor;
use doisoat::check::{Asking, Desk, Live, Looked, Question, case_row, look};
use doisoat::workspace::Workspace;
use schemas::clock::FixedClock;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::Scope;
use store::ledger::Role;

#[tokio::test(flavor = "multi_thread")]
async fn every_case_of_the_list_has_the_verdict_that_a_clerk_gets_who_asks_for_it() {
    let sandbox = Sandbox::serve(&["--persons", "6000", "--seed", "3", "--defects", "12", "--faults", "0"]);
    json(&sandbox.run().output().expect("runs"), 0);
    let settings = Settings::load(&sandbox.settings()).expect("settings");
    let clock = Arc::new(FixedClock("2026-11-24T23:30:00Z".parse().expect("an instant")));
    let desk = Desk::new(Workspace::open(settings, clock, 0).await.expect("opens")).expect("a desk");
    let list = desk.workspace.ledger.case_verdicts(&Scope::Province).await.expect("a list");
    assert!(list.len() > 50, "{} cases", list.len());
    let conclusions: BTreeSet<&str> = list.iter().map(|case| case.conclusion.as_str()).collect();
    assert!(conclusions.len() > 2, "{conclusions:?}");
    let actor = Actor { name: "tran.lan".into(), role: Role::Clerk, scope: Scope::Province };
    for (at, case) in list.iter().enumerate() {
        let request_id = format!("morning-{at}");
        let asking = Asking {
            actor: &actor,
            request_id: &request_id,
            procedure: None,
            outside: None,
            outside_note: "",
            live: Live::No,
        };
        let question = Question::parse(&case.case_code).expect("a code");
        let Looked::One(checked) = look(&desk, &question, &asking).await.expect("looks") else {
            // Two people in one case: nobody can be named, and the list must not name one either.
            assert_eq!(case.person, None, "{}", case.case_code);
            continue;
        };
        let mut asked = case_row(&desk, &checked, &case.source, &case.due_on);
        asked.judged_at = case.judged_at;
        assert!(asked == *case, "{}: {} and {}", case.case_code, asked.conclusion, case.conclusion);
    }
}
