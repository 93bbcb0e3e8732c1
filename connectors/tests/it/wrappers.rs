//! One question through each gateway: what is sent, what comes back, what an error is.

use crate::server::{Answer, Asked, Server};
use crate::support::{build, build_with, context, page, question, settings};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use config::{
    Auth, BirthDateShape, Operation, SecretRef, SourceKind, SourceMode, SourceSettings, Wrapper, WrapperAccount,
};
use connectors::{Connector, PlanContext};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex};

const FOUND: &str = "<e><Body><CongdanCollection SoCongDan=\"1\"><CongDan><SoDinhDanh>099085000000</SoDinhDanh></CongDan></CongdanCollection></Body></e>";
const NOBODY: &str = "<e><Body><CongdanCollection SoCongDan=\"0\"/></Body></e>";
const YES: &str = "<e><Body><KetQuaXacThucResponse><TonTai>true</TonTai></KetQuaXacThucResponse></Body></e>";

fn secret(name: &str) -> Option<SecretRef> {
    Some(SecretRef::Env(name.into()))
}

/// Each secret is its own name, so that it is recognised where it arrives.
fn environment(name: &str) -> Option<String> {
    Some(if name == "SECRET" { "099080000001".to_owned() } else { name.to_owned() })
}

fn through(wrapper: Wrapper, url: &str) -> SourceSettings {
    let mut settings = settings(SourceKind::Population, url);
    settings.mode = SourceMode::Lookup;
    settings.wrapper = wrapper;
    settings.wrapper_account = match wrapper {
        Wrapper::Opencps => Some(WrapperAccount {
            access_token: secret("STATIC"),
            lgsp_access_token: secret("LGSP"),
            auth_hash: secret("HASH"),
            user_name: None,
        }),
        Wrapper::FlatJson => Some(WrapperAccount { user_name: secret("USER"), ..WrapperAccount::default() }),
        Wrapper::None | Wrapper::XmlInJson => None,
    };
    settings
}

fn bodies(url: &str, wrapper: Wrapper) -> Box<dyn Connector> {
    build_with(&through(wrapper, url), &environment)
}

fn one() -> PlanContext {
    PlanContext { questions: vec![question(0)], ..context() }
}

/// A server that answers as told and keeps what it was asked.
async fn recording(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> (Server, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = asked.clone();
    let server = Server::start(move |request: &Asked| {
        kept.lock().expect("not poisoned").push(request.body.clone());
        answer(request)
    })
    .await;
    (server, asked)
}

fn first(asked: &Mutex<Vec<String>>) -> String {
    asked.lock().expect("not poisoned").first().cloned().expect("a request")
}

/// Found, not found, could not ask.
async fn counts(connector: &dyn Connector) -> (u64, u64, u64) {
    page(connector, None, &one()).await.expect("a page");
    let said = connector.statistics();
    (said.found, said.not_found, said.could_not_ask)
}

#[tokio::test]
async fn opencps_gets_the_soap_text_with_its_tokens_and_answers_with_soap_or_a_text() {
    for answer in [FOUND.to_owned(), json!(FOUND).to_string(), json!({"status": 200, "data": FOUND}).to_string()] {
        let (server, asked) = recording(move |_| Answer::json(answer.clone())).await;
        assert_eq!(counts(&*bodies(&server.url, Wrapper::Opencps)).await, (1, 0, 0));
        let sent: Value = serde_json::from_str(&first(&asked)).expect("JSON");
        let keys: Vec<&str> = sent.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(keys, ["AuthHash", "accessToken", "data", "lgspAccessToken"]);
        assert_eq!((&sent["accessToken"], &sent["lgspAccessToken"]), (&json!("Bearer STATIC"), &json!("LGSP")));
        assert_eq!(sent["AuthHash"], "HASH");
        let soap = sent["data"].as_str().expect("a text");
        assert!(soap.contains("<dan:TraCuuThongTinCongDan>") && soap.contains("<dan:SoDinhDanh>099085000000<"));
    }
}

#[tokio::test]
async fn a_token_of_the_source_goes_into_the_body_and_is_renewed_when_it_is_refused() {
    let (server, asked) = recording(|request| match request.path.as_str() {
        "/token" => {
            Answer::json(json!({"access_token": format!("T{}", request.number), "expires_in": 3600}).to_string())
        }
        _ if request.body.contains("Bearer T0") => Answer::status(401),
        _ => Answer::json(FOUND),
    })
    .await;
    let mut settings = through(Wrapper::Opencps, &server.url);
    settings.auth = Auth::ClientCredentials {
        token_path: "/token".into(),
        client_id: "c".into(),
        client_secret: SecretRef::Env("CLIENT".into()),
    };
    settings.wrapper_account.as_mut().expect("an account").access_token = None;
    let connector = build_with(&settings, &environment);
    assert_eq!(counts(&*connector).await, (1, 0, 0));
    let asked = asked.lock().expect("not poisoned");
    let tokens: Vec<Value> = asked
        .iter()
        .filter_map(|body| serde_json::from_str::<Value>(body).ok())
        .map(|b| b["accessToken"].clone())
        .collect();
    assert_eq!(tokens, ["Bearer T0", "Bearer T2"]);
    assert_eq!(connector.statistics().token_refreshes, 2);
}

#[tokio::test]
async fn flat_json_has_the_fields_of_the_question_and_is_answered_in_xml_or_as_the_feed_writes() {
    let citizen = json!({"SoDinhDanh": "099085000000", "HoVaTen": {"Ho": "", "ChuDem": "", "Ten": "MẪU"}});
    for answer in [json!(FOUND), json!({"ketQua": FOUND}), citizen.clone(), json!({"data": [citizen]})] {
        let (server, asked) = recording(move |_| Answer::json(answer.to_string())).await;
        assert_eq!(counts(&*bodies(&server.url, Wrapper::FlatJson)).await, (1, 0, 0));
        let mut sent: Value = serde_json::from_str(&first(&asked)).expect("JSON");
        assert_eq!(sent["maYeuCau"].take().as_str().map(str::len), Some(32));
        let expected = json!({"maYeuCau": null, "maDVC": "2.000986", "maCanBo": "099080000001",
            "soDinhDanh": "099085000000", "soCMND": "", "hoVaTen": "NGUYENVANMAU", "ngayThangNam": "1985",
            "userNameService": "USER"});
        assert_eq!(sent, expected);
    }
}

#[tokio::test]
async fn xml_in_json_is_asked_in_soap_and_both_shapes_of_the_birth_date_can_be_sent() {
    for (shape, expected) in [
        (BirthDateShape::Element, "<dan:NgayThangNamSinh><dan:Nam>1985</dan:Nam></dan:NgayThangNamSinh>"),
        (BirthDateShape::Text, "<dan:NgayThangNamSinh>1985</dan:NgayThangNamSinh>"),
    ] {
        let (server, asked) = recording(|_| Answer::json(json!({"error_code": 0, "message": FOUND}).to_string())).await;
        let mut settings = through(Wrapper::XmlInJson, &server.url);
        settings.birth_date = shape;
        assert_eq!(counts(&*build(&settings)).await, (1, 0, 0));
        assert!(first(&asked).contains(expected), "{}", first(&asked));
    }
}

#[tokio::test]
async fn nobody_is_found_missing_through_a_wrapper_unless_the_source_says_so_itself() {
    for wrapper in [Wrapper::None, Wrapper::Opencps, Wrapper::FlatJson, Wrapper::XmlInJson] {
        let said = move |_: &Asked| match wrapper {
            Wrapper::None => Answer::json(NOBODY),
            _ => Answer::json(json!({"error_code": 0, "message": NOBODY}).to_string()),
        };
        let server = Server::start(said).await;
        assert_eq!(counts(&*bodies(&server.url, wrapper)).await, (0, 1, 0), "{wrapper:?}");
        for (error, requests) in [
            (json!({"error_code": 1, "message": "Không tìm thấy công dân"}), 1),
            (json!({"error_code": 404, "message": NOBODY}), 1),
            (json!({"error_code": 0, "message": ""}), 1),
            // Away, says the gateway: asked again until the attempts are spent.
            (json!({"error_code": 503, "message": "CANARY"}), 5),
        ] {
            let body = error.to_string();
            let server = Server::start(move |_: &Asked| Answer::json(body.clone())).await;
            assert_eq!(counts(&*bodies(&server.url, wrapper)).await, (0, 0, 1), "{wrapper:?}: {error}");
            assert_eq!(server.count(), requests, "{wrapper:?}: {error}");
        }
    }
}

#[tokio::test]
async fn the_digest_signs_the_address_of_the_question_through_every_wrapper() {
    for wrapper in [Wrapper::None, Wrapper::Opencps, Wrapper::FlatJson, Wrapper::XmlInJson] {
        let signed = |asked: &Asked| {
            let address = format!("http://{}{}", asked.header("host"), asked.path);
            let text = format!("{address}u{}DIGEST", asked.header("timestamp"));
            let pair = format!("u:{}", hex::encode(Sha256::digest(text.as_bytes())));
            let expected = format!("Basic {}", STANDARD.encode(pair));
            let is_right = asked.header("authorization") == expected
                && asked.header("apikey") == "KEY"
                && asked.header("x-road-client") == "VN/GOV/H99/mau";
            if is_right { Answer::json(FOUND) } else { Answer::status(401) }
        };
        let server = Server::start(signed).await;
        let mut settings = through(wrapper, &server.url);
        settings.auth = Auth::TimestampDigest {
            username: "u".into(),
            secret: SecretRef::Env("DIGEST".into()),
            api_key: SecretRef::Env("KEY".into()),
            x_road_client: "VN/GOV/H99/mau".into(),
        };
        assert_eq!(counts(&*build_with(&settings, &environment)).await, (1, 0, 0), "{wrapper:?}");
    }
}

#[tokio::test]
async fn a_verification_goes_through_the_wrappers_that_carry_soap() {
    for wrapper in [Wrapper::Opencps, Wrapper::XmlInJson] {
        let (server, asked) = recording(|_| Answer::json(json!({"error_code": 0, "message": YES}).to_string())).await;
        let mut settings = through(wrapper, &server.url);
        settings.operation = Operation::Verify;
        assert_eq!(counts(&*build_with(&settings, &environment)).await, (1, 0, 0), "{wrapper:?}");
        assert!(first(&asked).contains("<dan:XacThucThongTinCongDanRequest>"), "{wrapper:?}");
    }
}

#[tokio::test]
async fn a_fault_about_the_question_is_final_through_a_wrapper_as_well() {
    let fault = "<Fault><faultcode>s:Client</faultcode><faultstring>CANARY</faultstring></Fault>";
    for body in [fault.to_owned(), json!({"message": fault}).to_string()] {
        let server = Server::start(move |_: &Asked| Answer::Whole(500, vec![], body.clone())).await;
        assert_eq!(counts(&*bodies(&server.url, Wrapper::Opencps)).await, (0, 0, 1));
        assert_eq!(server.count(), 1, "not tried again");
    }
}
