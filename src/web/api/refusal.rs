//! Problem documents.

use crate::problem::Problem;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// What a program gets when a request is wrong (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemDocument {
    /// `urn:doisoat:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// A stable word.
    pub code: String,
    /// Without personal values.
    pub detail: String,
    /// What to do, in Vietnamese.
    pub next_step: String,
}

/// What may be answered to each question that comes with a body; for the description alone.
#[derive(utoipa::IntoResponses)]
#[allow(dead_code, reason = "only described by it: what is answered is a Refusal")]
pub enum Refusals {
    /// No JSON
    #[response(status = 400, content_type = "application/problem+json")]
    NoJson(ProblemDocument),
    /// No key in force
    #[response(status = 401, content_type = "application/problem+json")]
    NoKey(ProblemDocument),
    /// The key lacks the scope, or the finding is not for an officer of its program to decide
    #[response(status = 403, content_type = "application/problem+json")]
    NotAllowed(ProblemDocument),
    /// Nobody and nothing that the key may see
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(ProblemDocument),
    /// Another content type
    #[response(status = 415, content_type = "application/problem+json")]
    OtherType(ProblemDocument),
    /// It cannot be read, or cannot be said so
    #[response(status = 422, content_type = "application/problem+json")]
    Unreadable(ProblemDocument),
    /// Too many requests
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(ProblemDocument),
    /// Busy, or the ledger cannot be reached: come again after Retry-After
    #[response(status = 503)]
    Busy,
}

/// A problem on its way out.
pub struct Refusal(pub StatusCode, pub Problem);

impl<E: Into<Problem>> From<E> for Refusal {
    fn from(error: E) -> Self {
        let problem = error.into();
        let status = match problem.code.as_str() {
            "NOT_FOUND" => StatusCode::NOT_FOUND,
            "KEY" => StatusCode::UNAUTHORIZED,
            "FORBIDDEN" => StatusCode::FORBIDDEN,
            "TOO_MANY_REQUESTS" => StatusCode::TOO_MANY_REQUESTS,
            "WRONG_STATE" | "CONFLICT" | "UNDER_WAY" => StatusCode::CONFLICT,
            "LEDGER_UNREACHABLE" | "LEDGER_LOCKED" | "AUDIT_UNWRITABLE" | "AUDIT_BROKEN" => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            _ if problem.exit == crate::problem::EXIT_USAGE => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self(status, problem)
    }
}

impl Refusal {
    pub fn document(&self) -> ProblemDocument {
        let Self(status, problem) = self;
        // What the machine says stays in the log.
        let detail = if status.is_server_error() { "it could not be done".to_owned() } else { problem.cause.clone() };
        ProblemDocument {
            kind: format!("urn:doisoat:problem:{}", problem.code),
            title: status.canonical_reason().unwrap_or_default().to_owned(),
            status: status.as_u16(),
            code: problem.code.clone(),
            detail,
            next_step: problem.next_step(crate::Lang::Vi).to_owned(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        if self.0.is_server_error() {
            tracing::error!(code = self.1.code, cause = self.1.cause, "a request could not be answered");
        }
        let body = serde_json::to_string(&self.document()).unwrap_or_default();
        let mut response = (self.0, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        if self.0 == StatusCode::UNAUTHORIZED {
            let scheme = axum::http::HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}
