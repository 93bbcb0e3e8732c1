//! The health of communes, source by source: what the page shows, for other programs.

use super::key::Program;
use super::refusal::{ProblemDocument, Refusal};
use crate::province::Board;
use crate::web::app::App;
use axum::extract::State;
use axum::response::Json;
use serde::Serialize;
use store::Scope;
use utoipa::ToSchema;

/// The communes that the key may see, worst first. Nothing of any person is in it.
#[derive(Serialize, ToSchema)]
pub struct Health {
    /// RFC 3339: when it was judged.
    pub at: String,
    /// RFC 3339: what the data of the source that is furthest behind are true of.
    pub data_as_of: Option<String>,
    pub communes: Vec<CommuneHealth>,
}

#[derive(Serialize, ToSchema)]
pub struct CommuneHealth {
    /// Today's code.
    pub commune: String,
    pub name: String,
    /// `on_time`, `running`, `waiting`, `slightly_late`, `late`, `failed`, `needs_somebody`,
    /// `never_ran` or `maintenance`.
    pub state: String,
    /// ISO day: the last night up to which all required sources have complete data.
    pub verified_through: Option<String>,
    /// ISO day: since then without a gap.
    pub unbroken_since: Option<String>,
    pub findings: Option<FindingCounts>,
    pub sources: Vec<SourceHealth>,
}

#[derive(Serialize, ToSchema)]
pub struct FindingCounts {
    pub stop: i64,
    pub check: i64,
    pub note: i64,
}

#[derive(Serialize, ToSchema)]
pub struct SourceHealth {
    pub source: String,
    pub state: String,
    /// Whether the commune's state depends on it.
    pub required: bool,
    /// RFC 3339: what the newest complete data are true of.
    pub as_of: Option<String>,
    pub age_seconds: Option<i64>,
    /// What went wrong last.
    pub code: Option<String>,
}

/// Tells the health of communes.
#[utoipa::path(
    get, path = "/api/v1/health", tag = "api", security(("key" = [])),
    responses(
        (status = 200, description = "The communes that the key may see", body = Health),
        (status = 401, description = "No key in force", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub async fn health(State(app): State<App>, program: Program) -> Result<Json<Health>, Refusal> {
    let actor = program.may("health")?;
    Ok(Json(told(&app.boards.board().await?, &actor.scope)))
}

/// The board as the interface and the command line tell it.
pub fn told(board: &Board, scope: &Scope) -> Health {
    let communes = board.communes.iter().filter(|row| scope.sees(Some(&row.code)));
    Health {
        at: board.at.to_string(),
        data_as_of: board.data_as_of.map(|at| at.to_string()),
        communes: communes
            .map(|row| CommuneHealth {
                commune: row.code.clone(),
                name: row.name.clone(),
                state: row.state.as_str().to_owned(),
                verified_through: row.verified_through.map(|day| day.to_string()),
                unbroken_since: row.unbroken_since.map(|day| day.to_string()),
                findings: row.findings.map(|f| FindingCounts { stop: f.stops, check: f.checks, note: f.notes }),
                sources: board
                    .sources
                    .iter()
                    .zip(&row.sources)
                    .map(|(source, cell)| SourceHealth {
                        source: source.id.to_string(),
                        state: cell.judged.state.as_str().to_owned(),
                        required: source.required,
                        as_of: cell.good.map(|at| at.to_string()),
                        age_seconds: cell.judged.age.map(|age| age.as_secs()),
                        code: cell.judged.code.clone(),
                    })
                    .collect(),
            })
            .collect(),
    }
}
