use super::*;
use crate::Window;

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

fn start() -> Timestamp {
    "2026-11-24T00:00:00Z".parse().expect("an instant")
}

fn policy() -> Policy {
    let confirm = SignedDuration::from_mins(10);
    Policy { confirm, recovery: hours(1), pause: hours(1), remind: hours(24) }
}

fn network() -> Network {
    let members = ["population", "civil_status", "land"].map(str::to_owned).into();
    Network { interconnects: BTreeMap::from([("ldop".to_owned(), members)]), quorum: 2 }
}

/// What is told when these sources are bad at these minutes (each minute is looked at); a source that
/// is not named is fine.
fn told(until: i64, bad: impl Fn(i64) -> Vec<(&'static str, &'static str)>, maintenance: &Maintenance) -> Vec<String> {
    let mut tracker = Tracker::default();
    let mut told = Vec::new();
    for minute in 0..until {
        let now = start() + SignedDuration::from_mins(minute);
        let bad = bad(minute);
        let signal = |source: &str| match bad.iter().find(|(name, _)| *name == source) {
            Some((_, code)) => Signal::Bad { code: (*code).to_owned(), communes: 124 },
            None => Signal::Fine,
        };
        let signals = ["population", "civil_status", "land", "one_stop"]
            .into_iter()
            .map(|source| ((Scope::Source, source.to_owned()), signal(source)))
            .collect();
        for notice in tracker.step(now, &network(), &policy(), maintenance, &signals) {
            let incident = &notice.incident;
            let (kind, name) = (notice.kind.as_str(), &incident.name);
            told.push(format!("{minute} {kind} {name} {}/{}", incident.sources.len(), incident.of));
        }
    }
    told
}

fn quiet() -> Maintenance {
    Maintenance::default()
}

#[test]
fn an_interconnect_that_fails_is_told_once_and_once_when_it_is_back() {
    let down = |minute: i64| match minute {
        5..65 => vec![("population", "breaker_open"), ("land", "timeout"), ("civil_status", "attempts_exhausted")],
        _ => Vec::new(),
    };
    assert_eq!(told(300, down, &quiet()), ["15 opened ldop 3/3", "125 recovered ldop 3/3"]);
}

#[test]
fn one_of_several_that_fails_alone_is_its_own_incident_and_speaks_again_when_the_others_are_back() {
    let alone = |minute: i64| if (5..100).contains(&minute) { vec![("land", "timeout")] } else { Vec::new() };
    assert_eq!(told(300, alone, &quiet()), ["15 opened land 1/1", "160 recovered land 1/1"]);
    let stays = |minute: i64| match minute {
        5..60 => vec![("population", "timeout"), ("land", "timeout")],
        60..200 => vec![("land", "timeout")],
        _ => Vec::new(),
    };
    let expected = ["15 opened ldop 2/3", "120 recovered ldop 2/3", "120 opened land 1/1", "260 recovered land 1/1"];
    assert_eq!(told(400, stays, &quiet()), expected);
}

#[test]
fn a_line_that_flaps_is_one_incident_however_often_it_seems_to_be_back() {
    let flapping = |minute: i64| {
        let down = (0..600).contains(&minute) && minute % 20 < 15;
        if down { vec![("one_stop", "timeout")] } else { Vec::new() }
    };
    assert_eq!(told(800, flapping, &quiet()), ["10 opened one_stop 1/1", "655 recovered one_stop 1/1"]);
}

#[test]
fn what_is_over_before_it_is_confirmed_is_told_to_nobody() {
    let short = |minute: i64| if (5..12).contains(&minute) { vec![("land", "timeout")] } else { Vec::new() };
    assert!(told(300, short, &quiet()).is_empty());
}

#[test]
fn one_that_grows_says_so_when_the_hour_is_over_and_one_that_stays_is_told_again_each_day() {
    let grows = |minute: i64| match minute {
        0..20 => vec![("land", "timeout"), ("population", "timeout")],
        20.. => vec![("land", "timeout"), ("population", "timeout"), ("civil_status", "timeout")],
        _ => Vec::new(),
    };
    let day = 24 * 60;
    let expected =
        ["10 opened ldop 2/3".to_owned(), "70 grown ldop 3/3".into(), format!("{} still ldop 3/3", 70 + day)];
    assert_eq!(told(70 + day + 60, grows, &quiet()), expected);
}

#[test]
fn what_stays_open_is_told_again_less_and_less_often() {
    let down = |_: i64| vec![("one_stop", "timeout")];
    let day = 24 * 60;
    let told = told(24 * day, down, &quiet());
    let minutes: Vec<i64> = told.iter().filter_map(|line| line.split(' ').next()?.parse().ok()).collect();
    let days: Vec<i64> = minutes.iter().map(|minute| minute / day).collect();
    assert_eq!(days, [0, 1, 3, 7, 14, 21], "{told:?}");
}

#[test]
fn what_an_outage_left_late_is_not_told_when_it_is_over_unless_the_next_night_does_not_mend_it() {
    let late = Signal::Bad { code: "late".into(), communes: 124 };
    let down = Signal::Bad { code: "timeout".into(), communes: 124 };
    let (communes, source) = ((Scope::Communes, "one_stop".to_owned()), (Scope::Source, "one_stop".to_owned()));
    let told = |mended_at: i64| {
        let mut tracker = Tracker::default();
        let mut told = Vec::new();
        for minute in 0..(4 * 24 * 60) {
            let of_source = if minute < 600 { down.clone() } else { Signal::Fine };
            let of_communes = if minute < mended_at { late.clone() } else { Signal::Fine };
            let signals = [(communes.clone(), of_communes), (source.clone(), of_source)].into();
            let now = start() + SignedDuration::from_mins(minute);
            let notices = tracker.step(now, &network(), &policy(), &quiet(), &signals);
            told.extend(notices.iter().map(|n| (minute, n.kind.as_str(), n.incident.scope.as_str())));
        }
        told
    };
    let outage = [(10, "opened", "source"), (660, "recovered", "source")];
    assert_eq!(told(1500), outage, "the next night mended it");
    let stays = told(3000);
    assert_eq!(stays[..2], outage);
    assert_eq!(stays[2..], [(660 + 24 * 60, "opened", "communes"), (3060, "recovered", "communes")]);
}

#[test]
fn during_maintenance_nobody_is_told_and_what_is_broken_after_it_is() {
    let window = |of: &str| {
        let (from, until) = (start(), start() + hours(2));
        Maintenance(vec![Window { of: of.to_owned(), from, until }])
    };
    let down = |minute: i64| {
        if minute < 100 { vec![("population", "timeout"), ("land", "timeout")] } else { Vec::new() }
    };
    assert!(told(400, down, &window("ldop")).is_empty());
    let longer = |minute: i64| if minute < 200 { vec![("land", "timeout")] } else { Vec::new() };
    assert_eq!(told(400, longer, &window("land")), ["130 opened land 1/1", "260 recovered land 1/1"]);
}

#[test]
fn a_wrong_answer_is_told_beside_the_outage() {
    let both = |minute: i64| match minute {
        0..300 => vec![("population", "timeout"), ("civil_status", "timeout"), ("land", "bad_page")],
        _ => Vec::new(),
    };
    assert_eq!(told(60, both, &quiet()), ["10 opened ldop 2/3", "10 opened land 1/1"]);
}

#[test]
fn communes_without_good_data_are_one_incident_and_none_where_their_source_is_down() {
    let mut tracker = Tracker::default();
    let late = |communes| Signal::Bad { code: "late".into(), communes };
    let at = |minute: i64| start() + SignedDuration::from_mins(minute);
    let communes = (Scope::Communes, "one_stop".to_owned());
    let source = (Scope::Source, "one_stop".to_owned());
    let mut step = |minute, signals: &[(&(Scope, String), Signal)]| {
        let signals = signals.iter().map(|(key, signal)| ((*key).clone(), signal.clone())).collect();
        let told = tracker.step(at(minute), &network(), &policy(), &quiet(), &signals);
        told.iter().map(|n| (n.kind, n.incident.scope, n.incident.communes)).collect::<Vec<_>>()
    };
    assert!(step(0, &[(&communes, late(3)), (&source, Signal::Fine)]).is_empty());
    let opened = step(10, &[(&communes, late(4)), (&source, Signal::Fine)]);
    assert_eq!(opened, [(NoticeKind::Opened, Scope::Communes, 4)]);
    let broken = Signal::Bad { code: "bad_page".into(), communes: 124 };
    assert!(step(80, &[(&communes, late(124)), (&source, broken.clone())]).is_empty());
    let told = step(90, &[(&communes, late(124)), (&source, broken)]);
    assert_eq!(told, [(NoticeKind::Opened, Scope::Source, 124)], "the source speaks for its communes");
}
