//! Makes the connector that a source's settings ask for.

use crate::ask_now::AskNow;
use crate::audit::{AuditTrail, Purpose};
use crate::civil_status::{self, CaseLookUp, CivilStatus};
use crate::connector::{Connector, Lookup};
use crate::files::CommuneFiles;
use crate::land::{self, Land, LandLookUp};
use crate::one_stop::OneStop;
use crate::population::service::Service;
use crate::population::wrapper::Wrapping;
use crate::population::{PopulationFeed, PopulationLookUp};
use crate::read::Drift;
use crate::sql::{SqlSource, SqlSourceError};
use crate::transport::auth::AuthError;
use crate::transport::persist::TransportError;
use crate::transport::{Credentials, Transport};
use config::{ConfigError, SourceKind, SourceMode, SourceSettings};
use schemas::{Clock, ProvinceCode, Sensitive, SourceId};
use std::sync::Arc;

/// What a connector needs from outside.
pub struct Dependencies<'a> {
    pub clock: Arc<dyn Clock>,
    /// For jitter and request ids: another one for each run.
    pub seed: u64,
    /// Looks up an environment variable, for secrets.
    pub environment: &'a dyn Fn(&str) -> Option<String>,
    pub province: ProvinceCode,
    /// Today's communes of the province.
    pub communes: Vec<String>,
    /// Requests that earlier attempts of this night sent to this source: they count for its quota.
    pub requests_used: u64,
    /// Where looks at single citizens are written down.
    pub audit: Arc<dyn AuditTrail>,
}

#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    #[error("source {0}: the credentials cannot be used")]
    Auth(SourceId, #[source] AuthError),
    #[error("source {0}: the transport cannot be made")]
    Transport(SourceId, #[source] TransportError),
    #[error("source {0}: the officer of the purpose cannot be read")]
    Officer(SourceId, #[source] ConfigError),
    #[error("source {0}: the account of the wrapper cannot be read")]
    Wrapper(SourceId, #[source] ConfigError),
    #[error("source {0}: a purpose is needed for look-ups")]
    NoPurpose(SourceId),
    #[error("source {0}: a folder is needed")]
    NoFolder(SourceId),
    #[error("source {0}: a database with its views is needed")]
    NoDatabase(SourceId),
    #[error("source {0}: the database cannot be asked")]
    Sql(SourceId, #[source] SqlSourceError),
    #[error("source {0}: only population, land and civil status answer for one citizen or case")]
    NoLookUp(SourceId),
}

impl BuildError {
    /// Is it a secret that is missing, and not what the settings say?
    pub fn is_about_a_secret(&self) -> bool {
        matches!(
            self,
            Self::Auth(_, AuthError::Secret(_))
                | Self::Officer(..)
                | Self::Wrapper(..)
                | Self::Sql(_, SqlSourceError::Password(_))
        )
    }
}

/// The connector of a source: for a population source in look-up mode, one whose pages are
/// chunks of questions.
pub fn build(
    source: &SourceId,
    settings: &SourceSettings,
    deps: Dependencies<'_>,
) -> Result<Box<dyn Connector>, BuildError> {
    let id = source.clone();
    Ok(match (settings.kind, settings.mode) {
        (SourceKind::Population, SourceMode::Feed) => {
            Box::new(PopulationFeed::new(id, transport(source, settings, &deps)?, settings.page_size))
        }
        (SourceKind::Population, SourceMode::Lookup) => Box::new(look_up(source, settings, deps)?),
        (SourceKind::CivilStatus, _) => {
            Box::new(CivilStatus::new(id, transport(source, settings, &deps)?, settings.page_size, deps.province))
        }
        (SourceKind::Land, _) => {
            Box::new(Land::new(id, transport(source, settings, &deps)?, settings.page_size, deps.province))
        }
        (SourceKind::OneStop, _) => Box::new(OneStop::new(id, transport(source, settings, &deps)?, settings.page_size)),
        (SourceKind::Files, _) => {
            let folder = settings.folder.clone().ok_or_else(|| BuildError::NoFolder(source.clone()))?;
            let tables = settings.tables.clone();
            Box::new(CommuneFiles::new(id, folder, settings.max_body_bytes, tables, deps.communes, deps.clock))
        }
        (SourceKind::Sql, _) => {
            let sql = settings.sql.as_ref().ok_or_else(|| BuildError::NoDatabase(source.clone()))?;
            let made = SqlSource::new(id, settings, sql, deps);
            Box::new(made.map_err(|error| BuildError::Sql(source.clone(), error))?)
        }
    })
}

/// Who asks where the settings name no officer.
const OURSELVES: &str = "doisoat";

/// For one clerk's question: a population source with a purpose, whatever its nightly mode; land by
/// the owner's number; civil status by a linked case.
pub fn build_lookup(
    source: &SourceId,
    settings: &SourceSettings,
    deps: Dependencies<'_>,
) -> Result<Box<dyn Lookup>, BuildError> {
    // The hours are the nightly run's; a clerk asks when a citizen stands there.
    let settings = SourceSettings { window: None, ..settings.clone() };
    Ok(match settings.kind {
        SourceKind::Population => Box::new(look_up(source, &settings, deps)?),
        SourceKind::Land => {
            let now = ask_now(source, &settings, &deps, land::OPERATION)?;
            Box::new(LandLookUp::new(now, settings.page_size, deps.province, deps.communes))
        }
        SourceKind::CivilStatus => {
            let now = ask_now(source, &settings, &deps, civil_status::OPERATION)?;
            Box::new(CaseLookUp::new(now, deps.province, deps.communes))
        }
        SourceKind::OneStop | SourceKind::Files | SourceKind::Sql => return Err(BuildError::NoLookUp(source.clone())),
    })
}

/// The purpose is for the audit trail only: these sources ask for none.
fn ask_now(
    source: &SourceId,
    settings: &SourceSettings,
    deps: &Dependencies<'_>,
    operation: &'static str,
) -> Result<AskNow, BuildError> {
    let purpose = match purpose(source, settings, deps)? {
        Some(purpose) => purpose,
        None => Purpose { procedure: String::new(), officer: Sensitive::new(OURSELVES), agency: String::new() },
    };
    let transport = transport(source, settings, deps)?;
    Ok(AskNow::new(source.clone(), transport, purpose, deps.audit.clone(), operation))
}

fn purpose(
    source: &SourceId,
    settings: &SourceSettings,
    deps: &Dependencies<'_>,
) -> Result<Option<Purpose>, BuildError> {
    let Some(purpose) = settings.purpose.as_ref() else { return Ok(None) };
    let officer = purpose.officer.resolve(deps.environment);
    Ok(Some(Purpose {
        procedure: purpose.procedure.clone(),
        officer: officer.map_err(|error| BuildError::Officer(source.clone(), error))?,
        agency: purpose.agency.clone(),
    }))
}

fn look_up(
    source: &SourceId,
    settings: &SourceSettings,
    deps: Dependencies<'_>,
) -> Result<PopulationLookUp, BuildError> {
    let purpose = purpose(source, settings, &deps)?.ok_or_else(|| BuildError::NoPurpose(source.clone()))?;
    let transport = transport(source, settings, &deps)?;
    let wrapping = Wrapping::resolve(settings, deps.environment);
    let service = Service {
        operation: settings.operation,
        birth_date: settings.birth_date,
        wrapping: wrapping.map_err(|error| BuildError::Wrapper(source.clone(), error))?,
        purpose,
        communes: deps.communes,
        drift: Drift::default(),
    };
    Ok(PopulationLookUp::new(source.clone(), transport, service, deps.audit))
}

fn transport(source: &SourceId, settings: &SourceSettings, deps: &Dependencies<'_>) -> Result<Transport, BuildError> {
    let credentials = Credentials::resolve(&settings.auth, &settings.base_url, deps.environment)
        .map_err(|error| BuildError::Auth(source.clone(), error))?;
    Transport::new(source, settings, credentials, deps.clock.clone(), deps.seed, deps.requests_used)
        .map_err(|error| BuildError::Transport(source.clone(), error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;
    use config::{Auth, SecretRef};
    use schemas::Dataset;
    use schemas::clock::FixedClock;

    fn built(settings: &SourceSettings) -> Result<Box<dyn Connector>, BuildError> {
        let deps = Dependencies {
            clock: Arc::new(FixedClock(testing::now())),
            seed: 1,
            environment: &|_| None,
            province: ProvinceCode::parse("08").expect("a code"),
            communes: vec!["00691".into()],
            requests_used: 0,
            audit: Arc::new(testing::Trail),
        };
        build(&testing::source("any"), settings, deps)
    }

    #[test]
    fn each_kind_serves_its_datasets() {
        for (kind, datasets) in [
            (SourceKind::Population, vec![Dataset::Person]),
            (SourceKind::CivilStatus, vec![Dataset::CivilEvent, Dataset::Dossier]),
            (SourceKind::Land, vec![Dataset::LandRight]),
            (SourceKind::OneStop, vec![Dataset::Dossier]),
        ] {
            let connector = built(&testing::settings(kind, "http://127.0.0.1:9")).expect("built");
            assert_eq!(connector.datasets().into_iter().map(|(dataset, _)| dataset).collect::<Vec<_>>(), datasets);
        }
    }

    #[test]
    fn what_is_missing_in_the_settings_is_said() {
        let files = testing::settings(SourceKind::Files, "");
        assert!(matches!(built(&files), Err(BuildError::NoFolder(_))));
        let mut look_up = testing::settings(SourceKind::Population, "http://127.0.0.1:9");
        look_up.mode = SourceMode::Lookup;
        assert!(matches!(built(&look_up), Err(BuildError::NoPurpose(_))));
        let mut secret = testing::settings(SourceKind::Land, "http://127.0.0.1:9");
        secret.auth = Auth::ClientCredentials {
            token_path: "/token".into(),
            client_id: "c".into(),
            client_secret: SecretRef::Env("NOT_THERE".into()),
        };
        assert!(matches!(built(&secret), Err(BuildError::Auth(..))));
    }
}
