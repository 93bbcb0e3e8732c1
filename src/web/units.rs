//! Units as JSON.

use super::problem::HttpProblem;
use crate::units::{Resolved, UnitService};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Json;
use axum::routing::get;
use schemas::{CommuneCode, ProvinceCode};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// A longer text is no address.
const MOST_CHARACTERS: usize = 1000;

pub fn routes() -> Router<Arc<UnitService>> {
    Router::new()
        .route("/api/units/resolve", get(resolve))
        .route("/api/units/explain/{code}", get(explain))
        .route("/api/units", get(list))
}

#[derive(Deserialize)]
struct Asked {
    text: Option<String>,
    code: Option<String>,
    as_of: Option<String>,
}

async fn resolve(
    State(units): State<Arc<UnitService>>,
    Query(asked): Query<Asked>,
) -> Result<Json<Resolved>, HttpProblem> {
    let text = asked.text.unwrap_or_default();
    if text.is_empty() && asked.code.is_none() {
        return Err(HttpProblem::bad_request("NOTHING_ASKED", "give text, code or both"));
    }
    if text.chars().count() > MOST_CHARACTERS {
        return Err(HttpProblem::bad_request("TOO_LONG", format!("text has at most {MOST_CHARACTERS} characters")));
    }
    let as_of = match asked.as_of.as_deref().filter(|d| !d.is_empty()) {
        Some(day) => {
            Some(day.parse().map_err(|_| HttpProblem::bad_request("BAD_DATE", "as_of must be a day like 2025-06-30"))?)
        }
        None => None,
    };
    Ok(Json(units.resolve(&text, asked.code.as_deref(), as_of)))
}

async fn explain(State(units): State<Arc<UnitService>>, Path(code): Path<String>) -> Result<Json<Value>, HttpProblem> {
    let code =
        CommuneCode::parse(&code).map_err(|_| HttpProblem::bad_request("BAD_CODE", "a commune code has 5 digits"))?;
    let meanings = crate::units::explained(&units, code);
    if meanings.is_empty() {
        return Err(HttpProblem::not_found("UNKNOWN_UNIT", format!("no unit ever had the code {code}")));
    }
    Ok(Json(json!({"code": code, "meanings": meanings})))
}

#[derive(Deserialize)]
struct Of {
    province: String,
}

async fn list(State(units): State<Arc<UnitService>>, Query(of): Query<Of>) -> Result<Json<Value>, HttpProblem> {
    let province = ProvinceCode::parse(&of.province)
        .map_err(|_| HttpProblem::bad_request("BAD_CODE", "a province code has 2 digits"))?;
    let rows: Vec<Value> = units
        .list(province)
        .map(|unit| {
            json!({"code": unit.code, "full_name": unit.full_name, "within": unit.within,
                   "from": unit.from.map(|d| d.to_string())})
        })
        .collect();
    if rows.is_empty() {
        return Err(HttpProblem::not_found("UNKNOWN_UNIT", "no province of today has that code"));
    }
    Ok(Json(Value::Array(rows)))
}
