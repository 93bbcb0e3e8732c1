//! The population database, read through its feed.

use crate::common::population_get;
use crate::mention::{Mention, iso, lower, text};
use sandbox::Running;
use sandbox::spelling::fold;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

pub struct Population {
    pub people: BTreeMap<String, Mention>,
    pub former: BTreeMap<String, String>,
    pub cmnds: BTreeMap<String, Vec<String>>,
    /// By folded name and birth date.
    pub names: BTreeMap<(String, String), Vec<String>>,
}

pub async fn population(running: &Running) -> Population {
    let query = "type=G02_001&page=0&pageSize=10000&fromDate=&toDate=";
    let deleted: BTreeSet<String> = population_get(running, "/daxoa", query).await.json()["data"]
        .as_array()
        .expect("data")
        .iter()
        .map(|e| text(&lower(e)["dulieutiepnhan"]["idbanghi"]))
        .collect();
    let value = population_get(running, "/thaydoi", query).await.json();
    assert_eq!(value["pagination"]["totalPages"], 1);
    let mut versions: BTreeMap<String, Vec<(i64, Value)>> = BTreeMap::new();
    for entry in value["data"].as_array().expect("data").iter().map(lower) {
        let version = entry["trangthaidulieu"]["phienban"].as_i64().expect("version");
        let data = entry["dulieutiepnhan"].clone();
        versions.entry(text(&data["idbanghi"])).or_default().push((version, data));
    }
    let mut all =
        Population { people: BTreeMap::new(), former: BTreeMap::new(), cmnds: BTreeMap::new(), names: BTreeMap::new() };
    for (key, mut list) in versions.into_iter().filter(|(key, _)| !deleted.contains(key)) {
        list.sort_by_key(|(version, _)| *version);
        let now = &list.last().expect("a version").1;
        let (name, birth, home) = (&now["hovaten"], &now["ngaythangnamsinh"], &now["thuongtru"]);
        let number = text(&now["sodinhdanh"]);
        for (_, old) in &list {
            if text(&old["sodinhdanh"]) != number {
                all.former.insert(text(&old["sodinhdanh"]), number.clone());
            }
        }
        let full = text(&birth["ngaythangnam"]);
        let mention = Mention {
            source: "population",
            key,
            number: number.clone(),
            cmnd: text(&now["socmnd"]),
            name: ["ho", "chudem", "ten"].map(|p| text(&name[p])).join(" ").trim().to_owned(),
            birth: iso(&if full.is_empty() { text(&birth["nam"]) } else { full }),
            sex: text(&now["gioitinh"]),
            ethnicity: text(&now["dantoc"]),
            commune: text(&home["maphuongxa"]),
            district: text(&home["maquanhuyen"]),
            parents: [text(&now["cha"]["hovaten"]), text(&now["me"]["hovaten"])],
            marital: text(&now["tinhtranghonnhan"]),
        };
        if !mention.cmnd.is_empty() {
            all.cmnds.entry(mention.cmnd.clone()).or_default().push(number.clone());
        }
        let named = (fold(&mention.name), mention.birth.clone());
        all.names.entry(named).or_default().push(number.clone());
        assert!(all.people.insert(number, mention).is_none(), "two records under one number");
    }
    all
}
