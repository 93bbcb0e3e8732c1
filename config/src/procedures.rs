//! The catalogue of administrative procedures: which there are, and for some of them the fields
//! that the form uses. Dated data, replaceable by a province; see `config/procedures/SOURCES.md`.

use crate::ConfigError;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const PROCEDURES: (&str, &str) = ("procedures.csv", include_str!("../procedures/procedures.csv"));
const MEANINGS: (&str, &str) = ("meanings.csv", include_str!("../procedures/meanings.csv"));
const FIELDS: (&str, &str) = ("fields.csv", include_str!("../procedures/fields.csv"));

/// One procedure as the national portal lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Procedure {
    /// `2.000986`
    pub code: String,
    /// Vietnamese; empty where no source tells it.
    pub name: String,
    /// `Hộ tịch`, `Đất đai`
    pub area: String,
    pub fields: Vec<RequiredField>,
}

/// One field that the form of a procedure uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredField {
    /// Of whom or what: `child`, `mother`, `owner`.
    pub subject: String,
    /// `child_name`, `certificate_serial`
    pub key: String,
    /// Vietnamese.
    pub label: String,
    /// The records that should agree: `population`, `civil_status`, `land`, `dossier`.
    pub records: Vec<String>,
    /// `identity`, `eligibility`, `content`, `object`, `competence`, `follow_up`, `warning`
    pub purpose: String,
    /// How sure it is: `A` (the portal), `B` (secondary), `C` (inferred).
    pub confidence: String,
    /// What of it is compared between records: the `field` of findings (`name`, `personal_id`,
    /// `serial`, …). Empty: nothing of it.
    pub compares: Vec<String>,
}

/// Procedures by their code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Procedures(BTreeMap<String, Procedure>);

impl Procedures {
    pub fn embedded() -> Result<Self, ConfigError> {
        let file = |(name, text): (&str, &str)| (PathBuf::from(name), text.to_owned());
        read(file(PROCEDURES), file(FIELDS), file(MEANINGS))
    }

    /// A catalogue in a folder, with the file names of the embedded one.
    pub fn load(directory: &Path) -> Result<Self, ConfigError> {
        let file = |name: &str| {
            let file = directory.join(name);
            match std::fs::read_to_string(&file) {
                Ok(text) => Ok((file, text)),
                Err(source) => Err(ConfigError::Read { file, source }),
            }
        };
        // A province that lists other procedures need not say again what fields mean.
        let meanings = match file(MEANINGS.0) {
            Err(ConfigError::Read { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                (PathBuf::from(MEANINGS.0), MEANINGS.1.to_owned())
            }
            other => other?,
        };
        read(file(PROCEDURES.0)?, file(FIELDS.0)?, meanings)
    }

    pub fn get(&self, code: &str) -> Option<&Procedure> {
        self.0.get(code)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Procedure> {
        self.0.values()
    }
}

type File = (PathBuf, String);

/// The fields that findings are about; `-` stands for none of them.
const COMPARED: [&str; 18] = [
    "area",
    "birth_date",
    "code",
    "ethnicity",
    "father",
    "life_status",
    "marital_status",
    "mother",
    "name",
    "originals",
    "owner",
    "parcel",
    "personal_id",
    "residence",
    "scan",
    "serial",
    "sex",
    "status",
];

fn read(procedures: File, fields: File, meanings: File) -> Result<Procedures, ConfigError> {
    let mut compares: BTreeMap<String, Vec<String>> = BTreeMap::new();
    each_row(&meanings, ["field_key", "compares"], |[key, fields]| {
        let fields: Vec<String> = fields.split('|').filter(|field| *field != "-").map(str::to_owned).collect();
        if let Some(unknown) = fields.iter().find(|field| !COMPARED.contains(&field.as_str())) {
            return Err(format!("nothing called \"{unknown}\" is compared: {}", COMPARED.join(", ")));
        }
        compares.insert(key.to_owned(), fields);
        Ok(())
    })?;
    let mut found = BTreeMap::new();
    each_row(&procedures, ["code", "name", "field"], |[code, name, area]| {
        let is_code = code.contains('.') && code.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if !is_code {
            return Err(format!("\"{code}\" is not a code of a procedure"));
        }
        let procedure =
            Procedure { code: code.to_owned(), name: name.to_owned(), area: area.to_owned(), fields: Vec::new() };
        match found.insert(code.to_owned(), procedure) {
            Some(_) => Err(format!("{code} is there twice")),
            None => Ok(()),
        }
    })?;
    let columns = ["code", "subject", "field_key", "field_label_vi", "record_kinds", "purpose", "confidence"];
    each_row(&fields, columns, |[code, subject, key, label, records, purpose, confidence]| {
        let Some(procedure) = found.get_mut(code) else {
            return Err(format!("{code} is not in the list of procedures"));
        };
        if key.is_empty() || records.is_empty() {
            return Err("a field needs a key and the records that should agree".into());
        }
        let Some(compares) = compares.get(key) else {
            return Err(format!("meanings.csv does not say what {key} means"));
        };
        procedure.fields.push(RequiredField {
            compares: compares.clone(),
            subject: subject.to_owned(),
            key: key.to_owned(),
            label: label.to_owned(),
            records: records.split('|').map(str::to_owned).collect(),
            purpose: purpose.to_owned(),
            confidence: confidence.to_owned(),
        });
        Ok(())
    })?;
    Ok(Procedures(found))
}

/// Calls `row` with the named columns of each line.
fn each_row<const N: usize>(
    (file, text): &File,
    columns: [&str; N],
    mut row: impl FnMut([&str; N]) -> Result<(), String>,
) -> Result<(), ConfigError> {
    let wrong = |line: u64, cause: String| ConfigError::Data { file: file.clone(), line: line as usize, cause };
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().map_err(|e| wrong(1, e.to_string()))?.clone();
    let mut places = [0; N];
    for (place, column) in places.iter_mut().zip(columns) {
        *place = header
            .iter()
            .position(|name| name == column)
            .ok_or_else(|| wrong(1, format!("there is no column {column}")))?;
    }
    for record in reader.records() {
        let record = record.map_err(|e| wrong(e.position().map_or(1, csv::Position::line), e.to_string()))?;
        let line = record.position().map_or(1, csv::Position::line);
        row(places.map(|place| record.get(place).unwrap_or_default().trim())).map_err(|cause| wrong(line, cause))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_catalogue_is_whole() {
        let procedures = Procedures::embedded().expect("the catalogue");
        assert_eq!(procedures.iter().count(), 170);
        assert_eq!(procedures.iter().filter(|p| !p.fields.is_empty()).count(), 25);
        let marriage = procedures.get("1.000894").expect("marriage");
        assert_eq!(marriage.name, "Thủ tục đăng ký kết hôn");
        assert!(marriage.fields.iter().any(|f| f.key == "groom_id" && f.records.contains(&"population".into())));
    }

    #[test]
    fn a_code_that_is_there_twice_or_nowhere_is_refused_with_its_line() {
        let list = |text: &str| (PathBuf::from("procedures.csv"), format!("code,name,field\n{text}"));
        let fields = |text: &str| {
            let header = "code,subject,field_key,field_label_vi,record_kinds,purpose,confidence";
            (PathBuf::from("fields.csv"), format!("{header}\n{text}"))
        };
        let meanings = || (PathBuf::from("meanings.csv"), "field_key,compares\nowner_name,name|owner\n".to_owned());
        let refused = |list, fields| read(list, fields, meanings()).expect_err("refused").to_string();
        let meant = refused(list("1.1,a,b\n"), fields("1.1,owner,owner_shoe,Giày,land,identity,A\n"));
        assert_eq!(meant, "fields.csv:2: meanings.csv does not say what owner_shoe means");
        let twice = refused(list("1.1,a,b\n1.1,c,d\n"), fields(""));
        assert_eq!(twice, "procedures.csv:3: 1.1 is there twice");
        let nowhere = refused(list("1.1,a,b\n"), fields("1.2,owner,owner_name,Tên,land,identity,A\n"));
        assert_eq!(nowhere, "fields.csv:2: 1.2 is not in the list of procedures");
        let column = refused((PathBuf::from("procedures.csv"), "code,name\n".into()), fields(""));
        assert_eq!(column, "procedures.csv:1: there is no column field");
    }
}
