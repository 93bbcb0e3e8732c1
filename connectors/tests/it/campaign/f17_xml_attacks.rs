//! F17: hostile XML is refused and not asked for again, wherever in the document it stands.

use super::scenario::{Dice, Scenario};
use crate::server::{Answer, Asked, Server};
use crate::subjects::{CANARIES, LOOK_UP, context};
use crate::support::{Trail, build_audited, question};
use std::sync::Arc;

/// The declaration of a document type, and a reference that uses it.
struct Attack {
    name: &'static str,
    doctype: String,
    reference: String,
}

fn attacks(elsewhere: &str) -> Vec<Attack> {
    let attack = |name, doctype: String, reference: &str| Attack { name, doctype, reference: reference.to_owned() };
    let laughs: String =
        (1..10).map(|n| format!("<!ENTITY lol{n} \"{}\">", format!("&lol{};", n - 1).repeat(10))).collect();
    vec![
        attack("external file", "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>".into(), "&x;"),
        attack("external address", format!("<!DOCTYPE a [<!ENTITY x SYSTEM \"{elsewhere}/x\">]>"), "&x;"),
        attack("external type", format!("<!DOCTYPE a SYSTEM \"{elsewhere}/a.dtd\">"), ""),
        attack("public type", format!("<!DOCTYPE a PUBLIC \"-//x//y\" \"{elsewhere}/a.dtd\">"), ""),
        attack("parameter entity", format!("<!DOCTYPE a [<!ENTITY % p SYSTEM \"{elsewhere}/p\"> %p;]>"), ""),
        attack("billion laughs", format!("<!DOCTYPE a [<!ENTITY lol0 \"lol\">{laughs}]>"), "&lol9;"),
        attack(
            "quadratic blow-up",
            format!("<!DOCTYPE a [<!ENTITY q \"{}\">]>", "q".repeat(50_000)),
            &"&q;".repeat(1_000),
        ),
        attack("entity that refers to itself", "<!DOCTYPE a [<!ENTITY x \"&x;\">]>".into(), "&x;"),
        attack("attribute default", "<!DOCTYPE a [<!ATTLIST CongDan SoDinhDanh CDATA \"099085000001\">]>".into(), ""),
        attack("nothing but a type", "<!DOCTYPE a>".into(), ""),
        attack("small letters", "<!doctype a []>".into(), ""),
        attack("reference without a type", String::new(), "&xxe;"),
        attack("flood of attributes", String::new(), &format!("<a{}/>", flood(100))),
        attack("one attribute twice", String::new(), "<a b=\"1\" b=\"2\"/>"),
        attack("entity in an attribute", String::new(), "<a b=\"&xxe;\"/>"),
        attack("flood of elements", String::new(), &"<a/>".repeat(200_001)),
        attack("second root", String::new(), "</e:Envelope><e:Envelope>"),
    ]
}

fn flood(count: u32) -> String {
    (0..count).map(|n| format!(" a{n}=\"\"")).collect()
}

fn good() -> String {
    let body = format!("<SoDinhDanh>{}</SoDinhDanh>", question(0).personal_id);
    let asked = Asked { number: 0, path: "/tracuu".into(), head: String::new(), body };
    (LOOK_UP.answer)(&asked, &LOOK_UP.records(1))
}

/// What a look-up makes of a body: the outcome that is written down, and how often it asked.
async fn outcome(body: Vec<u8>) -> (String, usize, usize) {
    let length = format!("Content-Length: {}\r\n", body.len());
    let server = Server::start(move |_| Answer::wire(&length, [crate::server::Piece::Bytes(body.clone())])).await;
    let trail = Arc::new(Trail::default());
    let connector = build_audited(&LOOK_UP.settings(&server.url), trail.clone());
    let page = LOOK_UP.first_page(&*connector, 1).await.expect("a refused answer is the misfortune of one question");
    let statistics = connector.statistics();
    assert_eq!(statistics.not_found, 0, "an attack is no statement");
    assert!(page.rejects.is_empty() && context(1).questions.len() == 1);
    let lines = trail.lines.lock().expect("not poisoned");
    let word = lines.iter().find_map(|line| line.strip_prefix("close ")).expect("written down").to_owned();
    assert!(CANARIES.iter().all(|canary| !word.contains(canary)), "{word}");
    (word, server.count(), page.records.len())
}

/// Where something may be put in: before and behind each tag of the document.
fn places(document: &str) -> Vec<usize> {
    let mut places: Vec<usize> = document.match_indices(['<', '>']).map(|(at, c)| at + usize::from(c == ">")).collect();
    places.dedup();
    places
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attack_is_refused_wherever_it_stands_and_nothing_is_fetched() {
    let scenario = Scenario::load("F17");
    let elsewhere = Server::start(|_| Answer::json("fetched")).await;
    let (document, mut runs) = (good(), 0);
    assert_eq!(outcome(document.clone().into_bytes()).await, ("found".into(), 1, 1), "the document is good without it");
    for seed in scenario.seeds() {
        let mut dice = Dice::new(seed);
        for attack in attacks(&elsewhere.url) {
            // As attackers write it: the type in front, the reference in a value.
            let value = document.find("Mẫu 0").expect("a name");
            let classic = format!("{}{}{}{}", attack.doctype, &document[..value], attack.reference, &document[value..]);
            // And anywhere else, both in one place.
            let (all, both) = (places(&document), format!("{}{}", attack.doctype, attack.reference));
            let spots = (0..scenario.number("places")).map(|_| all[dice.below(all.len() as u64) as usize]);
            let anywhere = spots.map(|at| format!("{}{both}{}", &document[..at], &document[at..]));
            for body in std::iter::once(classic).chain(anywhere) {
                // Behind the root, or before it, some are not even attacks on a reader that stops there.
                let is_outside = body.starts_with(&both) || body.ends_with(&both);
                let (word, requests, records) = outcome(body.into_bytes()).await;
                let case = format!("{}: {word}; {}", attack.name, scenario.replay(seed));
                if attack.doctype.is_empty() && is_outside && word == "found" {
                    continue;
                }
                assert_eq!(records, 0, "{case}");
                let is_hostile = word.ends_with("_refused") || word == "xml_too_large" || word == "not_xml";
                assert!(is_hostile || word == "bad_xml", "{case}");
                assert_eq!(requests, if is_hostile { 1 } else { 4 }, "{case}: hostile answers are not asked for again");
                runs += 1;
            }
        }
    }
    assert_eq!(elsewhere.count(), 0, "something outside of the document was fetched");
    let seen = format!(
        "17 attacks at {runs} places of an answer: no record, nothing fetched, refused at once where the attack can be named"
    );
    scenario.passed("attacks", runs, &seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_encoding_is_never_read_as_utf_8() {
    let scenario = Scenario::load("F17");
    let declared = |name: &str, text: &str| format!("<?xml version=\"1.0\" encoding=\"{name}\"?>{text}");
    let document = good();
    let ascii: String = document.chars().map(|c| if c.is_ascii() { c } else { 'x' }).collect();
    let utf16 = |text: &str, big: bool| -> Vec<u8> {
        let bytes = move |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        text.encode_utf16().flat_map(bytes).collect()
    };
    let marked = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
    let utf32: Vec<u8> = document.chars().flat_map(|c| (c as u32).to_le_bytes()).collect();
    let latin: Vec<u8> = document.chars().map(|c| u8::try_from(c as u32).unwrap_or(0xd5)).collect();
    let refused = [
        ("UTF-16 with a mark", marked(&[0xff, 0xfe], utf16(&document, false))),
        ("UTF-16 without a mark", utf16(&declared("UTF-16", &document), false)),
        ("UTF-16, big end first", marked(&[0xfe, 0xff], utf16(&document, true))),
        ("UTF-16, ASCII only", utf16(&declared("UTF-16", &ascii), false)),
        ("UTF-32", marked(&[0xff, 0xfe, 0, 0], utf32)),
        ("windows-1258", [declared("windows-1258", "").into_bytes(), latin.clone()].concat()),
        ("not declared", latin),
        ("declared windows-1258, valid UTF-8", declared("windows-1258", &document).into_bytes()),
        ("declared ISO-8859-1, valid UTF-8", declared("ISO-8859-1", &document).into_bytes()),
        ("declared nonsense", declared("made-up", &document).into_bytes()),
        ("UTF-7", declared("UTF-7", "+ADw-CongdanCollection SoCongDan='1'+AD4-").into_bytes()),
        (
            "over-long UTF-8",
            document
                .replace('<', "\u{0}")
                .into_bytes()
                .iter()
                .flat_map(|byte| match byte {
                    0 => vec![0xc0, 0xbc],
                    byte => vec![*byte],
                })
                .collect(),
        ),
    ];
    let runs = refused.len() as u64 + 4;
    for (name, body) in refused {
        let (word, _, records) = outcome(body).await;
        assert!(records == 0 && word != "found", "{name}: {word}");
    }
    for (name, body) in [
        ("UTF-8", declared("UTF-8", &document)),
        ("UTF-8 with a mark", format!("\u{feff}{}", declared("utf-8", &document))),
        ("UTF-8 that calls itself UTF-16", declared("utf-16", &document)),
        ("ASCII in an encoding that holds ASCII", declared("ISO-8859-1", &ascii)),
    ] {
        assert_eq!(outcome(body.into_bytes()).await.0, "found", "{name}");
    }
    let seen = "UTF-16 in four shapes, UTF-32, UTF-7, windows-1258 and ISO-8859-1 declared or not, over-long UTF-8: refused; \
                UTF-8 is read whatever it calls its width";
    scenario.passed("encodings", runs, seen);
}
