//! The whole way, to a provider and back.

use super::testing::{CLIENT, Mischief, Plan, Provider, SECRET};
use super::{Identity, Oidc, OidcError, Registration, TokenFault};
use crate::access::SystemEntropy;
use jiff::Timestamp;
use reqwest::Url;
use schemas::Sensitive;
use std::collections::BTreeMap;

const NOW: i64 = 1_795_563_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(NOW + seconds).expect("a time")
}

fn oidc_at(issuer: &str, secret: &str) -> Oidc {
    Oidc::new(Registration {
        issuer: issuer.into(),
        client_id: CLIENT.into(),
        client_secret: Sensitive::new(secret),
        redirect_uri: "http://127.0.0.1:1/login/callback".into(),
    })
    .expect("made")
}

async fn started(plan: Plan) -> (Provider, Oidc) {
    let provider = Provider::start(NOW).await;
    provider.plan(plan);
    let oidc = oidc_at(&provider.issuer, SECRET);
    (provider, oidc)
}

/// State and code of somebody who went there.
async fn returned(provider: &Provider, oidc: &Oidc, seconds: i64) -> (String, String) {
    let there = oidc.begin("browser", at(seconds), &SystemEntropy).await.expect("begun");
    let back = Url::parse(&provider.visited(&there).await).expect("an address");
    let fields: BTreeMap<String, String> = back.query_pairs().into_owned().collect();
    (fields["state"].clone(), fields["code"].clone())
}

async fn signed_in(provider: &Provider, oidc: &Oidc, seconds: i64) -> Result<Identity, OidcError> {
    let (state, code) = returned(provider, oidc, seconds).await;
    oidc.finish("browser", &state, &code, at(seconds)).await
}

fn lan() -> Plan {
    Plan::person("lan", "Tran.Lan")
}

#[tokio::test]
async fn somebody_goes_there_and_comes_back_as_who_they_are() {
    for plan in [lan(), Plan { with_rsa: true, ..lan() }, Plan { only_post: true, ..lan() }] {
        let (provider, oidc) = started(plan).await;
        let identity = signed_in(&provider, &oidc, 0).await.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(identity.subject, format!("{}|lan", provider.issuer));
        assert_eq!(identity.names, ["tran.lan"]);
    }
}

#[tokio::test]
async fn every_forged_token_is_refused_for_its_own_reason() {
    let (provider, oidc) = started(lan()).await;
    for mischief in Mischief::FORGERIES {
        provider.plan(lan().with(mischief));
        let expected = match mischief {
            Mischief::AlgorithmNone | Mischief::PublicKeyAsSecret => TokenFault::Algorithm,
            Mischief::OtherAudience => TokenFault::Audience,
            Mischief::OtherIssuer => TokenFault::Issuer,
            Mischief::Expired => TokenFault::Expired,
            Mischief::OtherNonce => TokenFault::Nonce,
            Mischief::UnknownKey => TokenFault::UnknownKey,
            Mischief::KeyOfAnotherType => TokenFault::KeyKind,
            _ => TokenFault::Signature,
        };
        let refused = signed_in(&provider, &oidc, 0).await.err();
        assert!(matches!(refused, Some(OidcError::Token(fault)) if fault == expected), "{mischief:?}: {refused:?}");
    }
    provider.plan(lan());
    assert!(signed_in(&provider, &oidc, 0).await.is_ok(), "the real one still is taken");
}

#[tokio::test]
async fn a_return_counts_once_and_in_its_own_browser() {
    let (provider, oidc) = started(lan()).await;
    let (state, code) = returned(&provider, &oidc, 0).await;
    assert!(oidc.finish("browser", &state, &code, at(0)).await.is_ok());
    for (visit, state) in [("browser", state.as_str()), ("browser", ""), ("another", state.as_str())] {
        let refused = oidc.finish(visit, state, &code, at(0)).await.err();
        assert!(matches!(refused, Some(OidcError::NotBegun)), "{refused:?}");
    }
    let (state, code) = returned(&provider, &oidc, 0).await;
    assert!(matches!(oidc.finish("another", &state, &code, at(0)).await, Err(OidcError::NotBegun)));
    let (state, _) = returned(&provider, &oidc, 0).await;
    assert!(matches!(oidc.declined("browser", &state, at(0)), OidcError::Declined));
    assert!(matches!(oidc.declined("browser", &state, at(0)), OidcError::NotBegun));
}

#[tokio::test]
async fn a_code_of_another_sign_in_is_not_taken() {
    let (provider, oidc) = started(lan()).await;
    let (_, others) = returned(&provider, &oidc, 0).await;
    let (state, _) = returned(&provider, &oidc, 0).await;
    // The provider compares the verifier: a code that was taken from somebody is worth nothing.
    assert!(matches!(oidc.finish("browser", &state, &others, at(0)).await, Err(OidcError::CodeRefused)));
}

#[tokio::test]
async fn unknown_keys_ask_the_provider_again_once_a_minute() {
    let (provider, oidc) = started(lan().with(Mischief::UnknownKey)).await;
    for (seconds, asked) in [(0, 2), (1, 2), (59, 2), (60, 3), (61, 3)] {
        assert!(signed_in(&provider, &oidc, seconds).await.is_err());
        assert_eq!(provider.keys_asked(), asked, "after {seconds} s");
    }
}

#[tokio::test]
async fn keys_are_kept_for_an_hour_and_no_longer() {
    let (provider, oidc) = started(lan()).await;
    assert!(signed_in(&provider, &oidc, 0).await.is_ok());
    assert!(signed_in(&provider, &oidc, 30).await.is_ok());
    assert_eq!(provider.keys_asked(), 1);
    provider.plan(lan().with(Mischief::NoKeys));
    let gone = signed_in(&provider, &oidc, 3_600).await.err();
    assert!(matches!(gone, Some(OidcError::Status { status: 503, .. })), "{gone:?}");
}

#[tokio::test]
async fn a_provider_that_misbehaves_is_told_by_what_it_did() {
    for mischief in [Mischief::Redirect, Mischief::Flood, Mischief::NoKeys] {
        let (provider, oidc) = started(lan().with(mischief)).await;
        let refused = signed_in(&provider, &oidc, 0).await.err();
        let told = match mischief {
            Mischief::Redirect => matches!(refused, Some(OidcError::Status { status: 303, .. })),
            Mischief::Flood => matches!(refused, Some(OidcError::TooLarge { .. })),
            _ => matches!(refused, Some(OidcError::Status { status: 503, .. })),
        };
        assert!(told, "{mischief:?}: {refused:?}");
    }
    let (_provider, oidc) = started(lan().with(Mischief::OtherDiscovery)).await;
    assert!(matches!(oidc.begin("browser", at(0), &SystemEntropy).await, Err(OidcError::Issuer)));
    let (provider, _) = started(lan()).await;
    let oidc = oidc_at(&provider.issuer, "another secret");
    assert!(matches!(signed_in(&provider, &oidc, 0).await, Err(OidcError::ClientRefused)));
}

#[tokio::test]
async fn a_provider_that_is_down_is_asked_again() {
    let provider = Provider::start(NOW).await;
    // Nobody listens where nobody has listened.
    let oidc = oidc_at("http://127.0.0.1:1", SECRET);
    assert_eq!(oidc.begin("browser", at(0), &SystemEntropy).await.err().map(|e| e.code()), Some("OIDC_UNREACHABLE"));
    provider.plan(lan().with(Mischief::OtherDiscovery));
    let oidc = oidc_at(&provider.issuer, SECRET);
    assert!(oidc.begin("browser", at(0), &SystemEntropy).await.is_err());
    provider.plan(lan());
    assert!(signed_in(&provider, &oidc, 0).await.is_ok(), "what failed is not kept");
}

#[test]
fn no_error_repeats_what_it_was_given() {
    let all = [OidcError::Token(TokenFault::Nonce), OidcError::NotBegun, OidcError::ClientRefused];
    for error in all {
        let problem = crate::problem::Problem::from(error);
        assert!(problem.code.starts_with("OIDC_") && !problem.cause.contains("http"), "{}", problem.cause);
    }
}
