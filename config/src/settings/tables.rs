//! Free tables of a files source: which columns of a commune's own list are which fields.

use schemas::Dataset;
use schemas::record::{CivilEventRecord, DossierRecord, LandRightRecord, PersonRecord};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// In which order a date's parts stand when the text does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// `05/03/1956` is the 5th of March.
    #[default]
    DayFirst,
    /// `03/05/1956` is the 5th of March: a computer set to American dates.
    MonthFirst,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableSettings {
    /// A short name, lower-case letters, digits and `_`: stands in keys of records.
    pub name: String,
    /// Which file names, with `*` and `?`; letter case does not matter.
    pub files: String,
    pub dataset: Dataset,
    /// The header of the column that holds each row's commune code; without it the file name
    /// begins with the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commune_column: Option<String>,
    /// The name of the sheet; without it every sheet that has the columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The row of the header, from 1, where it cannot be found by its words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header_row: Option<u32>,
    #[serde(default)]
    pub date_order: DateOrder,
    /// Headers of the columns that together name a row and stay the same from list to list.
    pub key: Vec<String>,
    /// Header text → field of the record.
    pub columns: BTreeMap<String, String>,
    /// Fields that have one value for the whole table: `event = "death"`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fixed: BTreeMap<String, String>,
}

/// Names that the program's own templates use in keys.
const TAKEN: [&str; 4] = ["ks", "kt", "kh", "dat"];
/// A header row is recognised by at least so many headers.
const FEWEST_COLUMNS: usize = 2;

/// The fields of a dataset's records.
pub fn fields_of(dataset: Dataset) -> &'static [&'static str] {
    match dataset {
        Dataset::Person => PersonRecord::COLUMNS,
        Dataset::CivilEvent => CivilEventRecord::COLUMNS,
        Dataset::LandRight => LandRightRecord::COLUMNS,
        Dataset::Dossier => DossierRecord::COLUMNS,
    }
}

impl TableSettings {
    pub fn matches(&self, file_name: &str) -> bool {
        let (pattern, name) = (self.files.to_lowercase(), file_name.to_lowercase());
        glob(&pattern.chars().collect::<Vec<_>>(), &name.chars().collect::<Vec<_>>())
    }

    /// The first thing that is not allowed: its key in the table and why.
    fn problem(&self) -> Option<(&'static str, String)> {
        let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if self.name.is_empty() || self.name.len() > 40 || !self.name.bytes().all(good) {
            return Some(("name", "must be 1 to 40 lower-case letters, digits or _".into()));
        }
        if TAKEN.contains(&self.name.as_str()) {
            return Some(("name", format!("{} are names of the built-in templates", TAKEN.join(", "))));
        }
        if self.files.is_empty() || self.files.contains(['/', '\\']) {
            return Some(("files", "must be a pattern of file names, without folders".into()));
        }
        if self.header_row == Some(0) {
            return Some(("header_row", "rows are counted from 1".into()));
        }
        if self.key.is_empty() {
            return Some(("key", "must name at least one column".into()));
        }
        if self.columns.len() < FEWEST_COLUMNS {
            return Some(("columns", format!("must map at least {FEWEST_COLUMNS} columns")));
        }
        let known = fields_of(self.dataset);
        let unknown = |field: &&String| !known.contains(&field.as_str());
        if let Some(field) = self.columns.values().find(unknown) {
            return Some(("columns", format!("{field} is not a field of {}: {}", self.dataset, known.join(", "))));
        }
        if let Some(field) = self.fixed.keys().find(unknown) {
            return Some(("fixed", format!("{field} is not a field of {}: {}", self.dataset, known.join(", "))));
        }
        let mut seen = BTreeSet::new();
        let twice = self.columns.values().chain(self.fixed.keys()).find(|field| !seen.insert(field.as_str()));
        twice.map(|field| ("columns", format!("{field} is filled twice")))
    }
}

/// The first problem of a list of tables: its key below the source, and why.
pub(super) fn problem(tables: &[TableSettings]) -> Option<(String, String)> {
    let mut names = BTreeSet::new();
    for (at, table) in tables.iter().enumerate() {
        if let Some((key, cause)) = table.problem() {
            return Some((format!("tables.{at}.{key}"), cause));
        }
        if !names.insert(table.name.as_str()) {
            return Some((format!("tables.{at}.name"), "two tables have this name".into()));
        }
    }
    None
}

fn glob(pattern: &[char], name: &[char]) -> bool {
    // Where the last star stood, and how far its stretch reaches: enough, because a later star can
    // take over whatever an earlier one would.
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '?' || *c == name[n] => (p, n) = (p + 1, n + 1),
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    (p, n) = (at + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;
    use std::path::Path;

    const HEAD: &str = "[province]\ncode = \"08\"\n[sources.commune_files]\nkind = \"files\"\nfolder = \"inbox\"\n";

    fn error(table: &str) -> String {
        let text = format!("{HEAD}[[sources.commune_files.tables]]\n{table}");
        Settings::parse(&text, Path::new("doisoat.toml")).map(|_| ()).map_err(|e| e.to_string()).expect_err("must fail")
    }

    #[test]
    fn a_wrong_table_names_its_line_and_key() {
        let good = "name = \"ho_ngheo\"\nfiles = \"*ngheo*\"\ndataset = \"person\"\nkey = [\"STT\"]\n";
        for (table, expected) in [
            (
                format!("{good}columns = {{ \"Tên\" = \"name\", \"Số\" = \"number\" }}\n"),
                "doisoat.toml:11: sources.commune_files.tables.0.columns: number is not a field of person",
            ),
            (
                format!("{good}columns = {{ \"Tên\" = \"name\", \"Họ\" = \"name\" }}\n"),
                "doisoat.toml:11: sources.commune_files.tables.0.columns: name is filled twice",
            ),
            (
                format!(
                    "{}columns = {{ \"Tên\" = \"name\", \"Số\" = \"personal_id\" }}\n",
                    good.replace("ho_ngheo", "Hộ")
                ),
                "doisoat.toml:7: sources.commune_files.tables.0.name: must be 1 to 40",
            ),
            (format!("{good}colums = {{}}\n"), "doisoat.toml:11: sources.commune_files.tables.colums: unknown field"),
        ] {
            let error = error(&table);
            assert!(error.starts_with(expected), "{error}\n{expected}");
        }
    }

    #[test]
    fn a_pattern_matches_as_people_expect() {
        let table = |files: &str| TableSettings {
            name: "x".into(),
            files: files.into(),
            dataset: Dataset::Person,
            commune_column: None,
            sheet: None,
            header_row: None,
            date_order: DateOrder::DayFirst,
            key: Vec::new(),
            columns: BTreeMap::new(),
            fixed: BTreeMap::new(),
        };
        for (pattern, name, expected) in [
            ("*_ho-ngheo*.xlsx", "00691_HO-NGHEO_2026.xlsx", true),
            ("*_ho-ngheo*.xlsx", "00691_ho-ngheo.csv", false),
            ("?????_a*", "00691_abc", true),
            ("*", "", true),
            ("a*b*c", "axxbyybzzc", true),
            ("a*b", "axxc", false),
        ] {
            assert_eq!(table(pattern).matches(name), expected, "{pattern} {name}");
        }
    }
}
