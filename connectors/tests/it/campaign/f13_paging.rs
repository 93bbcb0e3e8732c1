//! F13: paging goes wrong. Either the pull brings what a healthy one does, or it says that it does not.

use super::scenario::{Dice, Scenario};
use crate::server::{Answer, Asked, Server};
use crate::subjects::{PAGED, Subject, parameter};
use crate::support::build;
use schemas::{CanonicalRecord, ErrorClass};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    /// A tenth of all records twice, as after a join.
    Doubled,
    /// Pages longer than asked for, with records of theirs twice.
    Padded,
    /// Each page begins with the end of the one before.
    Overlapping,
    /// The records of a page in another order.
    Shuffled,
    /// Two pages change places; each says that it is the one asked for.
    Swapped,
    /// Another page than asked for, and it says so.
    Other,
    /// The same page from some place on, for ever, and more are promised.
    Loop,
    /// The same page for all that are left, and no more than were promised.
    Stuck,
    /// The source says once that it has fewer than before.
    Shrunk,
}

const FAULTS: [Fault; 9] = [
    Fault::Doubled,
    Fault::Padded,
    Fault::Overlapping,
    Fault::Shuffled,
    Fault::Swapped,
    Fault::Other,
    Fault::Loop,
    Fault::Stuck,
    Fault::Shrunk,
];

/// Where the spoiled answers begin, and how much each is spoiled.
struct Spoiler {
    fault: Fault,
    from_request: usize,
    dice: Mutex<Dice>,
    kept: Mutex<Option<Value>>,
}

impl Spoiler {
    /// The answer to a question, spoiled.
    fn answer(&self, subject: Subject, asked: &Asked, records: &[Value]) -> String {
        let good = |asked: &Asked| -> Value { serde_json::from_str(&(subject.answer)(asked, records)).expect("JSON") };
        let mut page = good(asked);
        let is_over = self.fault == Fault::Shrunk && asked.number > self.from_request;
        if asked.number < self.from_request || is_over {
            return page.to_string();
        }
        let mut dice = self.dice.lock().expect("not poisoned");
        let list = |page: &Value| page[subject.list].as_array().cloned().unwrap_or_default();
        let mut entries = list(&page);
        match self.fault {
            Fault::Doubled => {}
            Fault::Padded => {
                for _ in 0..=entries.len() / 10 {
                    let Some(entry) = entries.get(dice.below(entries.len() as u64) as usize).cloned() else { break };
                    let place = entries.iter().position(|other| *other == entry).unwrap_or(0);
                    entries.insert(place, entry);
                }
            }
            Fault::Overlapping => {
                let before = good(&moved(subject, asked, -1));
                let tail = list(&before);
                if page != before && tail.len() > 2 {
                    entries.splice(0..0, tail[tail.len() - 2..].iter().cloned());
                }
            }
            Fault::Shuffled => {
                for at in (1..entries.len()).rev() {
                    entries.swap(at, dice.below(at as u64 + 1) as usize);
                }
            }
            Fault::Swapped => {
                let step = if (asked.number - self.from_request).is_multiple_of(2) { 1 } else { -1 };
                let other = list(&good(&moved(subject, asked, step)));
                if !other.is_empty() && asked.number < self.from_request + 2 {
                    entries = other;
                }
            }
            Fault::Other => page = good(&moved(subject, asked, 1)),
            Fault::Loop | Fault::Stuck => {
                let kept = self.kept.lock().expect("not poisoned").get_or_insert_with(|| json!(entries)).clone();
                if !entries.is_empty() || self.fault == Fault::Loop {
                    entries = kept.as_array().cloned().unwrap_or_default();
                }
                if self.fault == Fault::Loop {
                    promise_more(subject, &mut page, asked.number as u64);
                }
            }
            Fault::Shrunk => shrink(subject, &mut page),
        }
        if self.fault != Fault::Other {
            if let Some(count) = page.get_mut("numberOfElements") {
                *count = json!(entries.len());
            }
            page[subject.list] = json!(entries);
        }
        page.to_string()
    }
}

/// The question for a page before or behind.
fn moved(subject: Subject, asked: &Asked, pages: i64) -> Asked {
    let (name, step) =
        if subject.name == "land" { ("start", parameter(asked, "length")) } else { ("page", "1".into()) };
    let now: i64 = parameter(asked, name).parse().unwrap_or(0);
    let then = (now + pages * step.parse::<i64>().unwrap_or(1)).max(0);
    let replaced = |text: &str| text.replace(&format!("{name}={now}"), &format!("{name}={then}"));
    Asked { number: asked.number, path: replaced(&asked.path), head: String::new(), body: replaced(&asked.body) }
}

fn promise_more(subject: Subject, page: &mut Value, number: u64) {
    match subject.name {
        "land" => page["recordsTotal"] = json!(1_000_000),
        "one-stop" => page["last"] = json!(false),
        _ => {
            page["pagination"]["totalPages"] = json!(1_000 + number);
            page["pagination"]["totalElements"] = json!(100_000 + number);
        }
    }
}

fn shrink(subject: Subject, page: &mut Value) {
    let less = |value: &Value| json!(value.as_u64().unwrap_or(0) * 2 / 3);
    match subject.name {
        "land" => page["recordsTotal"] = less(&page["recordsTotal"]),
        "one-stop" => {}
        _ => {
            page["pagination"]["totalPages"] = less(&page["pagination"]["totalPages"]);
            page["pagination"]["totalElements"] = less(&page["pagination"]["totalElements"]);
        }
    }
}

fn contents(rows: &[CanonicalRecord]) -> BTreeSet<String> {
    let of = |row: &CanonicalRecord| format!("{:?} {}", row.envelope, serde_json::json!(row.record));
    rows.iter().map(of).collect()
}

/// What came of a spoiled pull: a word, and how many requests it took.
async fn outcome(subject: Subject, fault: Fault, seed: u64) -> Result<(String, usize), String> {
    let mut dice = Dice::new(seed);
    let (count, page_size) = (40 + dice.below(60) as u32, 5 + dice.below(15) as u32);
    let mut records = subject.records(count);
    let healthy = subject.server(count).await;
    let mut settings = subject.settings(&healthy.url);
    settings.page_size = page_size;
    let expected = subject.pull(&*build(&settings), count).await.map_err(|error| format!("healthy: {error}"))?;
    if fault == Fault::Doubled {
        records = records.into_iter().flat_map(|record| vec![record; 1 + usize::from(dice.share() < 0.1)]).collect();
    }
    let from_request = if fault == Fault::Padded { 0 } else { 1 + dice.below(2) as usize };
    let spoiler = Arc::new(Spoiler { fault, from_request, dice: Mutex::new(dice), kept: Mutex::new(None) });
    let server = Server::start(move |asked| Answer::json(spoiler.answer(subject, asked, &records))).await;
    settings.base_url = server.url.clone();
    let connector = build(&settings);
    let pulled = subject.pull(&*connector, count).await;
    let requests = server.count();
    match pulled {
        Err(error) if matches!(error.class, ErrorClass::Contract | ErrorClass::Exhausted) => Ok((error.code, requests)),
        Err(error) => Err(format!("{error}")),
        Ok(pulled) if contents(&pulled.records) == contents(&expected.records) => Ok(("equal".into(), requests)),
        // What the store compares before it promotes.
        Ok(pulled) if pulled.total.is_some_and(|total| total > pulled.served) => {
            Ok(("COUNTS_DISAGREE".into(), requests))
        }
        Ok(pulled) => {
            let (came, all) = (contents(&pulled.records), contents(&expected.records));
            let missing = all.difference(&came).count();
            Err(format!(
                "{missing} of {} rows are missing, {} are others, and nobody notices",
                all.len(),
                came.difference(&all).count()
            ))
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_paging_is_noticed_or_does_no_harm() {
    let scenario = Scenario::load("F13");
    let mut ends: BTreeMap<(&str, Fault), BTreeSet<String>> = BTreeMap::new();
    let mut runs = 0;
    for seed in scenario.seeds() {
        for subject in PAGED {
            for fault in FAULTS {
                let case = || format!("{}: {fault:?}; {}", subject.name, scenario.replay(seed));
                let (word, requests) =
                    outcome(subject, fault, seed).await.unwrap_or_else(|told| panic!("{}: {told}", case()));
                // What is stuck on its last page is not stuck; a loop promises more.
                if fault == Fault::Loop || (fault == Fault::Stuck && word != "equal") {
                    assert_ne!(word, "equal", "{}", case());
                    // The first of the same pages, and two repeats of it.
                    assert!(requests <= 2 + 3, "{}: {requests} requests before it was found", case());
                }
                ends.entry((subject.name, fault)).or_default().insert(word);
                runs += 1;
            }
        }
    }
    for (case, words) in &ends {
        println!("{case:?}: {words:?}");
    }
    let words: BTreeSet<&String> = ends.values().flatten().collect();
    let seen = format!(
        "{runs} pulls of 4 sources × 9 faults: the result equal, or found as {}; loops within two repeats",
        words.iter().filter(|word| **word != "equal").map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
    );
    scenario.passed("faults", runs, &seen);
}
