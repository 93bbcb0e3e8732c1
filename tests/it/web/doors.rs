//! Every route × everybody: from the description that the program gives of itself, against a table
//! of who may do what that was written by hand.

use super::person::{Answer, Person};
use super::site::{Site, between};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
struct Table {
    /// What each role may, by the words of the description.
    roles: BTreeMap<String, Vec<String>>,
    /// Routes that anybody may ask for.
    open: BTreeSet<String>,
    /// Routes of people who are signed in that name nothing.
    nameless: BTreeSet<String>,
    /// Routes that name what is the whole province's.
    of_province: BTreeSet<String>,
    things: Vec<Thing>,
}

/// A route that names something, and how it is asked about another commune's.
#[derive(Deserialize)]
struct Thing {
    route: String,
    /// What is named: `look`, `correction`, …
    thing: String,
    #[serde(rename = "as", default = "commune_lead")]
    role: String,
    /// Of the form; without it the name stands in the path.
    field: Option<String>,
    #[serde(default)]
    form: BTreeMap<String, String>,
    #[serde(default = "not_found")]
    status: u16,
}

fn commune_lead() -> String {
    "commune_lead".into()
}

fn not_found() -> u16 {
    404
}

impl Table {
    fn read() -> Self {
        let table = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/data/doors.toml");
        toml::from_str(&std::fs::read_to_string(table).expect("a table")).expect("its form")
    }
}

struct Route {
    method: Method,
    path: String,
    needs: String,
}

fn routes(description: &Value) -> Vec<Route> {
    let mut all = Vec::new();
    for (path, item) in description["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            if !operation["tags"].as_array().is_some_and(|tags| tags.iter().any(|tag| tag == "pages")) {
                continue;
            }
            let needs = operation["x-needs"].as_str().unwrap_or_else(|| panic!("{method} {path} says what it needs"));
            let method = if method == "get" { Method::GET } else { Method::POST };
            all.push(Route { method, path: path.clone(), needs: needs.to_owned() });
        }
    }
    all
}

fn name(route: &Route) -> String {
    format!("{} {}", route.method.as_str().to_lowercase(), route.path)
}

async fn knock(person: &mut Person, route: &Route) -> Answer {
    // Names that lead nowhere: whether somebody may is decided before that is seen.
    let path = route
        .path
        .replace("{handle}", "0")
        .replace("{id}", "0")
        .replace("{name}", "style.css")
        .replace("{code}", "0")
        .replace("{format}", "csv");
    let csrf = person.csrf.clone();
    let form = [("csrf", csrf.as_str())];
    let form = (route.method == Method::POST).then_some(&form[..]);
    person.send(route.method.clone(), &path, form, &[]).await
}

fn is_sent_to_sign_in(answer: &Answer) -> bool {
    answer.status == 401 || (answer.status == 303 && answer.location() == "/login")
}

#[tokio::test]
async fn every_route_lets_in_whom_the_table_says_and_nobody_else() {
    let table = Table::read();
    let site = Site::open();
    let (_, description) = site.visitor().call(Method::GET, "/api/openapi.json", "", None, &[]).await;
    let routes = routes(&description);
    assert!(routes.len() > 40, "the description has the pages: {}", routes.len());

    // A route that no role and nobody may open is one that was forgotten in the table.
    let known: BTreeSet<&str> = table.roles.values().flatten().map(String::as_str).collect();
    let uncovered: Vec<String> = routes
        .iter()
        .filter(|route| match route.needs.as_str() {
            "nothing" => !table.open.contains(&name(route)),
            "signed_in" => false,
            needs => !known.contains(needs),
        })
        .map(name)
        .collect();
    assert_eq!(uncovered, Vec::<String>::new(), "routes without a case");

    for route in &routes {
        let mut nobody = site.visitor();
        nobody.get("/login").await;
        let answer = knock(&mut nobody, route).await;
        let open = route.needs == "nothing";
        assert_eq!(!is_sent_to_sign_in(&answer), open, "anonymous {}: {}", name(route), answer.status);
        for header in ["content-security-policy", "x-content-type-options", "x-frame-options", "cache-control"] {
            assert!(answer.headers.contains_key(header), "{} has {header}", name(route));
        }
    }
    let mut administrator = site.administrator().await;
    for (role, may) in &table.roles {
        let mut person =
            site.officer(&mut administrator, &format!("nguoi.{}", role.replace('_', ".")), role, &["*"]).await;
        let own = person.csrf.clone();
        let leave = |route: &&Route| route.path == "/logout";
        for route in routes.iter().filter(|route| !leave(route)).chain(routes.iter().filter(leave)) {
            // Pages before signing in have forms of their own.
            person.csrf.clone_from(&own);
            let answer = knock(&mut person, route).await;
            let allowed = matches!(route.needs.as_str(), "nothing" | "signed_in") || may.contains(&route.needs);
            let refused = answer.status == 403 || is_sent_to_sign_in(&answer);
            // One page is for two permissions, and says so itself.
            let by_itself = route.path == "/escalations" && route.method == Method::GET;
            assert!(refused != allowed || by_itself, "{role} {}: {} {}", name(route), answer.status, answer.body);
            assert!(answer.status < 500, "{role} {}: {}", name(route), answer.status);
        }
    }
}

/// What there is in one commune, by name.
async fn things(site: &Site, administrator: &mut Person, lead: &mut Person, number: &str) -> BTreeMap<String, String> {
    let (page, look) = lead.look(number).await;
    let finding = between(&page.body, "id=\"finding-", "\"").to_owned();
    let form = [("look", look.as_str()), ("finding", &finding), ("choice", "wrong"), ("reason", "typing_error")];
    assert_eq!(lead.post("/decisions", &form).await.status, 303);
    let page = lead.get(&format!("/check/{look}")).await.body;
    let correction = between(&page, "href=\"/corrections/", "\"").to_owned();
    assert_eq!(lead.post("/escalations", &[("look", &look), ("note", "nhờ hỏi sở")]).await.status, 303);
    let mut province = site.officer(administrator, "tinh", "province", &["*"]).await;
    let escalation = between(&province.get("/escalations").await.body, "/escalations/", "/").to_owned();
    let accounts = administrator.get("/accounts").await.body;
    let row = accounts.split("<tr ").find(|row| row.contains("lanh.dao.a")).expect("a row");
    let account = between(row, "/accounts/", "/").to_owned();
    administrator.get("/keys").await;
    let form = [("name", "Một cửa"), ("expires_on", "2027-05-01"), ("scopes", "check"), ("communes", "*")];
    let keys = administrator.post("/keys/new", &form).await.body;
    let key = between(&keys, "/keys/", "/revoke").rsplit('/').next().expect("an id").to_owned();
    [
        ("look", look),
        ("finding", finding),
        ("correction", correction),
        ("escalation", escalation),
        ("account", account),
        ("key", key),
    ]
    .map(|(thing, name)| (thing.to_owned(), name))
    .into()
}

/// The rows of the morning's list, as pages name them.
async fn rows(person: &mut Person) -> Vec<String> {
    let page = person.get("/morning").await.body;
    page.split("name=\"row\" value=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

/// What a route answers about this name, without what is each time another.
async fn about(person: &mut Person, thing: &Thing, name: &str, own: &str) -> (u16, String) {
    let (method, path) = thing.route.split_once(' ').expect("a method and a path");
    let braces = |part: &str| if part.starts_with('{') { name.to_owned() } else { part.to_owned() };
    let path = path.split('/').map(braces).collect::<Vec<_>>().join("/");
    let csrf = person.csrf.clone();
    let mut form: Vec<(&str, &str)> = vec![("csrf", &csrf)];
    form.extend(thing.form.iter().map(|(field, value)| (field.as_str(), if value == "own" { own } else { value })));
    form.extend(thing.field.as_ref().map(|field| (field.as_str(), name)));
    let form = (method == "post").then_some(&form[..]);
    let method = if method == "get" { Method::GET } else { Method::POST };
    let answer = person.send(method, &path, form, &[]).await;
    let request = answer.headers["x-request-id"].to_str().expect("text");
    (answer.status, answer.body.replace(request, "REQUEST").replace(name, "NAME"))
}

#[tokio::test]
async fn what_another_commune_has_is_answered_like_what_is_not_there_on_every_route() {
    let table = Table::read();
    let site = Site::open();
    let (_, description) = site.visitor().call(Method::GET, "/api/openapi.json", "", None, &[]).await;
    let covered: BTreeSet<&str> = table.things.iter().map(|thing| thing.route.as_str()).collect();
    let uncovered: Vec<String> = routes(&description)
        .iter()
        .filter(|route| route.needs != "nothing")
        .map(name)
        .filter(|name| {
            !covered.contains(name.as_str()) && !table.nameless.contains(name) && !table.of_province.contains(name)
        })
        .collect();
    assert_eq!(uncovered, Vec::<String>::new(), "routes of which nobody said whether they name a thing");
    let braces = table.nameless.iter().find(|name| name.contains('{'));
    assert_eq!(braces, None, "what has a name in its path names a thing");

    let number = |finding: &Value| {
        finding["subject"].as_str().and_then(|subject| subject.split_once(':')).expect("a subject").1.to_owned()
    };
    let theirs = site.finding("DOB_DIFF");
    let unit = theirs["unit"].as_str().expect("a commune").to_owned();
    let other = if unit == "00691" { "00694" } else { "00691" };
    let ours = site.finding_of("NAME_DIFF", &["--commune", other]);
    let mut administrator = site.administrator().await;
    let mut lead = site.officer(&mut administrator, "lanh.dao.a", "commune_lead", &[&unit]).await;
    let mut askers = BTreeMap::new();
    for role in ["commune_lead", "province"] {
        let login = format!("ben.canh.{}", role.replace('_', "."));
        askers.insert(role.to_owned(), site.officer(&mut administrator, &login, role, &[other]).await);
    }
    let mut things = things(&site, &mut administrator, &mut lead, &number(&theirs)).await;
    let asker = askers.get_mut("commune_lead").expect("a lead");
    let (_, own) = asker.look(&number(&ours)).await;
    let hidden = rows(asker).await;
    let mut everybody = site.officer(&mut administrator, "ca.tinh", "reviewer", &["*"]).await;
    let case = rows(&mut everybody).await.into_iter().find(|row| !hidden.contains(row)).expect("another's case");
    things.insert("case".into(), case);
    things.insert("commune".into(), unit.clone());

    for thing in &table.things {
        let real = &things[&thing.thing];
        let made_up = "0".repeat(real.len());
        let person = askers.get_mut(&thing.role).expect("a role that asks");
        let (status, page) = about(person, thing, real, &own).await;
        assert_eq!(status, thing.status, "{} {}: {page}", thing.route, thing.thing);
        assert_eq!((status, page), about(person, thing, &made_up, &own).await, "{} {}", thing.route, thing.thing);
    }

    // Nothing came of it.
    let request = format!("/corrections/{}", things["correction"]);
    let kept = lead.get(&request).await;
    assert!(kept.status == 200 && kept.body.contains("nháp"), "{}", kept.body);
    assert_eq!(lead.get(&format!("/check/{}", things["look"])).await.status, 200);
    assert!(rows(&mut everybody).await.contains(&things["case"]));

    // A program of that commune is told no more.
    administrator.get("/keys").await;
    let form = [
        ("name", "Bên cạnh"),
        ("expires_on", "2027-05-01"),
        ("scopes", "check"),
        ("scopes", "decide"),
        ("communes", other),
    ];
    let made = administrator.post("/keys/new", &form).await.body;
    let key = format!("dsk_{}", between(&made, "value=\"dsk_", "\""));
    let decide = |question: String, finding: &str| json!({ "question": question, "finding_id": finding, "said": "source_wrong", "reason": "typing_error", "officer": "ben.canh" });
    let program = site.visitor();
    let mut answers = Vec::new();
    for body in [decide(number(&theirs), &things["finding"]), decide("099099999999".into(), &"0".repeat(24))] {
        answers.push(program.call(Method::POST, "/api/v1/decisions", &key, Some(&body), &[]).await);
    }
    assert_eq!((answers[0].0, &answers[0].1), (404, &answers[1].1));
    let decide = |finding: &str| decide(number(&ours), finding);
    let theirs = program.call(Method::POST, "/api/v1/decisions", &key, Some(&decide(&things["finding"])), &[]).await;
    let none = program.call(Method::POST, "/api/v1/decisions", &key, Some(&decide(&"0".repeat(24))), &[]).await;
    assert_eq!(theirs, none);
}
