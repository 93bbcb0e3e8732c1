//! Requests that may be sent again: the second hears what the first was told, and changes nothing.

use super::refusal::Refusal;
use crate::problem::Problem;
use crate::web::app::App;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::future::Future;
use store::ledger::Begun;

/// How long an answer is kept.
const LIFE: SignedDuration = SignedDuration::from_hours(24);

/// Does `work` once for each key of a program. Without a key it is done each time.
pub async fn once<T: Serialize>(
    app: &App,
    asker: &str,
    headers: &HeaderMap,
    body: &str,
    work: impl Future<Output = Result<T, Problem>>,
) -> Result<Response, Refusal> {
    let Some(key) = headers.get("idempotency-key") else {
        return Ok(answer(StatusCode::CREATED, &text(&work.await?)?));
    };
    let key = key.to_str().ok().filter(|key| !key.is_empty() && key.len() <= 200);
    let key = key.ok_or_else(|| Problem::usage("IDEMPOTENCY_KEY", "a key has 1 to 200 visible characters"))?;
    let (ledger, now) = (app.ledger(), app.now());
    ledger.sweep_requests(now.checked_sub(LIFE).unwrap_or(now)).await?;
    let digest = hex::encode(Sha256::digest(body.as_bytes()));
    match ledger.begin_request(asker, key, &digest, now).await? {
        Begun::Now => {}
        Begun::UnderWay => return Err(Problem::failed("UNDER_WAY", "the same request is under way: ask again").into()),
        Begun::OtherRequest => {
            return Err(Problem::usage("IDEMPOTENCY_KEY", "the key was used for another request").into());
        }
        Begun::Done { status, body } => {
            return Ok(answer(StatusCode::from_u16(status).unwrap_or(StatusCode::OK), &body));
        }
    }
    match work.await {
        Ok(made) => {
            let body = text(&made)?;
            ledger.finish_request(asker, key, StatusCode::CREATED.as_u16(), &body).await?;
            Ok(answer(StatusCode::CREATED, &body))
        }
        Err(problem) => {
            // Nothing was changed: it may be tried again.
            ledger.abandon_request(asker, key).await?;
            Err(problem.into())
        }
    }
}

fn text(value: &impl Serialize) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(|error| Problem::failed("ANSWER", error.to_string()))
}

fn answer(status: StatusCode, body: &str) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_owned()).into_response()
}
