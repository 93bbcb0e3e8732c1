//! Rules as data: which comparison becomes a finding, how serious it is, who corrects it, and what
//! a tired clerk is told.
//!
//! A loaded set has exactly one rule for each [`FindingKind`], each of them can fire (or is
//! switched off), and every placeholder of a text is known. A text of the next step carries no
//! personal value: it is shown where personal values must not be.

mod load;
mod template;
mod when;

pub use template::{Part, Placeholder, Template};
pub use when::{Check, Field, FieldCondition, Spelling, When};

use crate::procedures::Procedures;
use crate::{ConfigError, SourceKind};
use schemas::{FindingKind, Level, Severity};
use std::path::Path;

/// The rules that serve without any configuration.
pub const EMBEDDED: &str = include_str!("../rules.toml");

/// One rule for each kind of finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// In the order of [`FindingKind::ALL`].
    rules: Vec<Rule>,
    /// The file they were read from.
    text: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    pub kind: FindingKind,
    pub when: When,
    pub severity: Severity,
    pub owner: Owner,
    pub explain_vi: Template,
    pub explain_en: Template,
    pub next_vi: Template,
    pub next_en: Template,
    /// Law or document that the rule rests on.
    pub basis: String,
    pub enabled: bool,
    /// Where a procedure makes the same mismatch more serious, or less.
    pub procedures: Vec<ForProcedures>,
}

/// Another severity for some procedures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForProcedures {
    /// Codes of the national portal, as in [`crate::procedures::Procedures`].
    pub codes: Vec<String>,
    pub severity: Severity,
    /// Why, for whoever reads the rules.
    pub reason: String,
    /// The line of the rules file.
    pub line: usize,
}

impl Rule {
    /// How serious it is for a case of this procedure; `None`, or a procedure without a word of its
    /// own: as always.
    pub fn severity_for(&self, procedure: Option<&str>) -> Severity {
        let own = procedure.and_then(|code| self.procedures.iter().find(|p| p.codes.iter().any(|c| c == code)));
        own.map_or(self.severity, |own| own.severity)
    }
}

/// Who must correct the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The agency behind the deviating source.
    Source,
    Population,
    CivilStatus,
    Land,
    Commune,
}

impl Owner {
    pub const WORDS: [(&'static str, Owner); 5] = [
        ("source", Owner::Source),
        ("population", Owner::Population),
        ("civil_status", Owner::CivilStatus),
        ("land", Owner::Land),
        ("commune", Owner::Commune),
    ];

    /// The word that the rules file has for it.
    pub fn word_of_rule(self) -> &'static str {
        Self::WORDS.iter().find(|(_, owner)| *owner == self).map_or("", |(word, _)| word)
    }

    /// The agency's word, when the record is in a source of `kind`.
    pub fn word(self, kind: SourceKind) -> &'static str {
        match (self, kind) {
            (Self::Population, _) | (Self::Source, SourceKind::Population) => "population",
            (Self::CivilStatus, _) | (Self::Source, SourceKind::CivilStatus) => "civil_status",
            (Self::Land, _) | (Self::Source, SourceKind::Land) => "land",
            (Self::Commune, _) | (Self::Source, SourceKind::OneStop | SourceKind::Files | SourceKind::Sql) => "commune",
        }
    }
}

impl Rules {
    pub fn embedded() -> Result<Self, ConfigError> {
        Self::parse(EMBEDDED, Path::new("rules.toml"))
    }

    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        let text =
            std::fs::read_to_string(file).map_err(|source| ConfigError::Read { file: file.to_owned(), source })?;
        Self::parse(&text, file)
    }

    /// Parses and checks; `file` is only for messages.
    pub fn parse(text: &str, file: &Path) -> Result<Self, ConfigError> {
        load::parse(text, file).map(|rules| Self { rules, text: text.to_owned() })
    }

    /// A severity for a procedure that no catalogue knows would never be used.
    pub fn check_procedures(&self, catalogue: &Procedures, file: &Path) -> Result<(), ConfigError> {
        for rule in &self.rules {
            for own in &rule.procedures {
                if let Some(code) = own.codes.iter().find(|code| catalogue.get(code).is_none()) {
                    return Err(ConfigError::Value {
                        file: file.to_owned(),
                        line: own.line,
                        key: "rule.procedure".into(),
                        cause: format!("can never be used: {code} is not in the catalogue of procedures"),
                    });
                }
            }
        }
        Ok(())
    }

    pub fn rule(&self, kind: FindingKind) -> &Rule {
        // One rule for each kind, in the order of the enumeration: checked when loaded.
        &self.rules[kind as usize]
    }

    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter()
    }

    /// The rule of a kind, where it is switched on.
    pub fn enabled(&self, kind: FindingKind) -> Option<&Rule> {
        Some(self.rule(kind)).filter(|rule| rule.enabled)
    }

    /// The kind of finding that a compared field makes, if any.
    pub fn for_comparison(&self, field: Field, level: Level, swap: bool, spelling: &[Spelling]) -> Option<FindingKind> {
        let fires = |rule: &&Rule| match &rule.when {
            When::Field(condition) => rule.enabled && condition.holds(field, level, swap, spelling),
            When::Check(_) => false,
        };
        self.rules.iter().find(fires).map(|rule| rule.kind)
    }

    /// The file that they were read from, to be kept and read again.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A short fingerprint of the texts and parameters, for the record of a run.
    pub fn digest(&self) -> String {
        use sha2::{Digest, Sha256};
        hex::encode(&Sha256::digest(format!("{:?}", self.rules).as_bytes())[..12])
    }
}

/// What a source is called on Vietnamese screens.
pub fn source_name_vi(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Population => "Dân cư",
        SourceKind::CivilStatus => "Hộ tịch",
        SourceKind::Land => "Đất đai",
        SourceKind::OneStop => "Một cửa",
        SourceKind::Files => "Tệp của xã",
        SourceKind::Sql => "Cơ sở dữ liệu",
    }
}

pub fn source_name_en(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Population => "Population",
        SourceKind::CivilStatus => "Civil status",
        SourceKind::Land => "Land",
        SourceKind::OneStop => "One-stop",
        SourceKind::Files => "Commune file",
        SourceKind::Sql => "Database",
    }
}

#[cfg(test)]
mod tests;
