//! What can be wrong with a configuration, said with file, line and key.

use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{file}: cannot be read")]
    Read {
        file: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// Not TOML, an unknown key, or a value of the wrong type.
    #[error("{file}:{line}: {key}: {cause}")]
    Syntax { file: PathBuf, line: usize, key: String, cause: String },
    /// Well-formed, but not allowed.
    #[error("{file}:{line}: {key}: {cause}")]
    Value { file: PathBuf, line: usize, key: String, cause: String },
    #[error("secret {reference}: {cause}")]
    Secret { reference: String, cause: String },
    /// A data file of the catalogue or of the rules.
    #[error("{file}:{line}: {cause}")]
    Data { file: PathBuf, line: usize, cause: String },
}

impl ConfigError {
    /// The stable code that a person can look up.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "CONFIG_READ",
            Self::Syntax { .. } => "CONFIG_SYNTAX",
            Self::Value { .. } => "CONFIG_VALUE",
            Self::Secret { .. } => "CONFIG_SECRET",
            Self::Data { .. } => "CONFIG_DATA",
        }
    }
}
