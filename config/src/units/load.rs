//! Reads the catalogue's CSV files and says file and line of whatever cannot be read.

use super::rows::{
    Change, Commune, DisputedEdge, Edge, FormerLevel, FormerName, OldCommune, OldDistrict, OldProvince, OlderName,
    Province, Relation, SpecialEdge, TypeChange, UnitLevel,
};
use super::{Units, changes, check};
use crate::ConfigError;
use csv::StringRecord;
use schemas::{CommuneCode, ProvinceCode};
use std::path::{Path, PathBuf};

/// The last [`OPTIONAL`] of them may be missing from a folder.
pub(super) const FILES: [(&str, &str); 10] = [
    ("provinces.csv", include_str!("../../units/provinces.csv")),
    ("communes.csv", include_str!("../../units/communes.csv")),
    ("old_units.csv", include_str!("../../units/old_units.csv")),
    ("mapping.csv", include_str!("../../units/mapping.csv")),
    ("older_names.csv", include_str!("../../units/older_names.csv")),
    ("type_changes_2026.csv", include_str!("../../units/type_changes_2026.csv")),
    ("mapping_special.csv", include_str!("../../units/mapping_special.csv")),
    ("mapping_disputed.csv", include_str!("../../units/mapping_disputed.csv")),
    ("former_names.csv", include_str!("../../units/former_names.csv")),
    ("changes.csv", include_str!("../../units/changes.csv")),
];

const OPTIONAL: usize = 3;

pub(super) fn embedded() -> Result<Units, ConfigError> {
    parse(|at| Ok((PathBuf::from(FILES[at].0), FILES[at].1.to_owned())))
}

pub(super) fn from_directory(directory: &Path) -> Result<Units, ConfigError> {
    parse(|at| {
        let file = directory.join(FILES[at].0);
        if at + OPTIONAL >= FILES.len() && !file.exists() {
            return Ok((file, String::new()));
        }
        let text = std::fs::read_to_string(&file).map_err(|source| ConfigError::Read { file: file.clone(), source })?;
        Ok((file, text))
    })
}

pub(super) fn parse(
    mut open: impl FnMut(usize) -> Result<(PathBuf, String), ConfigError>,
) -> Result<Units, ConfigError> {
    let mut table = |at: usize| open(at).and_then(|(file, text)| Table::read(file, &text));
    let (provinces, communes, old, mapping, older, retyped) =
        (table(0)?, table(1)?, table(2)?, table(3)?, table(4)?, table(5)?);
    let (special, disputed, former, later) = (table(6)?, table(7)?, table(8)?, table(9)?);
    let mut units = Units {
        provinces: provinces.rows(province)?,
        communes: communes.rows(commune)?,
        old_provinces: old.rows_of("province", old_province)?,
        old_districts: old.rows_of("district", old_district)?,
        old_communes: old.rows_of("commune", old_commune)?,
        edges: mapping.rows(edge)?,
        reform_edges: Vec::new(),
        older_names: older.rows(older_name)?,
        type_changes: retyped.rows(type_change)?,
        special: special.rows(special_edge)?,
        disputed: disputed.rows(disputed_edge)?,
        former_names: former.rows(former_name)?,
        retired: Vec::new(),
    };
    check::check(&units, &communes, &old, &mapping, &older)?;
    check::special(&units, &special)?;
    check::disputed(&units, &disputed)?;
    check::former(&units, &former)?;
    changes::retype(&mut units);
    changes::apply(&mut units, later.rows(change)?, &later)?;
    check::reachable(&units, &communes)?;
    Ok(units)
}

/// A CSV file with its header, kept so that a later check can name a line.
pub(super) struct Table {
    file: PathBuf,
    header: StringRecord,
    records: Vec<StringRecord>,
}

impl Table {
    fn read(file: PathBuf, text: &str) -> Result<Self, ConfigError> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let wrong = |e: csv::Error, file: &Path| ConfigError::Data {
            file: file.to_owned(),
            line: e.position().map_or(1, |p| p.line() as usize),
            cause: e.to_string(),
        };
        let header = reader.headers().map_err(|e| wrong(e, &file))?.clone();
        let records = reader.records().collect::<Result<Vec<_>, _>>().map_err(|e| wrong(e, &file))?;
        Ok(Self { file, header, records })
    }

    fn rows<T>(&self, read: impl Fn(&Row<'_>) -> Result<T, String>) -> Result<Vec<T>, ConfigError> {
        self.records.iter().map(|record| self.row(record, &read)).collect()
    }

    fn rows_of<T>(&self, level: &str, read: impl Fn(&Row<'_>) -> Result<T, String>) -> Result<Vec<T>, ConfigError> {
        self.of_level(level).map(|record| self.row(record, &read)).collect()
    }

    fn of_level(&self, level: &str) -> impl Iterator<Item = &StringRecord> {
        let at = self.header.iter().position(|name| name == "level");
        self.records.iter().filter(move |r| at.and_then(|at| r.get(at)) == Some(level))
    }

    fn row<T>(&self, record: &StringRecord, read: &impl Fn(&Row<'_>) -> Result<T, String>) -> Result<T, ConfigError> {
        read(&Row { header: &self.header, record }).map_err(|cause| self.error_in(record, cause))
    }

    fn error_in(&self, record: &StringRecord, cause: String) -> ConfigError {
        let line = record.position().map_or(1, |p| p.line() as usize);
        ConfigError::Data { file: self.file.clone(), line, cause }
    }

    /// The error for the row at an index (of a level, in the file that mixes levels).
    pub(super) fn error(&self, level: Option<&str>, at: usize, cause: String) -> ConfigError {
        let record = match level {
            Some(level) => self.of_level(level).nth(at),
            None => self.records.get(at),
        };
        record.map_or_else(
            || ConfigError::Data { file: self.file.clone(), line: 1, cause: cause.clone() },
            |record| self.error_in(record, cause.clone()),
        )
    }
}

struct Row<'a> {
    header: &'a StringRecord,
    record: &'a StringRecord,
}

impl Row<'_> {
    fn text(&self, column: &str) -> Result<&str, String> {
        let at = self.header.iter().position(|name| name == column).ok_or(format!("there is no column {column}"))?;
        self.record.get(at).map(str::trim).ok_or(format!("{column} is missing"))
    }

    fn string(&self, column: &str) -> Result<String, String> {
        self.text(column).map(str::to_owned)
    }

    /// A text that must not be empty.
    fn name(&self, column: &str) -> Result<String, String> {
        match self.text(column)? {
            "" => Err(format!("{column} is empty")),
            text => Ok(text.to_owned()),
        }
    }

    fn commune(&self, column: &str) -> Result<CommuneCode, String> {
        CommuneCode::parse(self.text(column)?).map_err(|e| format!("{column}: {e}"))
    }

    fn province(&self, column: &str) -> Result<ProvinceCode, String> {
        ProvinceCode::parse(self.text(column)?).map_err(|e| format!("{column}: {e}"))
    }

    fn list<T>(&self, column: &str, read: impl Fn(&str) -> Result<T, schemas::ParseError>) -> Result<Vec<T>, String> {
        let parts = self.text(column)?.split(';').map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| read(part).map_err(|e| format!("{column}: {e}"))).collect()
    }

    fn date(&self, column: &str) -> Result<jiff::civil::Date, String> {
        self.text(column)?.parse().map_err(|_| format!("{column} is not a date (yyyy-MM-dd)"))
    }
}

fn province(row: &Row<'_>) -> Result<Province, String> {
    let (kind, first) = (row.text("type")?, row.text("type_at_2025_07_01")?);
    Ok(Province {
        code: row.province("code")?,
        name: row.name("name")?,
        full_name: row.name("full_name")?,
        former_type: (kind != first).then(|| first.to_owned()),
        former_names: Vec::new(),
        merged_from: row.list("merged_from_old_province_codes", ProvinceCode::parse)?,
        legal_basis: row.string("legal_basis")?,
    })
}

fn commune(row: &Row<'_>) -> Result<Commune, String> {
    Ok(Commune {
        code: row.commune("code")?,
        name: row.name("name")?,
        kind: row.name("type")?,
        full_name: row.name("full_name")?,
        province: row.province("province_code")?,
        since: row.date("effective_from")?,
        legal_basis: row.string("legal_basis")?,
    })
}

fn old_province(row: &Row<'_>) -> Result<OldProvince, String> {
    Ok(OldProvince { code: row.province("code")?, name: row.name("name")?, full_name: row.name("full_name")? })
}

fn district_code(row: &Row<'_>, column: &str) -> Result<String, String> {
    let code = row.text(column)?;
    let good = code.len() == 3 && code.bytes().all(|b| b.is_ascii_digit());
    if good { Ok(code.to_owned()) } else { Err(format!("{column}: a district code has 3 digits")) }
}

fn old_district(row: &Row<'_>) -> Result<OldDistrict, String> {
    Ok(OldDistrict {
        code: district_code(row, "code")?,
        name: row.name("name")?,
        full_name: row.name("full_name")?,
        province: row.province("province_code")?,
    })
}

fn old_commune(row: &Row<'_>) -> Result<OldCommune, String> {
    Ok(OldCommune {
        code: row.commune("code")?,
        name: row.name("name")?,
        full_name: row.name("full_name")?,
        district: district_code(row, "district_code")?,
        province: row.province("province_code")?,
    })
}

fn edge(row: &Row<'_>) -> Result<Edge, String> {
    Ok(Edge {
        from: row.commune("old_commune_code")?,
        to: row.commune("new_commune_code")?,
        relation: match row.text("relation")? {
            "whole" => Relation::Whole,
            "merge" => Relation::Merge,
            "part" => Relation::Part,
            _ => return Err("relation must be whole, merge or part".into()),
        },
        default: row.text("default_for_split")? == "1",
        basis: row.string("default_basis")?,
        status: row.string("status")?,
        source: row.string("source")?,
    })
}

fn older_name(row: &Row<'_>) -> Result<OlderName, String> {
    Ok(OlderName {
        code: row.commune("code")?,
        name: row.name("name")?,
        full_name: row.name("full_name")?,
        district: district_code(row, "district_code")?,
        district_name: row.string("district_name")?,
        province: row.province("province_code")?,
        province_name: row.string("province_name")?,
        first_seen: row.date("first_snapshot")?,
        last_seen: row.date("last_snapshot")?,
        gone_by: row.date("gone_by_snapshot")?,
        successors: row.list("current_commune_codes", CommuneCode::parse)?,
        successor: match row.text("successor_2025_06_commune_code")? {
            "" => None,
            _ => Some(row.commune("successor_2025_06_commune_code")?),
        },
        source: row.string("successor_source")?,
    })
}

fn level(row: &Row<'_>) -> Result<UnitLevel, String> {
    match row.text("level")? {
        "province" => Ok(UnitLevel::Province),
        "commune" => Ok(UnitLevel::Commune),
        _ => Err("level must be province or commune".into()),
    }
}

fn special_edge(row: &Row<'_>) -> Result<SpecialEdge, String> {
    Ok(SpecialEdge {
        to: row.commune("new_commune_code")?,
        old_unit: row.name("old_unit")?,
        old_district: district_code(row, "old_district_code")?,
        note: row.string("note")?,
        source: row.string("source")?,
    })
}

fn disputed_edge(row: &Row<'_>) -> Result<DisputedEdge, String> {
    Ok(DisputedEdge {
        from: row.commune("old_commune_code")?,
        to: row.commune("new_commune_code")?,
        claimed_by: row.name("claimed_by")?,
        verdict: row.name("verdict")?,
    })
}

fn former_name(row: &Row<'_>) -> Result<FormerName, String> {
    Ok(FormerName {
        level: match row.text("level")? {
            "province" => FormerLevel::Province,
            "district" => FormerLevel::District,
            _ => return Err("level must be province or district".into()),
        },
        full_name: row.name("full_name")?,
        codes: row.text("codes_2025_06_30")?.split(';').map(|code| code.trim().to_owned()).collect(),
        source: row.name("source")?,
    })
}

fn change(row: &Row<'_>) -> Result<Change, String> {
    let pair = |kind: &str, name: &str| match (row.text(kind)?, row.text(name)?) {
        ("", "") => Ok(None),
        ("", _) | (_, "") => Err(format!("{kind} and {name} are given together or not at all")),
        (kind, name) => Ok(Some((kind.to_owned(), name.to_owned()))),
    };
    Ok(Change {
        level: level(row)?,
        code: row.name("code")?,
        from: pair("from_type", "from_name")?,
        to: pair("to_type", "to_name")?,
        into: row.list("into", CommuneCode::parse)?,
        province: match row.text("province_code")? {
            "" => None,
            _ => Some(row.province("province_code")?),
        },
        effective_from: row.date("effective_from")?,
        act: row.name("act")?,
    })
}

fn type_change(row: &Row<'_>) -> Result<TypeChange, String> {
    Ok(TypeChange {
        level: level(row)?,
        code: row.name("code")?,
        name: row.name("name")?,
        from_type: row.name("from_type")?,
        to_type: row.name("to_type")?,
        effective_from: row.date("effective_from")?,
        legal_basis: row.string("legal_basis")?,
    })
}
