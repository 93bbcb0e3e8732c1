//! The reconciliation service API 0.2, as OpenRefine speaks it, for administrative units.
//!
//! A cell of a spreadsheet is one query; its address may come with `code` and `as_of` as
//! properties. A candidate is marked as a match only where the resolver has exactly one answer:
//! a split or ambiguous commune is for a person to choose.

use super::problem::HttpProblem;
use crate::Lang;
use crate::units::{Found, UnitService};
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{Html, IntoResponse, Json, Response};
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Queries in one batch, and characters in one query, that are answered.
const MOST_QUERIES: usize = 1000;
const MOST_CHARACTERS: usize = 1000;

pub fn routes() -> Router<Arc<UnitService>> {
    Router::new()
        .route("/reconcile", get(by_query).post(by_form))
        .route("/reconcile/suggest/entity", get(suggest))
        .route("/reconcile/flyout/entity", get(flyout))
        .route("/reconcile/preview", get(preview))
}

/// OpenRefine's pages call the service from another origin.
fn open_to_all(response: impl IntoResponse) -> Response {
    let mut response = response.into_response();
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

#[derive(Deserialize)]
struct Batch {
    queries: Option<String>,
}

async fn by_query(
    State(units): State<Arc<UnitService>>,
    headers: HeaderMap,
    Query(batch): Query<Batch>,
) -> Result<Response, HttpProblem> {
    answer(&units, &headers, batch)
}

async fn by_form(
    State(units): State<Arc<UnitService>>,
    headers: HeaderMap,
    Form(batch): Form<Batch>,
) -> Result<Response, HttpProblem> {
    answer(&units, &headers, batch)
}

fn answer(units: &UnitService, headers: &HeaderMap, batch: Batch) -> Result<Response, HttpProblem> {
    let Some(queries) = batch.queries else { return Ok(open_to_all(Json(manifest(headers)))) };
    let queries: BTreeMap<String, OneQuery> = serde_json::from_str(&queries)
        .map_err(|_| HttpProblem::bad_request("BAD_QUERIES", "queries must be a JSON object of queries"))?;
    if queries.len() > MOST_QUERIES {
        return Err(HttpProblem::bad_request("TOO_MANY_QUERIES", format!("at most {MOST_QUERIES} queries in a batch")));
    }
    let results: Map<String, Value> = queries.into_iter().map(|(key, query)| (key, query.answer(units))).collect();
    Ok(open_to_all(Json(Value::Object(results))))
}

const TYPE_ID: &str = "commune";

fn commune_type() -> Value {
    json!({"id": TYPE_ID, "name": "Đơn vị hành chính cấp xã"})
}

fn manifest(headers: &HeaderMap) -> Value {
    const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-proto");
    let text = |name: &HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    let base = format!(
        "{}://{}",
        text(&FORWARDED).filter(|p| *p == "https").unwrap_or("http"),
        text(&header::HOST).unwrap_or("127.0.0.1")
    );
    json!({
        "versions": ["0.2"],
        "name": "doisoat: đơn vị hành chính Việt Nam",
        "identifierSpace": "urn:doisoat:commune",
        "schemaSpace": "urn:doisoat:type",
        "defaultTypes": [commune_type()],
        "view": {"url": format!("{base}/reconcile/preview?id={{{{id}}}}")},
        "preview": {"url": format!("{base}/reconcile/preview?id={{{{id}}}}"), "width": 420, "height": 220},
        "suggest": {
            "entity": {
                "service_url": base,
                "service_path": "/reconcile/suggest/entity",
                "flyout_service_url": base,
                "flyout_service_path": "/reconcile/flyout/entity?id=${id}",
            }
        },
    })
}

#[derive(Deserialize)]
struct OneQuery {
    #[serde(default)]
    query: String,
    limit: Option<usize>,
    #[serde(default)]
    properties: Vec<Property>,
}

#[derive(Deserialize)]
struct Property {
    pid: String,
    v: Value,
}

impl OneQuery {
    fn property(&self, pid: &str) -> Option<String> {
        let value = &self.properties.iter().find(|p| p.pid == pid)?.v;
        let value = value.as_array().and_then(|list| list.first()).unwrap_or(value);
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Object(object) => object.get("id").and_then(Value::as_str).map(str::to_owned),
            _ => None,
        }
    }

    fn answer(&self, units: &UnitService) -> Value {
        if self.query.chars().count() > MOST_CHARACTERS {
            return json!({"result": []});
        }
        let as_of = self.property("as_of").and_then(|day| day.parse().ok());
        let found = units.resolve(&self.query, self.property("code").as_deref(), as_of);
        let only = found.candidates.len() == 1;
        let limit = self.limit.unwrap_or(10).max(1);
        let result: Vec<Value> = found.candidates.iter().take(limit).map(|c| candidate(c, only)).collect();
        json!({"result": result})
    }
}

fn candidate(found: &Found, only: bool) -> Value {
    json!({
        "id": found.code,
        "name": found.full_name,
        "score": (f64::from(found.score) * 1000.0).round() / 10.0,
        "match": only,
        "type": [commune_type()],
        "description": found.evidence(Lang::Vi),
    })
}

#[derive(Deserialize)]
struct Prefix {
    #[serde(default)]
    prefix: String,
    #[serde(default)]
    cursor: usize,
}

async fn suggest(State(units): State<Arc<UnitService>>, Query(asked): Query<Prefix>) -> Response {
    const PAGE: usize = 20;
    let all = units.suggest(&asked.prefix, asked.cursor.saturating_add(PAGE).min(200));
    let result: Vec<Value> = all
        .into_iter()
        .skip(asked.cursor)
        .map(|(code, name)| json!({"id": code, "name": name, "notable": [commune_type()]}))
        .collect();
    open_to_all(Json(json!({"result": result})))
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

async fn flyout(State(units): State<Arc<UnitService>>, Query(asked): Query<Id>) -> Result<Response, HttpProblem> {
    let html = units.card(&asked.id).ok_or_else(|| unknown(&asked.id))?;
    Ok(open_to_all(Json(json!({"id": asked.id, "html": html}))))
}

async fn preview(State(units): State<Arc<UnitService>>, Query(asked): Query<Id>) -> Result<Response, HttpProblem> {
    let card = units.card(&asked.id).ok_or_else(|| unknown(&asked.id))?;
    let page = format!(
        "<!doctype html><html lang=\"vi\"><head><meta charset=\"utf-8\"><title>{}</title>\
         <style>body{{font:14px system-ui,sans-serif;margin:8px}}p{{margin:4px 0}}</style></head><body>{card}</body></html>",
        crate::units::escape(&asked.id)
    );
    Ok(open_to_all(Html(page)))
}

fn unknown(id: &str) -> HttpProblem {
    HttpProblem::not_found(
        "UNKNOWN_UNIT",
        format!("no commune of today has the code {}", id.chars().take(12).collect::<String>()),
    )
}
