//! What an officer of another program says of a finding.

use super::check::{CheckRequest, looked, unreadable};
use super::idempotent::once;
use super::key::Program;
use super::refusal::{ProblemDocument, Refusal, Refusals};
use crate::access::Actor;
use crate::check::{Live, Looked};
use crate::problem::Problem;
use crate::web::app::{App, RequestId};
use crate::work::{self, Deciding};
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::HeaderMap;
use axum::response::{Json, Response};
use reconcile::verdict::Said;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionRequest {
    /// As for a check: the finding must be one of this subject.
    #[schema(min_length = 1, max_length = 1000, example = "H60.094-261113-0001")]
    pub question: String,
    #[schema(pattern = "^[A-Za-z0-9.-]{0,40}$")]
    pub procedure: Option<String>,
    #[schema(pattern = "^[0-9a-f]{24}$")]
    pub finding_id: String,
    /// `source_right`, `source_wrong` or `not_enough`.
    #[schema(pattern = "^(source_right|source_wrong|not_enough)$")]
    pub said: String,
    /// A word of the list of reasons that fit.
    #[schema(min_length = 1, max_length = 40, example = "typing_error")]
    pub reason: String,
    #[serde(default)]
    #[schema(max_length = 500)]
    pub note: String,
    /// Who decides, by the name of the account there.
    #[schema(min_length = 1, max_length = 100, pattern = "^[A-Za-z0-9._@-]+$", example = "tran.lan")]
    pub officer: String,
}

#[derive(Serialize, ToSchema)]
pub struct DecisionAnswer {
    pub finding_id: String,
    pub said: &'static str,
    /// The verdict as it is now.
    pub conclusion: &'static str,
}

/// Records a decision; where the source is wrong, its correction is drafted.
#[utoipa::path(
    post, path = "/api/v1/decisions", tag = "api", security(("key" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again with the same body: the same answer, and nothing twice", max_length = 200)),
    request_body = DecisionRequest,
    responses(
        (status = 201, description = "Recorded", body = DecisionAnswer),
        (status = 409, description = "The same request is under way", body = ProblemDocument, content_type = "application/problem+json"),
        Refusals,
    )
)]
pub async fn decide(
    State(app): State<App>,
    program: Program,
    request: RequestId,
    headers: HeaderMap,
    asked: Result<Json<DecisionRequest>, JsonRejection>,
) -> Result<Response, Refusal> {
    let actor = program.may("decide")?;
    let Json(asked) = asked.map_err(unreadable)?;
    let body = serde_json::to_string(&asked).map_err(|error| Problem::failed("ANSWER", error.to_string()))?;
    once(&app, program.id(), &headers, &body, decided(&app, actor, &asked, &request)).await
}

async fn decided(
    app: &App,
    actor: Actor,
    asked: &DecisionRequest,
    request: &RequestId,
) -> Result<DecisionAnswer, Problem> {
    if asked.officer.trim().is_empty() {
        return Err(Problem::usage("LOGIN_FORM", "officer must say who decides"));
    }
    let said =
        Said::parse(&asked.said).ok_or_else(|| Problem::usage("REASON", "said must be one of the three words"))?;
    let question = CheckRequest {
        question: asked.question.clone(),
        procedure: asked.procedure.clone(),
        ask: false,
        officer: Some(asked.officer.clone()),
    };
    let one = |looked: Looked| match looked {
        Looked::One(checked) => Ok(checked),
        Looked::Several(_) => Err(Problem::usage("NOT_FOUND", "more than one person fits: ask by number")),
    };
    let checked = one(looked(app, actor.clone(), &question, request, Live::No).await?)?;
    let officer = Actor { name: format!("{}/{}", actor.name, asked.officer.trim()), ..actor.clone() };
    let deciding = Deciding { finding_id: &asked.finding_id, said, reason: &asked.reason, note: &asked.note };
    work::decide(&app.desk, &officer, &checked, &deciding, app.entropy.as_ref()).await?;
    let after = one(looked(app, actor, &question, request, Live::No).await?)?;
    if after.case.is_some() {
        app.ledger().rejudge_case(&crate::check::case_row(&app.desk, &after, "", "")).await?;
    }
    Ok(DecisionAnswer {
        finding_id: asked.finding_id.clone(),
        said: said.as_str(),
        conclusion: crate::check::conclusion_kept(after.verdict.conclusion),
    })
}
