//! F19: a certificate that does not hold is refused at once, over HTTPS as over databases.

use super::scenario::Scenario;
use super::tls_server::{Authority, Leaf, TlsServer};
use crate::subjects::{ALL, LOOK_UP, Subject};
use crate::support::{Trail, build_audited};
use config::SourceSettings;
use rustls::version::{TLS12, TLS13};
use std::path::PathBuf;
use std::sync::Arc;

/// What a source shows, what we trust, and what we show.
struct Case {
    name: &'static str,
    leaf: Leaf,
    trusted: Option<PathBuf>,
    demands_client: bool,
    ours: Option<(PathBuf, PathBuf)>,
    works: bool,
}

fn cases(folder: &std::path::Path) -> Vec<Case> {
    let (authority, other) = (Authority::new(folder, "ours"), Authority::new(folder, "other"));
    let trusted = || Some(authority.file());
    let server =
        |leaf: Leaf, trusted, works, name| Case { name, leaf, trusted, demands_client: false, ours: None, works };
    let demanding = |name, ours, works| Case {
        name,
        leaf: authority.leaf("127.0.0.1", 1, 1),
        trusted: trusted(),
        demands_client: true,
        ours,
        works,
    };
    vec![
        server(authority.leaf("127.0.0.1", 1, 1), trusted(), true, "good"),
        server(authority.leaf("127.0.0.1", 1, 1), None, false, "an authority that the system does not know"),
        server(authority.leaf("127.0.0.1", 30, -1), trusted(), false, "expired"),
        server(authority.leaf("127.0.0.1", -1, 30), trusted(), false, "not yet valid"),
        server(authority.leaf("elsewhere.example.invalid", 1, 1), trusted(), false, "another host"),
        server(authority.leaf("127.0.0.2", 1, 1), trusted(), false, "another address"),
        server(other.leaf("127.0.0.1", 1, 1), trusted(), false, "another authority"),
        server(Authority::self_signed("127.0.0.1"), trusted(), false, "self-signed"),
        server(authority.client_leaf("127.0.0.1", 1), trusted(), false, "a certificate for clients only"),
        demanding("client certificate missing", None, false),
        demanding("client certificate of another authority", Some(other.client(folder, "stranger", 1)), false),
        demanding("client certificate expired", Some(authority.client(folder, "late", -1)), false),
        demanding("client certificate good", Some(authority.client(folder, "we", 1)), true),
    ]
}

fn settings(subject: Subject, case: &Case, url: &str) -> SourceSettings {
    let mut settings = subject.settings(url);
    settings.tls.ca_file = case.trusted.clone();
    (settings.tls.client_cert_file, settings.tls.client_key_file) = case.ours.clone().unzip();
    settings
}

/// The code of the outcome, for the look-up as it was written down.
async fn outcome(subject: Subject, settings: &SourceSettings) -> String {
    let trail = Arc::new(Trail::default());
    let connector = build_audited(settings, trail.clone());
    let page = subject.first_page(&*connector, 1).await;
    if subject.name == LOOK_UP.name {
        let lines = trail.lines.lock().expect("not poisoned");
        return lines.iter().find_map(|line| line.strip_prefix("close ")).expect("written down").to_owned();
    }
    page.map_or_else(|error| error.code, |page| format!("{} found", page.served)).replace("1 found", "found")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_does_not_hold_is_refused_and_not_asked_again() {
    let scenario = Scenario::load("F19");
    let folder = tempfile::tempdir().expect("a folder");
    let mut runs = 0;
    for case in cases(folder.path()) {
        for version in [&TLS12, &TLS13] {
            for subject in ALL.into_iter().take(scenario.number("connectors") as usize) {
                let clients = case.demands_client.then(|| case.trusted.clone()).flatten();
                let server = TlsServer::start(&case.leaf, clients, version, subject).await;
                let code = outcome(subject, &settings(subject, &case, &server.url)).await;
                let at = format!("{}: {}, {:?}", subject.name, case.name, version.version);
                assert_eq!(server.requests(), usize::from(case.works), "{at}: something was asked");
                // TLS 1.3 refuses a client when its handshake is over for it already: the refusal may
                // come as a connection that closes, which is asked again, within our attempts.
                let may_be_late = case.demands_client && !case.works && version.version == TLS13.version;
                if may_be_late {
                    assert!(["tls_refused", "attempts_exhausted"].contains(&code.as_str()), "{at}: {code}");
                } else {
                    assert_eq!(code, if case.works { "found" } else { "tls_refused" }, "{at}");
                    assert_eq!(server.connections(), 1, "{at}: refused certificates are not tried again");
                }
                runs += 1;
            }
        }
    }
    let seen = format!(
        "{runs} handshakes of TLS 1.2 and 1.3, 13 cases (expired, not yet valid, another host or address, self-signed, unknown or other authority, \
         client certificate missing, strange, expired): nothing sent, `tls_refused` after one connection (a client refused by TLS 1.3: within our attempts); good ones work"
    );
    scenario.passed("handshakes", runs, &seen);
}

#[tokio::test]
async fn certificates_that_cannot_be_read_are_told_when_the_source_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "no certificate\n").expect("written");
    let authority = Authority::new(folder.path(), "ours");
    let (certificate, key) = authority.client(folder.path(), "we", 1);
    let (_, other_key) = authority.client(folder.path(), "they", 1);
    for (ca, ours, key_of, named) in [
        (Some(folder.path().join("missing.pem")), None, None, "tls.ca_file"),
        (Some(empty.clone()), None, None, "tls.ca_file"),
        (None, Some(certificate.clone()), Some(empty.clone()), "tls.client_"),
        (None, Some(empty), Some(key), "tls.client_"),
        (None, Some(certificate), Some(other_key), "cannot be"),
    ] {
        let mut settings = ALL[0].settings("https://127.0.0.1:9");
        settings.tls = config::settings::Tls { ca_file: ca, client_cert_file: ours, client_key_file: key_of };
        let error = crate::support::try_build(&settings).map(|_| ()).expect_err("must be told");
        let told = std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source())
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(": ");
        assert!(told.contains(named), "{told}");
    }
}
