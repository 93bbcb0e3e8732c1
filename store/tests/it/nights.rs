//! What nights brought, incidents, notifications and readiness.

use crate::both::{on_both, open};
use crate::world::at;
use jiff::civil::{Date, date};
use store::ledger::{BeatRow, IncidentRow, Notification, ReadinessRow, SourceNight};
use store::{Scope, StoreError};

on_both!(
    a_second_run_of_a_night_betters_what_it_brought_and_never_worsens_it,
    the_newest_good_night_stays_however_many_bad_ones_follow,
    attempts_of_a_night_add_up,
    an_incident_is_kept_as_it_was_last_seen,
    what_is_to_be_told_is_kept_once_and_tried_until_it_is_given_up,
    a_commune_fills_in_and_the_province_signs_off,
);

fn night(day: i8) -> Date {
    date(2026, 11, day)
}

fn beat(day: i8, commune: &str, outcome: &str) -> BeatRow {
    BeatRow {
        night: night(day),
        source: "land".into(),
        dataset: "land_right".into(),
        commune: commune.into(),
        outcome: outcome.into(),
        as_of: (outcome == "good").then(|| at(&format!("2026-11-{day:02}T19:00:00Z"))),
        records: 7,
        code: (outcome == "parked").then(|| "breaker_open".into()),
    }
}

async fn a_second_run_of_a_night_betters_what_it_brought_and_never_worsens_it(kind: &str) {
    let opened = open(kind).await;
    let first = [beat(3, "00691", "parked"), beat(3, "00694", "good")];
    opened.ledger.set_beats("r1", &first).await.expect("kept");
    let second = [beat(3, "00691", "good"), beat(3, "00694", "parked")];
    opened.ledger.set_beats("r2", &second).await.expect("kept");
    let kept = opened.ledger.beats(night(1), None).await.expect("read");
    assert_eq!(kept, [beat(3, "00691", "good"), beat(3, "00694", "good")]);
    assert!(opened.ledger.beats(night(4), None).await.expect("read").is_empty());
    assert!(opened.ledger.beats(night(1), Some("population")).await.expect("read").is_empty());
}

async fn the_newest_good_night_stays_however_many_bad_ones_follow(kind: &str) {
    let opened = open(kind).await;
    opened.ledger.set_beats("r1", &[beat(3, "00691", "good")]).await.expect("kept");
    opened.ledger.set_beats("r2", &[beat(4, "00691", "empty")]).await.expect("kept");
    // A night that is run late does not turn time back.
    opened.ledger.set_beats("r3", &[beat(2, "00691", "good")]).await.expect("kept");
    let good = opened.ledger.last_good().await.expect("read");
    assert_eq!(good.len(), 1);
    assert_eq!((good[0].night, good[0].as_of), (night(3), at("2026-11-03T19:00:00Z")));
}

async fn attempts_of_a_night_add_up(kind: &str) {
    let opened = open(kind).await;
    let asked = |requests, records| SourceNight {
        night: night(3),
        source: "land".into(),
        requests,
        retries: 2,
        breaker_openings: 1,
        records,
        quarantined: 0,
        seconds: 1.5,
    };
    opened.ledger.add_source_nights("r1", &[asked(10, 100)]).await.expect("kept");
    opened.ledger.add_source_nights("r1", &[asked(5, 150)]).await.expect("kept");
    let kept = opened.ledger.source_nights(night(1)).await.expect("read");
    assert_eq!(kept, [SourceNight { requests: 15, retries: 4, breaker_openings: 2, seconds: 3.0, ..asked(0, 150) }]);
}

async fn an_incident_is_kept_as_it_was_last_seen(kind: &str) {
    let opened = open(kind).await;
    let incident = |closed: Option<&str>, body: &str| IncidentRow {
        incident_id: "source:land:1".into(),
        scope: "source".into(),
        name: "land".into(),
        opened_at: at("2026-11-03T19:00:00Z"),
        closed_at: closed.map(at),
        body: body.into(),
    };
    opened.ledger.set_incident(&incident(None, "{}")).await.expect("kept");
    assert_eq!(opened.ledger.incidents(at("2027-01-01T00:00:00Z")).await.expect("read"), [incident(None, "{}")]);
    let closed = incident(Some("2026-11-04T19:00:00Z"), "{\"over\":true}");
    opened.ledger.set_incident(&closed).await.expect("kept");
    assert_eq!(opened.ledger.incidents(at("2026-11-04T00:00:00Z")).await.expect("read"), [closed]);
    assert!(opened.ledger.incidents(at("2026-11-05T00:00:00Z")).await.expect("read").is_empty());
}

async fn what_is_to_be_told_is_kept_once_and_tried_until_it_is_given_up(kind: &str) {
    let opened = open(kind).await;
    let ledger = &opened.ledger;
    let notification = |id: &str| Notification {
        notification_id: id.into(),
        incident_id: "source:land:1".into(),
        kind: "opened".into(),
        channel: "mail".into(),
        at: at("2026-11-03T19:00:00Z"),
        subject: "Đất đai không liên thông được".into(),
        body: "…".into(),
        attempts: 0,
        sent_at: None,
        given_up_at: None,
        error: None,
    };
    assert!(ledger.add_notification(&notification("n1")).await.expect("kept"));
    assert!(!ledger.add_notification(&notification("n1")).await.expect("kept"), "once");
    assert!(ledger.add_notification(&notification("n2")).await.expect("kept"));
    let due = |hour: u8| {
        let now = at(&format!("2026-11-03T{hour:02}:30:00Z"));
        async move {
            ledger
                .due_notifications(now)
                .await
                .expect("read")
                .into_iter()
                .map(|n| n.notification_id)
                .collect::<Vec<_>>()
        }
    };
    assert!(due(18).await.is_empty(), "not before its time");
    assert_eq!(due(19).await, ["n1", "n2"]);
    ledger.notification_sent("n1", at("2026-11-03T19:30:00Z")).await.expect("noted");
    let later = Some(at("2026-11-03T21:00:00Z"));
    ledger.notification_failed("n2", at("2026-11-03T19:30:00Z"), "refused", later).await.expect("noted");
    assert!(due(20).await.is_empty());
    assert_eq!(due(21).await, ["n2"]);
    ledger.notification_failed("n2", at("2026-11-03T21:30:00Z"), "refused", None).await.expect("noted");
    assert!(due(23).await.is_empty(), "given up");
    let all = ledger.notifications(10).await.expect("read");
    let given_up = all.iter().find(|n| n.notification_id == "n2").expect("kept");
    assert_eq!((given_up.attempts, given_up.error.as_deref()), (2, Some("refused")));
    assert_eq!(given_up.given_up_at, Some(at("2026-11-03T21:30:00Z")));
}

async fn a_commune_fills_in_and_the_province_signs_off(kind: &str) {
    let opened = open(kind).await;
    let ledger = &opened.ledger;
    let own = Scope::parse("00691");
    let row = |state: &str| ReadinessRow {
        commune: "00691".into(),
        item: "accounts".into(),
        state: state.into(),
        note: "12 trên 14 tài khoản".into(),
        filled_by: "lan".into(),
        filled_at: at("2026-11-03T01:00:00Z"),
        signed_off: None,
    };
    let other = ledger.fill_readiness(&Scope::parse("00694"), &row("have")).await;
    assert!(matches!(other, Err(StoreError::NotFound { .. })), "another commune's");
    assert!(ledger.sign_off_readiness("00691", "accounts", "tinh", at("2026-11-04T01:00:00Z")).await.is_err());
    ledger.fill_readiness(&own, &row("partly")).await.expect("kept");
    ledger.sign_off_readiness("00691", "accounts", "tinh", at("2026-11-04T01:00:00Z")).await.expect("signed");
    let signed = ledger.readiness(&Scope::Province).await.expect("read");
    assert_eq!(signed[0].signed_off, Some(("tinh".into(), at("2026-11-04T01:00:00Z"))));
    ledger.fill_readiness(&own, &row("have")).await.expect("kept");
    assert_eq!(ledger.readiness(&own).await.expect("read"), [row("have")], "changed: to be signed off anew");
    assert!(ledger.readiness(&Scope::parse("00694")).await.expect("read").is_empty());
}
