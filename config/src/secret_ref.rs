//! A secret by reference: the configuration names where it is, never what it is.

use crate::ConfigError;
use schemas::Sensitive;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// `{ env = "NAME" }` or `{ file = "path" }`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SecretRef {
    Env(String),
    /// A file whose content, trimmed, is the secret.
    File(PathBuf),
}

impl SecretRef {
    /// Reads the secret; `environment` looks up a variable.
    pub fn resolve(&self, environment: &dyn Fn(&str) -> Option<String>) -> Result<Sensitive, ConfigError> {
        let error = |cause: String| ConfigError::Secret { reference: self.describe(), cause };
        let value = match self {
            Self::Env(name) => environment(name).ok_or_else(|| error("the variable is not set".into()))?,
            Self::File(path) => std::fs::read_to_string(path).map_err(|e| error(e.to_string()))?,
        };
        let value = value.trim();
        if value.is_empty() {
            return Err(error("it is empty".into()));
        }
        Ok(Sensitive::new(value))
    }

    fn describe(&self) -> String {
        match self {
            Self::Env(name) => format!("env {name}"),
            Self::File(path) => format!("file {}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_is_missing_or_empty_names_its_place_and_not_its_value() {
        let missing = SecretRef::Env("NOT_SET".into()).resolve(&|_| None);
        assert_eq!(missing.map_err(|e| e.to_string()), Err("secret env NOT_SET: the variable is not set".into()));
        let empty = SecretRef::Env("EMPTY".into()).resolve(&|_| Some("  ".into()));
        assert_eq!(empty.map_err(|e| e.to_string()), Err("secret env EMPTY: it is empty".into()));
    }
}
