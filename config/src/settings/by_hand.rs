//! What the settings refer to and do not hold: secrets, and the files of TLS. Whoever moves a province
//! to another machine brings these along by hand.
//!
//! Found by their form, not by a list of keys: a secret that is added to the settings tomorrow is
//! told of, too.

use super::Settings;
use serde::{Deserialize, Serialize};
use toml::Value;

/// Something that the settings name the place of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByHand {
    /// `sources.land.auth.client_secret`
    pub key: String,
    /// The variable or file that it names: `env NAME` or `file PATH`.
    pub place: String,
}

impl Settings {
    /// All of them, by their keys; no value of any.
    pub fn by_hand(&self) -> Vec<ByHand> {
        let mut found = Vec::new();
        if let Ok(table) = self.to_toml().parse::<toml::Table>() {
            look("", &Value::Table(table), &mut found);
        }
        // Rules are no secret.
        found.retain(|one| one.key != "data.rules_file");
        found
    }
}

fn look(key: &str, value: &Value, found: &mut Vec<ByHand>) {
    let below = |name: &str| if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") };
    match value {
        Value::Table(table) => {
            if let Some(place) = secret(table) {
                found.push(ByHand { key: key.to_owned(), place });
                return;
            }
            for (name, value) in table {
                match value.as_str().filter(|_| name.ends_with("_file")) {
                    Some(path) => found.push(ByHand { key: below(name), place: format!("file {path}") }),
                    None => look(&below(name), value, found),
                }
            }
        }
        Value::Array(list) => list.iter().enumerate().for_each(|(at, one)| look(&below(&at.to_string()), one, found)),
        _ => {}
    }
}

/// `{ env = "NAME" }` or `{ file = "path" }`.
fn secret(table: &toml::Table) -> Option<String> {
    let (kind, value) = table.iter().next().filter(|_| table.len() == 1)?;
    let value = value.as_str().filter(|_| kind == "env" || kind == "file")?;
    Some(format!("{kind} {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn every_reference_of_the_template_is_named_and_no_value() {
        let settings = Settings::parse(super::super::TEMPLATE, Path::new("t")).expect("the template");
        let found = settings.by_hand();
        let keys: Vec<&str> = found.iter().map(|one| one.key.as_str()).collect();
        for key in ["ledger.password", "sources.land.auth.client_secret", "sources.population.purpose.officer"] {
            assert!(keys.contains(&key), "{key}: {keys:?}");
        }
        assert!(found.contains(&ByHand { key: "ledger.password".into(), place: "env DOISOAT_LEDGER_PASSWORD".into() }));
    }

    #[test]
    fn files_of_tls_are_named_and_rules_are_not() {
        let text = "[province]\ncode = \"08\"\n[data]\nrules_file = \"r.toml\"\n\
                    [serve]\ntls = { cert_file = \"c.pem\", key_file = \"k.pem\" }\n";
        let found = Settings::parse(text, Path::new("t")).expect("settings").by_hand();
        let keys: Vec<&str> = found.iter().map(|one| one.key.as_str()).collect();
        assert_eq!(keys, ["serve.tls.cert_file", "serve.tls.key_file"]);
    }
}
