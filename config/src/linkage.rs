//! What `link` compares: fields, comparators, blocking, decisions. A TOML file of the user's, for
//! any two tables; checked when it is loaded.

use crate::ConfigError;
use crate::locate::{line_of, parse};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::Path;

/// How the values of a field are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparator {
    /// Equal or not, but for letter case and white space.
    Exact,
    /// One word or few: typing errors, spelling.
    Name,
    /// The whole name of a person, as syllables: `Nguyễn Văn An`.
    PersonName,
    /// Longer text: an address.
    Text,
    /// Numbers and codes.
    Digits,
    /// `yyyy-mm-dd`, `yyyymmdd`, `dd/mm/yyyy`, or only a year.
    Date,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldSpec {
    /// What it is called in explanations, and its column where `left` and `right` do not say.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub right: Option<String>,
    pub compare: Comparator,
    /// Agreement on a rare value says more than on a common one.
    #[serde(default = "yes")]
    pub frequency: bool,
}

impl FieldSpec {
    pub fn left(&self) -> &str {
        self.left.as_deref().unwrap_or(&self.name)
    }

    pub fn right(&self) -> &str {
        self.right.as_deref().unwrap_or(&self.name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Blocking {
    /// Each rule is a list of `field`, `field:prefix4` or `field:sound`: rows that agree on all of
    /// them are compared. None: every field, and every two.
    pub rules: Vec<Vec<String>>,
    /// Pairs to compare for each row, rarest agreements first.
    pub pairs_per_row: u32,
}

impl Default for Blocking {
    fn default() -> Self {
        Self { rules: Vec::new(), pairs_per_row: 40 }
    }
}

/// Whether a row may have more than one partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Partners {
    /// As the pairs themselves show.
    #[default]
    Auto,
    One,
    Many,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Decide {
    /// Probability from which a pair is a link.
    pub link: f64,
    /// Probability from which a pair that is none goes to people.
    pub doubt: f64,
    pub partners: Partners,
}

impl Default for Decide {
    fn default() -> Self {
        Self { link: 0.9, doubt: 0.1, partners: Partners::Auto }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkageSpec {
    pub fields: Vec<FieldSpec>,
    /// Two fields whose values are sometimes entered the wrong way round.
    #[serde(default)]
    pub exchanged: Vec<[String; 2]>,
    #[serde(default)]
    pub blocking: Blocking,
    #[serde(default)]
    pub decide: Decide,
    #[serde(default = "one")]
    pub seed: u64,
}

fn yes() -> bool {
    true
}

fn one() -> u64 {
    1
}

/// Three bits for each comparison fit into 64.
const MOST_COMPARISONS: usize = 21;

impl LinkageSpec {
    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        let text =
            std::fs::read_to_string(file).map_err(|source| ConfigError::Read { file: file.to_owned(), source })?;
        Self::parse(&text, file)
    }

    pub fn parse(text: &str, file: &Path) -> Result<Self, ConfigError> {
        let spec: Self = parse(text, file)?;
        match spec.problem() {
            None => Ok(spec),
            Some((key, cause)) => {
                Err(ConfigError::Value { file: file.to_owned(), line: line_of(text, &key), key, cause })
            }
        }
    }

    pub fn position(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// The first thing that is not allowed: its key and why.
    fn problem(&self) -> Option<(String, String)> {
        if self.fields.is_empty() {
            return Some(("fields".into(), "at least one field must be compared".into()));
        }
        if self.fields.len() + self.exchanged.len() > MOST_COMPARISONS {
            return Some(("fields".into(), format!("at most {MOST_COMPARISONS} fields and exchanges")));
        }
        let mut names = BTreeSet::new();
        for (at, field) in self.fields.iter().enumerate() {
            if !names.insert(&field.name) {
                return Some((format!("fields.{at}.name"), format!("{} is there twice", field.name)));
            }
        }
        let mut used = BTreeSet::new();
        for (at, pair) in self.exchanged.iter().enumerate() {
            let key = format!("exchanged.{at}");
            let Some([a, b]) = pair.iter().map(|n| self.position(n)).collect::<Option<Vec<_>>>().map(|v| [v[0], v[1]])
            else {
                return Some((key, "names a field that is not compared".into()));
            };
            if a == b || !used.insert(a) || !used.insert(b) {
                return Some((key, "two different fields, each in one exchange only".into()));
            }
            if self.fields[a].compare != self.fields[b].compare {
                return Some((key, "fields that are exchanged are compared in the same way".into()));
            }
        }
        for (at, rule) in self.blocking.rules.iter().enumerate() {
            if rule.is_empty() {
                return Some((format!("blocking.rules.{at}"), "a rule without a field would compare all rows".into()));
            }
            if let Some(part) = rule.iter().find(|part| self.part(part).is_none()) {
                let cause = format!("{part}: a field that is compared, alone or with :prefix1 to :prefix9 or :sound");
                return Some((format!("blocking.rules.{at}"), cause));
            }
        }
        if self.blocking.pairs_per_row == 0 {
            return Some(("blocking.pairs_per_row".into(), "must be at least 1".into()));
        }
        let Decide { link, doubt, .. } = self.decide;
        if !(doubt > 0.0 && doubt <= link && link < 1.0) {
            return Some(("decide".into(), "must be 0 < doubt <= link < 1".into()));
        }
        None
    }

    /// The field and the part of it that a blocking rule names.
    pub fn part(&self, text: &str) -> Option<(usize, PartOf)> {
        let (name, of) = text.split_once(':').unwrap_or((text, ""));
        let of = match of {
            "" if !text.contains(':') => PartOf::Whole,
            "sound" => PartOf::Sound,
            _ => PartOf::Prefix(of.strip_prefix("prefix")?.parse().ok().filter(|n| (1..=9).contains(n))?),
        };
        Some((self.position(name)?, of))
    }
}

/// What of a field's value a blocking rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartOf {
    Whole,
    /// The first so many letters.
    Prefix(usize),
    /// The first consonants: typing errors in vowels make no difference.
    Sound,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(text: &str) -> String {
        LinkageSpec::parse(text, Path::new("spec.toml")).map(|_| ()).expect_err(text).to_string()
    }

    #[test]
    fn a_specification_has_sound_defaults() {
        let text = "[[fields]]\nname = \"surname\"\nright = \"ho\"\ncompare = \"name\"";
        let spec = LinkageSpec::parse(text, Path::new("spec.toml")).expect("loads");
        let field = &spec.fields[0];
        assert_eq!((field.left(), field.right(), field.frequency), ("surname", "ho", true));
        assert_eq!((spec.decide.link, spec.decide.doubt, spec.decide.partners), (0.9, 0.1, Partners::Auto));
        assert_eq!(spec.part("surname:prefix4"), Some((0, PartOf::Prefix(4))));
    }

    #[test]
    fn what_cannot_work_is_named_with_its_line() {
        let field = |name: &str, compare: &str| format!("[[fields]]\nname = \"{name}\"\ncompare = \"{compare}\"\n");
        let two = field("a", "name") + &field("b", "digits");
        for (text, expected) in [
            ("fields = []".into(), "spec.toml:1: fields: at least one"),
            (field("a", "name") + &field("a", "name"), "spec.toml:5: fields.1.name: a is there twice"),
            (field("a", "alike"), "spec.toml:3"),
            (format!("exchanged = [[\"a\", \"b\"]]\n{two}"), "compared in the same way"),
            (format!("{two}[blocking]\nrules = [[\"c\"]]"), "spec.toml:8: blocking.rules.0: c:"),
            (format!("{two}[blocking]\nrules = [[]]"), "would compare all rows"),
            (format!("{two}[decide]\nlink = 0.1\ndoubt = 0.5"), "0 < doubt <= link < 1"),
        ] {
            let found = cause(&text);
            assert!(found.contains(expected), "{found}\nexpected {expected}");
        }
    }
}
