//! The cases that are due in the next days, with their verdicts.

use super::key::Program;
use super::refusal::{ProblemDocument, Refusal};
use crate::web::app::App;
use axum::extract::State;
use axum::response::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// A case that is due. Neither name nor number of a person.
#[derive(Serialize, ToSchema)]
pub struct MorningCase {
    pub case: String,
    /// ISO day.
    pub due_on: String,
    /// Today's code.
    pub unit: Option<String>,
    pub procedure: Option<String>,
    /// `proceed`, `proceed_with_note`, `stop` or `cannot_conclude`.
    pub conclusion: String,
    pub conflicts: u32,
    /// RFC 3339.
    pub judged_at: String,
}

/// Lists the cases, worst first.
#[utoipa::path(
    get, path = "/api/v1/morning", tag = "api", security(("key" = [])),
    responses(
        (status = 200, description = "The cases that the key may see", body = Vec<MorningCase>),
        (status = 401, description = "No key in force", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 403, description = "The key lacks the scope", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 503, description = "Busy: come again after Retry-After"),
        (status = 429, description = "Too many requests", body = ProblemDocument, content_type = "application/problem+json"),
    )
)]
pub async fn morning(State(app): State<App>, program: Program) -> Result<Json<Vec<MorningCase>>, Refusal> {
    let actor = program.may("morning")?;
    let all = app.ledger().case_verdicts(&actor.scope).await?;
    let case = |row: store::ledger::CaseVerdict| MorningCase {
        case: row.case_code,
        due_on: row.due_on,
        unit: row.unit,
        procedure: row.procedure,
        conclusion: row.conclusion,
        conflicts: row.conflicts,
        judged_at: row.judged_at.to_string(),
    };
    Ok(Json(all.into_iter().map(case).collect()))
}
