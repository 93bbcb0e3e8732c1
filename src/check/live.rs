//! Asking the sources now: all at once, within a deadline, through the same transport as a night.
//!
//! What could not be asked is said so, and the night's answer with its age stays in its place. A
//! question that outlives the deadline goes on behind the clerk's back until its own end, so that
//! its entry in the audit log is closed; asking again meanwhile waits for the same question.

use super::desk::Desk;
use super::gather::{Held, Shelf};
use crate::problem::Problem;
use crate::workspace::{Workspace, environment};
use config::{SourceKind, SourceSettings};
use connectors::{CaseCode, Dependencies, Lookup, Question};
use jiff::Timestamp;
use reconcile::engine::{Context, rank};
use reconcile::normal::id::classify;
use reconcile::verdict::{AnswerState, SourceAnswer};
use schemas::{Answer, CanonicalRecord, Dataset, SourceId};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// A live question tries again at most so often: there is no time for more.
const ATTEMPTS: u32 = 2;

/// Whether sources are asked now.
#[derive(Clone, Copy)]
pub enum Live<'a> {
    No,
    Ask(&'a LiveSources),
    /// They were, a moment ago.
    Known(&'a [LiveAnswer]),
}

/// The sources that answer for one citizen.
pub struct LiveSources {
    sources: Vec<LiveSource>,
    patience: Duration,
}

struct LiveSource {
    id: SourceId,
    kind: SourceKind,
    dataset: Dataset,
    lookup: Arc<dyn Lookup>,
}

/// What one source said, or that it could not be asked.
#[derive(Clone)]
pub struct LiveAnswer {
    pub source: SourceId,
    pub kind: SourceKind,
    pub dataset: Dataset,
    pub answer: Answer<Vec<CanonicalRecord>>,
    pub asked_at: Timestamp,
    pub took_ms: u64,
}

/// The same without the records, for screens.
#[derive(Serialize)]
pub struct LiveShown {
    pub source: SourceId,
    pub state: AnswerState,
    /// Why it could not be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    pub asked_at: Timestamp,
    pub took_ms: u64,
}

impl LiveSources {
    /// Those that are configured for it. A source whose secret is missing fails here, at the start,
    /// and not in front of a citizen.
    pub fn new(desk: &Desk) -> Result<Self, Problem> {
        let workspace = &desk.workspace;
        let catalogue = &desk.context().catalogue;
        let communes: Vec<String> =
            catalogue.communes_of(workspace.settings.province.code).iter().map(ToString::to_string).collect();
        let patience = Duration::from_millis(workspace.settings.serve.ask_timeout_ms);
        let enabled = workspace.settings.sources.iter().filter(|(_, settings)| settings.enabled);
        let sources = enabled
            .filter_map(|(id, settings)| Some((id, settings, live_dataset(settings)?)))
            .map(|(id, settings, dataset)| {
                let lookup = lookup(workspace, id, settings, communes.clone(), patience)?;
                Ok(LiveSource { id: id.clone(), kind: settings.system(), dataset, lookup })
            })
            .collect::<Result<_, Problem>>()?;
        Ok(Self { sources, patience })
    }

    /// Asks all of them about one citizen, and about the case in hand.
    pub async fn ask(&self, now: Timestamp, question: &Question) -> Vec<LiveAnswer> {
        // Civil status answers about cases: without one there is nothing to ask it.
        let answers = |source: &&LiveSource| source.kind != SourceKind::CivilStatus || question.case.is_some();
        let asked = self.sources.iter().filter(answers).map(|source| async move {
            let began = Instant::now();
            let (lookup, question) = (source.lookup.clone(), question.clone());
            let under_way = tokio::spawn(async move { lookup.look_up(&question).await });
            let could_not = |code: &str| Answer::CouldNotAsk { code: code.to_owned() };
            let answer = match tokio::time::timeout(self.patience, under_way).await {
                Ok(Ok(answer)) => answer,
                Ok(Err(_)) => could_not("internal"),
                Err(_) => could_not("deadline"),
            };
            LiveAnswer {
                source: source.id.clone(),
                kind: source.kind,
                dataset: source.dataset,
                answer,
                asked_at: now,
                took_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            }
        });
        futures::future::join_all(asked).await
    }

    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }
}

/// What a source of this kind answers about one citizen, if it answers at all.
fn live_dataset(settings: &SourceSettings) -> Option<Dataset> {
    match settings.kind {
        SourceKind::Population => settings.purpose.as_ref().map(|_| Dataset::Person),
        SourceKind::Land => Some(Dataset::LandRight),
        SourceKind::CivilStatus => Some(Dataset::Dossier),
        // They have no question for one person.
        SourceKind::OneStop | SourceKind::Files | SourceKind::Sql => None,
    }
}

fn lookup(
    workspace: &Workspace,
    id: &SourceId,
    settings: &SourceSettings,
    communes: Vec<String>,
    patience: Duration,
) -> Result<Arc<dyn Lookup>, Problem> {
    let mut settings = settings.clone();
    settings.timeout_ms = settings.timeout_ms.min(u64::try_from(patience.as_millis()).unwrap_or(u64::MAX));
    settings.retry.attempts = settings.retry.attempts.min(ATTEMPTS);
    // The quota is one of a night.
    settings.nightly_quota = 0;
    let province = workspace.settings.province.code;
    let deps = Dependencies {
        clock: workspace.clock.clone(),
        seed: workspace.seed,
        environment: &environment,
        province,
        communes,
        requests_used: 0,
        audit: workspace.audit.clone(),
    };
    let built = connectors::build_lookup(id, &settings, deps);
    let code =
        |error: &connectors::BuildError| if error.is_about_a_secret() { "CONFIG_SECRET" } else { "CONFIG_SOURCE" };
    built.map(Arc::from).map_err(|error| Problem::failed(code(&error), crate::problem::chain(&error)))
}

impl LiveAnswer {
    pub fn is_an_answer(&self) -> bool {
        !matches!(self.answer, Answer::CouldNotAsk { .. })
    }

    pub fn shown(&self) -> LiveShown {
        let (state, code) = match &self.answer {
            Answer::Found { .. } => (AnswerState::Found, None),
            Answer::NotFound { .. } => (AnswerState::NotFound, None),
            Answer::CouldNotAsk { code } => (AnswerState::CouldNotAsk, Some(code.clone())),
        };
        LiveShown { source: self.source.clone(), state, code, asked_at: self.asked_at, took_ms: self.took_ms }
    }
}

/// The rows of a subject with those that a source has just given in the place of the night's.
/// "Not found" takes nothing away: the service finds nobody also where name or birth date are other
/// than it has them, and the night's row says so.
pub(super) fn with_answers(shelf: &Shelf<'_>, before: &[Held], live: &[LiveAnswer]) -> Vec<Held> {
    let mut held = before.to_vec();
    for answer in live {
        let Answer::Found { value, as_of } = &answer.answer else { continue };
        held.retain(|h| !is_replaced(h, answer, value));
        held.extend(value.iter().map(|record| Held {
            source: answer.source.clone(),
            kind: answer.kind,
            dataset: answer.dataset,
            as_of: *as_of,
            record: record.clone(),
        }));
    }
    shelf.in_order(held)
}

/// Whether an answer stands in the place of this row. The population's is all that it has of the
/// person; the land system's all certificates under the number, and a row that the night gave to the
/// person without a number stays; civil status answers for one case.
fn is_replaced(held: &Held, answer: &LiveAnswer, rows: &[CanonicalRecord]) -> bool {
    let envelope = &held.record.envelope;
    let again = rows.iter().any(|row| row.envelope.record_key == envelope.record_key);
    let of_number = held.record.record.link_key().is_some_and(|key| !classify(key).is_malformed());
    held.source == answer.source
        && held.dataset == answer.dataset
        && match answer.dataset {
            Dataset::Person => true,
            Dataset::LandRight => again || of_number,
            Dataset::CivilEvent | Dataset::Dossier => again,
        }
}

/// What the sources say, with those that were asked just now.
pub(super) fn answers(mut answers: Vec<SourceAnswer>, live: &[LiveAnswer]) -> Vec<SourceAnswer> {
    for answer in &mut answers {
        // An answer about one case says nothing of the age of a register.
        let about = |live: &&LiveAnswer| live.source == answer.source && live.dataset != Dataset::Dossier;
        let Some(now) = live.iter().find(about) else { continue };
        match &now.answer {
            Answer::Found { as_of, .. } => {
                (answer.state, answer.as_of, answer.stale) = (AnswerState::Found, Some(*as_of), false);
            }
            Answer::NotFound { as_of } if answer.state != AnswerState::Found => {
                (answer.state, answer.as_of, answer.stale) = (AnswerState::NotFound, Some(*as_of), false);
            }
            Answer::NotFound { .. } | Answer::CouldNotAsk { .. } => {}
        }
    }
    answers
}

/// The question about the person of these rows: number, name and birth date together, by the first
/// row that has all, references first; and the case in hand where civil status works on it.
pub(super) fn question(
    desk: &Desk,
    context: &Context,
    held: &[Held],
    person: &str,
    procedure: Option<&str>,
    code: Option<&str>,
) -> Option<Question> {
    let rows = super::judge::rows(context, held);
    let mut mentions: Vec<_> =
        held.iter().zip(&rows).filter_map(|(h, row)| Some((rank(h.kind), row.mention(h.kind)?))).collect();
    mentions.sort_by_key(|(rank, _)| *rank);
    // Land and civil status need neither; the population does, and says so.
    let (name, birth_date) = mentions.iter().find_map(|(_, m)| Some((m.name?, m.birth_date?))).unwrap_or_default();
    Some(Question {
        personal_id: person.to_owned(),
        name: name.to_owned(),
        birth_date: birth_date.to_owned(),
        procedure: procedure.filter(|code| desk.procedures.get(code).is_some()).map(str::to_owned),
        case: code.and_then(|code| civil_case(held, code)),
    })
}

/// The case as civil status knows it: by the one-stop centre's code and its module.
fn civil_case(held: &[Held], code: &str) -> Option<CaseCode> {
    held.iter().find_map(|h| match &h.record.record {
        schemas::Record::Dossier(case) if super::look::is_of_case(&h.record.record, code) => {
            Some(CaseCode { module: case.module.clone()?, code: case.code.clone()? })
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::future::BoxFuture;

    /// Answers after so long, or never.
    struct Slow(Option<Duration>);

    impl Lookup for Slow {
        fn look_up<'a>(&'a self, _: &'a Question) -> BoxFuture<'a, Answer<Vec<CanonicalRecord>>> {
            Box::pin(async move {
                match self.0 {
                    Some(delay) => tokio::time::sleep(delay).await,
                    None => std::future::pending().await,
                }
                Answer::NotFound { as_of: Timestamp::UNIX_EPOCH }
            })
        }
    }

    fn source(id: &str, lookup: Slow) -> LiveSource {
        LiveSource {
            id: SourceId::parse(id).expect("a name"),
            kind: SourceKind::Land,
            dataset: Dataset::LandRight,
            lookup: Arc::new(lookup),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_source_that_never_answers_is_waited_for_until_the_deadline_and_not_an_instant_longer() {
        // The longest that the settings allow; a clerk is told within three seconds.
        let patience = Duration::from_millis(2_500);
        let just_in_time = patience - Duration::from_millis(1);
        let sources = vec![
            source("silent", Slow(None)),
            source("late", Slow(Some(patience + Duration::from_millis(1)))),
            source("just_in_time", Slow(Some(just_in_time))),
            source("prompt", Slow(Some(Duration::ZERO))),
        ];
        let question = Question {
            personal_id: "099085000123".into(),
            name: "Nguyễn Văn Mẫu".into(),
            birth_date: "1985-03-05".into(),
            procedure: None,
            case: None,
        };
        let began = Instant::now();
        let answers = LiveSources { sources, patience }.ask(Timestamp::UNIX_EPOCH, &question).await;
        assert_eq!(began.elapsed(), patience);
        let said = answers.iter().map(|answer| {
            let shown = answer.shown();
            (answer.source.as_str().to_owned(), shown.state, shown.code, answer.took_ms)
        });
        let could_not = |id: &str| (id.to_owned(), AnswerState::CouldNotAsk, Some("deadline".to_owned()), 2_500);
        let answered = |id: &str, after: u64| (id.to_owned(), AnswerState::NotFound, None, after);
        assert_eq!(
            said.collect::<Vec<_>>(),
            [could_not("silent"), could_not("late"), answered("just_in_time", 2_499), answered("prompt", 0)]
        );
    }
}
