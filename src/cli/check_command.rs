//! `doisoat check`: may this case go on, and if not, why, and what to do.
//!
//! Exit status 0: it may (perhaps with a note); 1: something stands in the way; 2: it cannot be
//! said, or more than one person fits.

use super::args::CheckArgs;
use super::check_page::{candidates, page};
use crate::Lang;
use crate::access::Actor;
use crate::check::{Asking, Desk, Live, LiveSources, Looked, Question, look};
use crate::problem::Problem;
use crate::workspace::{Workspace, load_settings};
use jiff::Timestamp;
use reconcile::verdict::Conclusion;
use schemas::clock::{FixedClock, SystemClock};
use schemas::{Clock, Subject};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use store::Scope;
use store::ledger::Role;

const STANDS_IN_THE_WAY: u8 = 1;
const CANNOT_BE_SAID: u8 = 2;

pub async fn run(config: Option<&Path>, args: CheckArgs, lang: Lang) -> Result<u8, Problem> {
    let question = Question::parse(&args.what.join(" "))?;
    let clock: Arc<dyn Clock> = match args.as_if {
        Some(instant) => Arc::new(FixedClock(instant)),
        None => Arc::new(SystemClock),
    };
    let workspace = Workspace::open(load_settings(config)?.settings, clock, 0).await?;
    // One process asks one question: its number and the instant name it.
    let request_id = format!("check-{}-{}", Timestamp::now().as_millisecond(), std::process::id());
    let desk = Desk::new(workspace)?;
    let live = if args.ask { Some(LiveSources::new(&desk)?) } else { None };
    // Whoever runs this command reads the files of the whole province.
    let actor = Actor { name: args.officer, role: Role::Clerk, scope: Scope::Province };
    let asking = Asking {
        actor: &actor,
        request_id: &request_id,
        procedure: args.procedure.as_deref(),
        outside: None,
        outside_note: "",
        live: live.as_ref().map_or(Live::No, Live::Ask),
    };
    let looked = look(&desk, &question, &asking).await;
    desk.workspace.ledger.close().await;
    match looked? {
        Looked::Several(people) => {
            if args.json {
                let masked = people.iter().map(|p| json!({"person": Subject::person(&p.person).masked(), "name": p.name, "birth_date": p.birth_date, "residence": p.residence}));
                println!("{}", json!({ "candidates": masked.collect::<Vec<_>>() }));
            } else {
                println!("{}", candidates(&people, lang));
            }
            Ok(CANNOT_BE_SAID)
        }
        Looked::One(checked) => {
            if args.json {
                let text = serde_json::to_string(&checked).map_err(|e| Problem::failed("REPORT", e.to_string()))?;
                println!("{text}");
            } else {
                println!("{}", page(&checked, lang));
            }
            Ok(match checked.verdict.conclusion {
                Conclusion::Proceed | Conclusion::ProceedWithNote => 0,
                Conclusion::Stop => STANDS_IN_THE_WAY,
                Conclusion::CannotConclude => CANNOT_BE_SAID,
            })
        }
    }
}
