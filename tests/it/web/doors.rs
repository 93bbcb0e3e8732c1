//! Every route × everybody: from the description that the program gives of itself, against a table
//! of who may do what that was written by hand.

use super::person::{Answer, Person};
use super::site::Site;
use reqwest::Method;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
struct Table {
    /// What each role may, by the words of the description.
    roles: BTreeMap<String, Vec<String>>,
    /// Routes that anybody may ask for.
    open: BTreeSet<String>,
}

struct Route {
    method: Method,
    path: String,
    needs: String,
}

fn routes(description: &serde_json::Value) -> Vec<Route> {
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

async fn knock(person: &mut Person, route: &Route) -> Answer {
    // Names that lead nowhere: whether somebody may is decided before that is seen.
    let path = route.path.replace("{handle}", "0").replace("{id}", "0").replace("{name}", "style.css");
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
    let table = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/data/doors.toml");
    let table: Table = toml::from_str(&std::fs::read_to_string(table).expect("a table")).expect("its form");
    let site = Site::open();
    let (_, description) = site.visitor().call(Method::GET, "/api/openapi.json", "", None, &[]).await;
    let routes = routes(&description);
    assert!(routes.len() > 40, "the description has the pages: {}", routes.len());

    // A route that no role and nobody may open is one that was forgotten in the table.
    let known: BTreeSet<&str> = table.roles.values().flatten().map(String::as_str).collect();
    let name = |route: &Route| format!("{} {}", route.method.as_str().to_lowercase(), route.path);
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
