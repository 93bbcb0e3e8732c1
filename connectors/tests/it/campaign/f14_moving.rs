//! F14: records come and go upstream while they are paged: none of those that stay is lost, none is
//! doubled in the result, and none is called deleted that is not.

use super::scenario::{Dice, Scenario};
use crate::server::{Answer, Server};
use crate::subjects::{FEED, LAND, ONE_STOP, REGISTER, Subject};
use crate::support::build;
use schemas::ErrorClass;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

/// The source's list, and what became of it.
struct Moving {
    records: Vec<Value>,
    next: u32,
    gone: BTreeSet<String>,
    dice: Dice,
}

impl Moving {
    /// Between two answers: perhaps some go, perhaps some come, at the end as ids and times do.
    fn move_on(&mut self, subject: Subject, share: f64) {
        if self.dice.share() >= share || self.records.len() < 10 {
            return;
        }
        for _ in 0..1 + self.dice.below(2) {
            let at = self.dice.below(self.records.len() as u64) as usize;
            let record = self.records.remove(at);
            self.gone.insert(record.to_string());
        }
        // A feed ends at the time of its first answer: what is new is tomorrow's.
        let comes = !matches!(subject.name, "population feed" | "civil status register");
        for _ in 0..if comes { self.dice.below(3) } else { 0 } {
            self.records.push((subject.record)(self.next));
            self.next += 1;
        }
    }
}

async fn pull(subject: Subject, share: f64, seed: u64) -> Result<&'static str, String> {
    let mut dice = Dice::new(seed);
    let (count, page_size) = (60 + dice.below(60) as u32, 6 + dice.below(15) as u32);
    let moving = Moving { records: subject.records(count), next: count, gone: BTreeSet::new(), dice };
    let (state, answer) = (Arc::new(Mutex::new(moving)), subject.answer);
    let shared = state.clone();
    let server = Server::start(move |asked| {
        let mut state = shared.lock().expect("not poisoned");
        let body = answer(asked, &state.records);
        state.move_on(subject, share);
        Answer::json(body)
    })
    .await;
    let mut settings = subject.settings(&server.url);
    settings.page_size = page_size;
    let pulled = match subject.pull(&*build(&settings), count).await {
        Ok(pulled) => pulled,
        // Parked at its cursor: nothing is promoted, so nothing is missing.
        Err(error) if error.class == ErrorClass::Exhausted && error.code == "moving_too_fast" => return Ok("parked"),
        Err(error) => return Err(error.to_string()),
    };
    let state = state.lock().expect("not poisoned");
    if !pulled.rejects.is_empty() || pulled.records.iter().any(|row| row.envelope.deleted) {
        return Err("a record is called bad or deleted that is not".into());
    }
    // By content: one key and version must not have two.
    let mut versions = std::collections::BTreeMap::new();
    for row in &pulled.records {
        let name = (row.envelope.record_key.clone(), row.envelope.version, row.envelope.part);
        if *versions.entry(name).or_insert(row) != row {
            return Err("one version of a record came with two contents".into());
        }
    }
    // Those that were there from the beginning to the end.
    let stayed =
        (0..count).map(|n| (n, (subject.record)(n))).filter(|(_, record)| !state.gone.contains(&record.to_string()));
    let keys: BTreeSet<&str> = pulled.records.iter().map(|row| row.envelope.record_key.as_str()).collect();
    let missing = stayed.filter(|(n, _)| !keys.contains(key(subject, *n).as_str())).count();
    match missing {
        0 => Ok("whole"),
        _ => Err(format!("{missing} records that were always there are missing")),
    }
}

fn key(subject: Subject, n: u32) -> String {
    match subject.name {
        "population feed" => format!("CD-{n}"),
        "civil status register" => format!("HT-{n}"),
        "land" => format!("{}/{}", n + 1, n + 1),
        _ => format!("{:024x}", n + 1),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_moves_while_it_is_paged_loses_nobody() {
    let scenario = Scenario::load("F14");
    let (mut runs, mut whole) = (0, 0);
    for seed in scenario.seeds() {
        for subject in [FEED, REGISTER, LAND, ONE_STOP] {
            for share in scenario.shares("shares") {
                let case = || format!("{} at {share}; {}", subject.name, scenario.replay(seed));
                let end = pull(subject, share, seed).await.unwrap_or_else(|told| panic!("{}: {told}", case()));
                whole += u64::from(end == "whole");
                runs += 1;
            }
        }
    }
    assert!(whole > runs / 2, "only {whole} of {runs} pulls came to their end");
    let seen = format!(
        "{runs} pulls of 4 sources that lose and gain records between their answers: {whole} whole, {} parked as \
         `moving_too_fast`; nobody lost, doubled or called deleted",
        runs - whole
    );
    scenario.passed("pulls", runs, &seen);
}
