//! A clerk asks land about one owner and civil status about one case: what is said, what is left
//! out, and that what nobody could ask is never "not found".

use crate::server::{Answer, Asked, Server};
use crate::support::{COMMUNE, Trail, now, question, settings};
use config::{SourceKind, SourceSettings};
use connectors::{BuildError, CaseCode, Dependencies, Lookup, Question};
use schemas::clock::FixedClock;
use schemas::{Answer as Told, CanonicalRecord, ProvinceCode, Record, SourceId};
use serde_json::{Value, json};
use std::sync::Arc;

const OWNER: &str = "099085000000";
const SPOUSE: &str = "099185000001";
const CODE: &str = "H99.14-261124-0001";

fn try_build(settings: &SourceSettings, audit: Arc<Trail>) -> Result<Box<dyn Lookup>, BuildError> {
    let dependencies = Dependencies {
        clock: Arc::new(FixedClock(now())),
        seed: 7,
        environment: &|_| Some("099080000001".into()),
        province: ProvinceCode::parse("08").expect("a code"),
        communes: vec![COMMUNE.into(), "00694".into()],
        requests_used: 0,
        audit,
    };
    connectors::build_lookup(&SourceId::parse("source").expect("a name"), settings, dependencies)
}

/// As a clerk's question is asked: soon given up.
fn hasty(kind: SourceKind, server: &Server) -> SourceSettings {
    let mut settings = settings(kind, &server.url);
    settings.retry.attempts = 2;
    settings
}

async fn ask(settings: &SourceSettings, question: &Question) -> Told<Vec<CanonicalRecord>> {
    try_build(settings, Arc::default()).expect("built").look_up(question).await
}

fn about_a_case(module: &str) -> Question {
    let case = CaseCode { module: module.into(), code: CODE.into() };
    Question { case: Some(case), ..question(0) }
}

fn person(number: &str) -> Value {
    json!({"maSoDinhDanh": number, "hoTen": "Nguyễn Văn Mẫu"})
}

fn certificate(id: u32, commune: u32, owner: Value) -> Value {
    json!({"GiayChungNhan": {"giayChungNhanId": id, "xaId": commune}, "ChuSoHuu": [owner],
        "TaiSan": [{"thuaDatId": id}]})
}

fn of(id: u32, number: &str) -> Value {
    certificate(id, 691, json!({"loaiDoiTuong": 1, "CaNhan": person(number)}))
}

fn field(asked: &Asked, name: &str) -> String {
    let pairs = asked.body.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).collect()
}

/// The part of the list that was asked for.
fn page(asked: &Asked, all: &[Value]) -> Answer {
    let number = |name| field(asked, name).parse::<usize>().expect("a number");
    let data: Vec<&Value> = all.iter().skip(number("start")).take(number("length")).collect();
    Answer::json(json!({"draw": number("draw"), "recordsTotal": all.len(), "data": data}).to_string())
}

async fn land(all: Vec<Value>) -> Server {
    Server::start(move |asked: &Asked| page(asked, &all)).await
}

async fn civil(value: Value) -> Server {
    Server::start(move |_: &Asked| Answer::json(json!({"status": 1, "value": value}).to_string())).await
}

fn case(code: &str) -> Value {
    json!({"maHoSoMCDT": code, "module": "LTKS", "trangThai": 4, "maDonVi": COMMUNE,
        "thoiGianThucHien": "23/11/2026 10:00:00", "ketQuaXuLy": {"soDinhDanh": "099326000001"}})
}

fn could_not(code: &str) -> Told<Vec<CanonicalRecord>> {
    Told::CouldNotAsk { code: code.into() }
}

fn keys(told: &Told<Vec<CanonicalRecord>>) -> Vec<(&str, u16, Option<&str>)> {
    let Told::Found { value, .. } = told else { panic!("not found") };
    let key = |row: &CanonicalRecord| row.envelope.record_key.clone();
    assert!(value.iter().all(|row| !key(row).contains("099085")), "no key tells a number");
    value.iter().map(|r| (r.envelope.record_key.as_str(), r.envelope.part, r.envelope.commune.as_deref())).collect()
}

#[tokio::test]
async fn the_certificates_of_an_owner_come_from_the_whole_province_with_their_own_communes() {
    let couple = json!({"loaiDoiTuong": 2, "VoChong": {"Chong": person(SPOUSE), "Vo": person(OWNER)}});
    let elsewhere = certificate(3, 9_999, json!({"CaNhan": person(OWNER)}));
    let server = land(vec![of(1, OWNER), certificate(2, 694, couple), elsewhere]).await;
    let told = ask(&hasty(SourceKind::Land, &server), &question(0)).await;
    let expected = [("1/1", 0, Some("00691")), ("2/2", 1, Some("00694")), ("3/3", 0, None)];
    assert_eq!(keys(&told), expected, "of a couple the own row; no commune outside the province");
}

#[tokio::test]
async fn the_form_asks_for_the_whole_number_in_the_whole_province_and_no_address_holds_it() {
    let server = Server::start(|asked: &Asked| {
        let form = ["tinhId", "huyenId", "xaId", "timChinhXac", "soGiayTo"].map(|name| field(asked, name));
        assert_eq!(form, ["8", "0", "0", "true", OWNER]);
        assert!(!asked.head.contains(OWNER));
        page(asked, &[])
    })
    .await;
    assert!(matches!(ask(&hasty(SourceKind::Land, &server), &question(0)).await, Told::NotFound { .. }));
    assert!(server.seen.lock().expect("not poisoned").iter().all(|line| !line.contains("099085")));
}

#[tokio::test]
async fn pages_are_read_until_the_total() {
    let server = land((1..=25).map(|id| of(id, OWNER)).collect()).await;
    let told = ask(&hasty(SourceKind::Land, &server), &question(0)).await;
    assert_eq!((keys(&told).len(), server.count()), (25, 3));
}

#[tokio::test]
async fn a_list_that_moves_meanwhile_is_read_again() {
    let all: Vec<Value> = (1..=25).map(|id| of(id, OWNER)).collect();
    let server = Server::start(move |asked: &Asked| page(asked, &all[usize::from(asked.number > 0)..])).await;
    let told = ask(&hasty(SourceKind::Land, &server), &question(0)).await;
    assert_eq!((keys(&told).len(), keys(&told)[0].0), (24, "10/10"), "in the order of their keys, each once");
}

#[tokio::test]
async fn another_persons_certificate_in_the_answer_is_left_out() {
    let broken = json!({"GiayChungNhan": {"giayChungNhanId": 8, "ngayVaoSo": "31/02/2020"},
        "ChuSoHuu": [{"CaNhan": person("099085000009")}]});
    let server = land(vec![of(1, "099085000009"), of(2, OWNER), broken.clone()]).await;
    let told = ask(&hasty(SourceKind::Land, &server), &question(0)).await;
    assert_eq!(keys(&told), [("2/2", 0, Some("00691"))]);
    let server = land(vec![of(1, "099085000009"), broken]).await;
    assert!(matches!(ask(&hasty(SourceKind::Land, &server), &question(0)).await, Told::NotFound { .. }));
}

#[tokio::test]
async fn an_answer_with_a_gap_is_no_answer() {
    let mut broken = of(2, OWNER);
    broken["GiayChungNhan"]["ngayVaoSo"] = json!("31/02/2020");
    let server = land(vec![of(1, OWNER), broken]).await;
    assert_eq!(ask(&hasty(SourceKind::Land, &server), &question(0)).await, could_not("unreadable_certificate"));
}

#[tokio::test]
async fn more_certificates_than_one_person_can_have_are_not_read() {
    let server = land((1..=201).map(|id| of(id, OWNER)).collect()).await;
    assert_eq!(ask(&hasty(SourceKind::Land, &server), &question(0)).await, could_not("too_many"));
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_case_is_found_by_its_code_and_its_module() {
    let server = Server::start(|asked: &Asked| {
        let body: Value = serde_json::from_str(&asked.body).expect("JSON");
        assert_eq!(body, json!({"maDinhDanhHoSo": [CODE], "maTinh": "08", "module": "LTKS"}));
        Answer::json(json!({"status": 1, "value": [case(CODE)]}).to_string())
    })
    .await;
    let told = ask(&hasty(SourceKind::CivilStatus, &server), &about_a_case("LTKS")).await;
    assert_eq!(keys(&told), [(CODE, 0, Some(COMMUNE))]);
    let Told::Found { value, .. } = told else { panic!("not found") };
    let Record::Dossier(dossier) = &value[0].record else { panic!("a dossier") };
    assert_eq!((dossier.status.as_deref(), dossier.personal_id.as_deref()), (Some("done"), Some("099326000001")));
}

#[tokio::test]
async fn a_case_that_is_left_out_is_not_found_and_another_one_is_no_answer() {
    let server = civil(json!([])).await;
    let told = ask(&hasty(SourceKind::CivilStatus, &server), &about_a_case("LTKS")).await;
    assert!(matches!(told, Told::NotFound { .. }));
    for value in [json!([case("H99.14-261124-0002")]), json!([case(CODE), "x"])] {
        let server = civil(value).await;
        let told = ask(&hasty(SourceKind::CivilStatus, &server), &about_a_case("LTKS")).await;
        assert_eq!(told, could_not("unreadable_case"));
    }
}

#[tokio::test]
async fn a_question_without_what_the_source_needs_is_not_sent() {
    let server = land(vec![]).await;
    let audit = Arc::new(Trail::default());
    let civil = try_build(&hasty(SourceKind::CivilStatus, &server), audit.clone()).expect("built");
    assert_eq!(civil.look_up(&question(0)).await, could_not("needs_a_case"));
    let land = try_build(&hasty(SourceKind::Land, &server), audit.clone()).expect("built");
    for number in ["", "990000123", "09908500000x"] {
        let question = Question { personal_id: number.into(), ..question(0) };
        assert_eq!(land.look_up(&question).await, could_not("bad_question"));
    }
    assert_eq!((server.count(), audit.lines.lock().expect("not poisoned").len()), (0, 0));
}

#[tokio::test]
async fn a_source_that_is_down_silent_or_nonsense_could_not_be_asked() {
    for kind in [SourceKind::Land, SourceKind::CivilStatus] {
        let down = Server::start(|_: &Asked| Answer::status(503)).await;
        assert_eq!(ask(&hasty(kind, &down), &about_a_case("LTKS")).await, could_not("attempts_exhausted"));
        let mut broken = hasty(kind, &down);
        (broken.breaker.failures, broken.breaker.probes, broken.breaker.pause_ms) = (1, 1, 1);
        assert_eq!(ask(&broken, &about_a_case("LTKS")).await, could_not("breaker_open"));
        let silent = Server::start(|_: &Asked| Answer::Silent).await;
        let mut impatient = hasty(kind, &silent);
        impatient.timeout_ms = 50;
        assert_eq!(ask(&impatient, &about_a_case("LTKS")).await, could_not("attempts_exhausted"));
        let nonsense = Server::start(|_: &Asked| Answer::json("[]")).await;
        assert_eq!(ask(&hasty(kind, &nonsense), &about_a_case("LTKS")).await, could_not("bad_page"));
    }
}

#[tokio::test]
async fn every_look_is_written_down_before_it_is_made_and_its_outcome_after() {
    for (kind, operation) in [(SourceKind::Land, "land_search"), (SourceKind::CivilStatus, "case_poll")] {
        let audit = Arc::new(Trail::default());
        let seen = audit.clone();
        let server = Server::start(move |asked: &Asked| {
            let lines = seen.lines.lock().expect("not poisoned");
            assert_eq!(lines.len(), 1, "asked before it was written down, or after it was closed");
            match asked.path.contains("ketQua") {
                true => Answer::json(json!({"status": 1, "value": [case(CODE)]}).to_string()),
                false => page(asked, &[of(1, OWNER)]),
            }
        })
        .await;
        let lookup = try_build(&hasty(kind, &server), audit.clone()).expect("built");
        let question = Question { procedure: Some("1.001193".into()), ..about_a_case("LTKS") };
        assert!(matches!(lookup.look_up(&question).await, Told::Found { .. }));
        let lines = audit.lines.lock().expect("not poisoned").clone();
        let opened = format!("open {operation} 1.001193 099080000001 000.01.02.H99 {OWNER}");
        assert_eq!(lines, [opened, "close found".to_owned()]);
    }
}

#[tokio::test]
async fn without_a_purpose_the_program_itself_is_written_down_and_a_case_without_a_number_by_its_code() {
    let server = civil(json!([])).await;
    let audit = Arc::new(Trail::default());
    let mut settings = hasty(SourceKind::CivilStatus, &server);
    settings.purpose = None;
    let lookup = try_build(&settings, audit.clone()).expect("built");
    let question = Question { personal_id: String::new(), ..about_a_case("LTKS") };
    assert!(matches!(lookup.look_up(&question).await, Told::NotFound { .. }));
    let lines = audit.lines.lock().expect("not poisoned").clone();
    assert_eq!(lines, [format!("open case_poll  doisoat  {CODE}"), "close not_found".to_owned()]);
}

#[tokio::test]
async fn what_cannot_be_written_down_is_not_asked() {
    for kind in [SourceKind::Land, SourceKind::CivilStatus] {
        let server = land(vec![]).await;
        let audit = Arc::new(Trail { broken: true, ..Trail::default() });
        let lookup = try_build(&hasty(kind, &server), audit).expect("built");
        assert_eq!(lookup.look_up(&about_a_case("LTKS")).await, could_not("audit_failed"));
        assert_eq!(server.count(), 0);
    }
}

#[tokio::test]
async fn a_clerk_may_ask_outside_the_hours_of_the_night_and_only_who_answers_is_built() {
    let server = land(vec![of(1, OWNER)]).await;
    let mut settings = hasty(SourceKind::Land, &server);
    let time = |text: &str| text.parse().expect("a time");
    settings.window = Some(config::settings::Window { from: time("22:00"), to: time("23:00") });
    assert!(matches!(ask(&settings, &question(0)).await, Told::Found { .. }));
    for kind in [SourceKind::OneStop, SourceKind::Files, SourceKind::Sql] {
        let built = try_build(&hasty(kind, &server), Arc::default());
        assert!(matches!(built.map(|_| ()), Err(BuildError::NoLookUp(_))));
    }
}
