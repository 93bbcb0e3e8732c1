//! Spans of a night to a collector: only in a build with the feature `otel`.

use super::receivers::Receiver;
use crate::support::Sandbox;

#[test]
fn a_collector_gets_the_spans_of_a_night_and_no_person() {
    let collector = Receiver::webhook();
    let sandbox = Sandbox::serve(&["--persons", "1500", "--seed", "4", "--faults", "0"]);
    let endpoint = format!("http://127.0.0.1:{}", collector.port);
    let night = sandbox.run().env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint).output().expect("runs");
    assert_eq!(night.status.code(), Some(0));
    // Names and fields stand as plain text in what is sent.
    let sent = collector.kept().concat();
    for name in ["doisoat", "night", "pull", "promote", "reconcile", "publish", "civil_status", "land_right"] {
        assert!(sent.contains(name), "{name} is not in the {} bytes that were sent", sent.len());
    }
    let number = |digits: &str| digits.len() == 12 && digits.starts_with("099");
    assert!(!sent.split(|c: char| !c.is_ascii_digit()).any(number), "no number of a person");
}
