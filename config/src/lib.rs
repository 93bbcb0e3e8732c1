//! Configuration as data: settings of the program, rules, the catalogues of units and procedures.
//!
//! Everything is checked when it is loaded; afterwards an illegal value cannot exist. Secrets are
//! references ([`SecretRef`]), never values.

pub mod comparing;
pub mod error;
pub mod linkage;
mod locate;
pub mod procedures;
pub mod quality;
pub mod rules;
pub mod secret_ref;
pub mod settings;
pub mod units;

pub use error::ConfigError;
pub use quality::Quality;
pub use secret_ref::SecretRef;
pub use settings::{
    Auth, BirthDateShape, Breaker, DateOrder, Ledger, Operation, Purpose, Retry, Settings, SourceKind, SourceMode,
    SourceSettings, TableSettings, Wrapper, WrapperAccount,
};
