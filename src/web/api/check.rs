//! One citizen or one case, asked by a program before a case is taken in.

use super::answers::{CandidateAnswer, CandidatesAnswer, VerdictAnswer};
use super::key::Program;
use super::refusal::{Refusal, Refusals};
use crate::access::Actor;
use crate::check::{Asking, Checked, Live, Looked, Question, look};
use crate::problem::Problem;
use crate::web::app::{App, RequestId};
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::response::{IntoResponse, Json, Response};
use reconcile::verdict::Caveat;
use schemas::Subject;
use serde::Deserialize;
use utoipa::ToSchema;

/// A question. In the body and never in an address: it is personal data.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckRequest {
    /// A number of 12 or 9 digits, the text of a card's QR code, a case code, a certificate serial, or a
    /// name followed by a birth date or year.
    #[schema(min_length = 1, max_length = 1000, example = "H60.094-261113-0001")]
    pub question: String,
    /// Judge for this procedure; without it that of the case, or carefully.
    #[schema(pattern = "^[A-Za-z0-9.-]{0,40}$", example = "1.000894")]
    pub procedure: Option<String>,
    /// Ask the sources that answer for one citizen now: up to three seconds.
    #[serde(default)]
    pub ask: bool,
    /// The officer for whom the program asks: kept in the audit log. Never a personal number.
    #[schema(max_length = 100, pattern = "^[A-Za-z0-9._@-]*$", example = "tran.lan")]
    pub officer: Option<String>,
}

/// Asks for a verdict.
#[utoipa::path(
    post, path = "/api/v1/check", tag = "api", security(("key" = [])),
    request_body = CheckRequest,
    responses(
        (status = 200, description = "The verdict", body = VerdictAnswer),
        (status = 300, description = "More than one person fits: ask by number", body = CandidatesAnswer),
        Refusals,
    )
)]
pub async fn check(
    State(app): State<App>,
    program: Program,
    request: RequestId,
    asked: Result<Json<CheckRequest>, JsonRejection>,
) -> Result<Response, Refusal> {
    let actor = program.may("check")?;
    let Json(asked) = asked.map_err(unreadable)?;
    let live = if asked.ask { Live::Ask(&app.live) } else { Live::No };
    match looked(&app, actor, &asked, &request, live).await? {
        Looked::One(checked) => Ok(Json(VerdictAnswer::of(&checked)).into_response()),
        Looked::Several(people) => {
            let candidate = |person: crate::check::Candidate| CandidateAnswer {
                masked_number: Subject::person(&person.person).masked().trim_start_matches("person:").to_owned(),
                name: person.name,
                birth_date: person.birth_date,
            };
            let candidates = people.into_iter().map(candidate).collect();
            Ok((axum::http::StatusCode::MULTIPLE_CHOICES, Json(CandidatesAnswer { candidates })).into_response())
        }
    }
}

/// Looks for a program; nobody is "not found", whoever they are.
pub async fn looked(
    app: &App,
    actor: Actor,
    asked: &CheckRequest,
    request: &RequestId,
    live: Live<'_>,
) -> Result<Looked, Problem> {
    let question = Question::parse(&asked.question)?;
    let actor = match asked.officer.as_deref().map(str::trim).filter(|officer| !officer.is_empty()) {
        Some(officer) => Actor { name: format!("{}/{}", actor.name, officer_name(officer)?), ..actor },
        None => actor,
    };
    let asking = Asking {
        actor: &actor,
        request_id: &request.0,
        procedure: asked.procedure.as_deref().map(str::trim).filter(|code| !code.is_empty()),
        outside: None,
        outside_note: "",
        live,
    };
    match look(&app.desk, &question, &asking).await? {
        Looked::One(checked) if is_nowhere(&checked) => {
            Err(Problem::usage("NOT_FOUND", "there is nobody and nothing like it that the key may see"))
        }
        other => Ok(other),
    }
}

fn is_nowhere(checked: &Checked) -> bool {
    checked.verdict.caveats.contains(&Caveat::Nowhere)
}

/// An account's name, as ours are: it stands in the log.
fn officer_name(text: &str) -> Result<&str, Problem> {
    let fits = |c: char| c.is_ascii_alphanumeric() || ".-_@".contains(c);
    let is_a_number = text.bytes().filter(u8::is_ascii_digit).count() >= 9;
    if text.len() > 100 || !text.chars().all(fits) || is_a_number {
        return Err(Problem::usage("LOGIN_FORM", "officer must be an account's name, and no number"));
    }
    Ok(text)
}

/// JSON that is none, or is not of the shape.
pub fn unreadable(rejection: JsonRejection) -> Refusal {
    let status = rejection.status();
    // What serde says may quote a value.
    let cause = match &rejection {
        JsonRejection::JsonDataError(_) => "the body does not have the fields that are described",
        JsonRejection::JsonSyntaxError(_) => "the body is no JSON",
        JsonRejection::MissingJsonContentType(_) => "the body must be application/json",
        _ => "the body cannot be read",
    };
    Refusal(status, Problem::usage("BODY", cause))
}
