//! A month of nights and days: outages, a line that flaps, a source that answers with nothing, a
//! commune that never delivered, a day of maintenance. What happens and what must come of it stands
//! in `data/month.toml`.

use super::receivers::Receiver;
use config::Settings;
use doisoat::province::{Board, Boards};
use doisoat::watch::{Post, Probes, Watchman};
use doisoat::workspace::Workspace;
use health::{Notice, Outcome, State};
use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp};
use schemas::clock::{VIETNAM, vietnam_date};
use schemas::{Clock, RunStatus};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use store::ledger::{BeatRow, NewRun};

#[derive(Deserialize)]
struct Month {
    first_night: Date,
    nights: u32,
    /// Hour of the night.
    hour: i8,
    /// Minutes from one look to the next.
    every_minutes: i64,
    settings: String,
    outages: Vec<Outage>,
    empty: Vec<Empty>,
    broken: Vec<Broken>,
    /// These never delivered a file.
    never: Vec<String>,
    /// At these instants the communes are in these states; those not named are in the first.
    expected: Vec<Expected>,
    notifications: Vec<String>,
}

/// From one instant to another; with `up` and `down` it comes and goes in minutes.
#[derive(Deserialize)]
struct Outage {
    sources: Vec<String>,
    from: DateTime,
    until: DateTime,
    down: Option<i64>,
    up: Option<i64>,
}

#[derive(Deserialize)]
struct Empty {
    source: String,
    nights: Vec<Date>,
}

/// A commune whose part a source does not serve; by a code.
#[derive(Deserialize)]
struct Broken {
    source: String,
    commune: String,
    code: String,
    nights: Vec<Date>,
}

#[derive(Deserialize)]
struct Expected {
    at: DateTime,
    others: String,
    #[serde(default)]
    communes: BTreeMap<String, String>,
    verified: BTreeMap<String, Date>,
}

impl Month {
    fn is_down(&self, source: &str, at: DateTime) -> bool {
        self.outages.iter().any(|outage| {
            let within = outage.sources.iter().any(|s| s == source) && outage.from <= at && at < outage.until;
            let minutes = instant(at).duration_since(instant(outage.from)).as_secs() / 60;
            within
                && match (outage.down, outage.up) {
                    (Some(down), Some(up)) => minutes % (down + up) < down,
                    _ => true,
                }
        })
    }

    fn beats(&self, night: Date, at: DateTime, communes: &[String]) -> Vec<BeatRow> {
        let mut beats = Vec::new();
        let row = |source: &str, dataset: &str, commune: &str, outcome: Outcome, code: Option<&str>| BeatRow {
            night,
            source: source.to_owned(),
            dataset: dataset.to_owned(),
            commune: commune.to_owned(),
            outcome: outcome.as_str().to_owned(),
            as_of: (outcome == Outcome::Good).then(|| instant(at)),
            records: if outcome == Outcome::Good { 100 } else { 0 },
            code: code.map(str::to_owned),
        };
        for (source, dataset, by_commune) in [
            ("population", "person", false),
            ("civil_status", "civil_event", true),
            ("land", "land_right", true),
            ("one_stop", "dossier", true),
        ] {
            let broken: Vec<&Broken> =
                self.broken.iter().filter(|b| b.source == source && b.nights.contains(&night)).collect();
            let empty = self.empty.iter().any(|e| e.source == source && e.nights.contains(&night));
            let whole = [String::new()];
            for commune in if by_commune { communes } else { &whole[..] } {
                let own = broken.iter().find(|b| b.commune == *commune);
                let (outcome, code) = match own {
                    _ if self.is_down(source, at) => (Outcome::Parked, Some("breaker_open")),
                    Some(own) => (Outcome::Failed, Some(own.code.as_str())),
                    // One part is missing: what the others brought is not in force.
                    None if !broken.is_empty() => (Outcome::Held, Some("HELD")),
                    None if empty => (Outcome::Empty, Some("EMPTY")),
                    None => (Outcome::Good, None),
                };
                beats.push(row(source, dataset, commune, outcome, code));
            }
        }
        if night == self.first_night {
            let deliver = communes.iter().filter(|commune| !self.never.contains(commune));
            beats.extend(deliver.map(|commune| row("commune_files", "person", commune, Outcome::Good, None)));
        }
        beats.push(row("commune_files", "person", "", Outcome::Quiet, None));
        beats
    }
}

fn instant(at: DateTime) -> Timestamp {
    VIETNAM.to_timestamp(at).expect("an instant")
}

#[derive(Clone)]
struct Hands(Arc<Mutex<Timestamp>>);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("a time")
    }
}

fn told(notice: &Notice) -> String {
    let incident = &notice.incident;
    let at = VIETNAM.to_datetime(notice.at).strftime("%d %H:%M").to_string();
    format!(
        "{at} {} {} {} {}/{}, {} communes, {}",
        notice.kind.as_str(),
        incident.scope.as_str(),
        incident.name,
        incident.sources.len(),
        incident.of,
        incident.communes,
        incident.code
    )
}

fn check(board: &Board, expected: &Expected) {
    for row in &board.communes {
        let wanted = expected.communes.get(&row.code).unwrap_or(&expected.others);
        assert_eq!(row.state.as_str(), wanted, "{} {} at {}", row.code, row.name, expected.at);
        assert!(State::parse(wanted).is_some(), "{wanted} is a state");
    }
    for (commune, night) in &expected.verified {
        let row = board.commune(commune).expect("a commune");
        assert_eq!(row.verified_through, Some(*night), "{commune} at {}", expected.at);
    }
}

#[tokio::test]
async fn in_a_month_of_trouble_every_commune_is_in_its_state_and_nobody_is_told_too_often() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/data/month.toml");
    let month: Month = toml::from_str(&std::fs::read_to_string(file).expect("a month")).expect("its form");
    let (mail, hook) = (Receiver::smtp(), Receiver::webhook());
    let folder = tempfile::tempdir().expect("a folder");
    let text = month.settings.replace("SMTP", &mail.port.to_string()).replace("HOOK", &hook.port.to_string());
    std::fs::write(folder.path().join("hook"), "bí mật của phòng trực").expect("written");
    std::fs::write(folder.path().join("doisoat.toml"), text).expect("written");
    let settings = Settings::load(&folder.path().join("doisoat.toml")).expect("settings");

    let begin = instant(month.first_night.at(month.hour, 0, 0, 0)) - SignedDuration::from_mins(month.every_minutes);
    let hands = Hands(Arc::new(Mutex::new(begin)));
    let workspace = Workspace::open(settings, Arc::new(hands.clone()), 0).await.expect("opens");
    let boards = Arc::new(Boards::new(&workspace));
    let watchman = Watchman::new(&workspace, boards.clone(), "https://doisoat.example.invalid").expect("texts");
    let post = Post::new(&workspace).expect("ways");
    let communes: Vec<String> =
        boards.board().await.expect("a board").communes.into_iter().map(|row| row.code).collect();
    assert_eq!(communes.len(), 124);

    let mut notices: Vec<Notice> = Vec::new();
    let mut expected = month.expected.iter().peekable();
    let looks = i64::from(month.nights) * 24 * 60 / month.every_minutes;
    for look in 1..=looks {
        let now = begin + SignedDuration::from_mins(look * month.every_minutes);
        *hands.0.lock().expect("a time") = now;
        let at = VIETNAM.to_datetime(now);
        let night = vietnam_date(now);
        if (at.hour(), at.minute()) == (month.hour, 0) {
            let run_id = night.to_string();
            let new = NewRun {
                run_id: run_id.clone(),
                started_at: now,
                business_date: night,
                province: "08".into(),
                owner: "test".into(),
            };
            workspace.ledger.create_run(&new).await.expect("begun");
            workspace.ledger.set_beats(&run_id, &month.beats(night, at, &communes)).await.expect("kept");
            workspace.ledger.finish_run(&run_id, RunStatus::Complete, now, None, None).await.expect("ended");
        }
        let answer = |source: &str| month.is_down(source, at).then(|| "timeout".to_owned());
        let asked = ["population", "civil_status", "land", "one_stop"];
        // A moment after the run: what is asked then is newer than what the run saw.
        let asked_at = now + SignedDuration::from_secs(1);
        let probes = Probes(asked.map(|source| (source.to_owned(), (asked_at, answer(source)))).into());
        notices.extend(watchman.look(&probes).await.expect("looked"));
        post.deliver().await.expect("sent");
        while let Some(expected) = expected.next_if(|expected| instant(expected.at) <= now) {
            check(&boards.board().await.expect("a board"), expected);
        }
    }
    assert!(expected.next().is_none(), "the month is long enough");
    let said: Vec<String> = notices.iter().map(told).collect();
    assert_eq!(said, month.notifications, "{said:#?}");

    let mut hours: BTreeSet<(&str, i64)> = BTreeSet::new();
    for notice in &notices {
        let hour = notice.at.as_second() / 3600;
        assert!(hours.insert((&notice.incident.id, hour)), "twice in an hour: {}", told(notice));
    }
    delivered(&mail.kept(), &hook.kept(), &notices);
    // The same month again tells the same: what was told stands in the ledger.
    assert!(watchman.look(&Probes::default()).await.expect("looked").is_empty());
    assert!(workspace.ledger.due_notifications(hands.now()).await.expect("read").is_empty(), "all went out");
}

/// Every notice went out by both ways, once, and the webhook's is signed.
fn delivered(mails: &[String], hooks: &[String], notices: &[Notice]) {
    assert_eq!((mails.len(), hooks.len()), (notices.len(), notices.len()));
    for (hook, notice) in hooks.iter().zip(notices) {
        let (signature, body) = hook.split_once('\n').expect("two parts");
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, "bí mật của phòng trực".as_bytes());
        let right = hex::encode(ring::hmac::sign(&key, body.as_bytes()));
        assert_eq!(signature, format!("sha256={right}"));
        let json: serde_json::Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(json["about"]["incident"]["id"], notice.incident.id.as_str());
        assert_eq!(json["kind"], notice.kind.as_str());
    }
    assert!(mails.iter().all(|mail| mail.contains("Subject: ") && mail.contains("truc@tinh.example.invalid")));
}
