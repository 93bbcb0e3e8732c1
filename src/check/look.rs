//! From a question to what a clerk is told.

use super::card::Card;
use super::checked::{Candidate, Checked, Looked, ScanNote};
use super::desk::Desk;
use super::gather::{Held, Shelf};
use super::judge::{Case, judge};
use super::live::{self, Live};
use super::question::{Question, procedure_code};
use super::visible::is_visible;
use crate::access::{Actor, Permission};
use crate::problem::Problem;
use crate::rows::record_row;
use reconcile::lookup as keys;
use reconcile::normal::id::{IdForm, classify};
use schemas::{CanonicalRecord, Dataset, Envelope, PersonalId, Record as Canonical};
use serde_json::json;
use std::collections::BTreeSet;
use store::ledger::{LinkFilter, LinkState};
use store::snapshots::LookupEntry;

/// Who asks, and how.
pub struct Asking<'a> {
    pub actor: &'a Actor,
    /// Joins the entries of the audit log.
    pub request_id: &'a str,
    /// Overrides that of the case.
    pub procedure: Option<&'a str>,
    /// Why somebody of another commune is looked at: a word of [`REASONS`].
    pub outside: Option<&'a str>,
    /// The same in the asker's words.
    pub outside_note: &'a str,
    pub live: Live<'a>,
}

/// Characters of a note that are kept.
const MOST_NOTE: usize = 300;

/// Why a clerk may look at somebody who is not of their commune.
pub const REASONS: [&str; 4] = ["present_at_counter", "acts_for_a_relative", "new_arrival", "ordered"];

/// Looks, after noting who does.
pub async fn look(desk: &Desk, question: &Question, asking: &Asking<'_>) -> Result<Looked, Problem> {
    if !asking.actor.may(Permission::Check) {
        return Err(Problem::usage("FORBIDDEN", "this role does not look at citizens"));
    }
    if asking.outside.is_some_and(|reason| !REASONS.contains(&reason) || !asking.actor.may(Permission::LookOutside)) {
        return Err(Problem::usage("REASON", "there is no such reason to look at somebody of another commune"));
    }
    let procedure = asking.procedure.map(procedure_code).transpose()?.flatten();
    let asking = &Asking { procedure, ..*asking };
    let detail = json!({
        "by": question.kind(),
        "procedure": asking.procedure,
        "outside": asking.outside,
        "outside_note": asking.outside.map(|_| without_numbers(asking.outside_note)),
        "live": matches!(asking.live, Live::Ask(_)),
    });
    let trail = &desk.workspace.trail;
    trail.look(&asking.actor.name, &about(question), asking.request_id, detail.to_string()).await?;
    let looked = answer(desk, question, asking).await;
    let outcome = match &looked {
        Ok(Looked::One(checked)) => json!({ "conclusion": checked.verdict.conclusion }),
        Ok(Looked::Several(people)) => json!({ "candidates": people.len() }),
        Err(problem) => json!({ "error": problem.code }),
    };
    trail.looked(asking.request_id, outcome.to_string()).await?;
    looked
}

/// A person's number may slip into a note; the log holds none.
fn without_numbers(text: &str) -> String {
    let mut shown = String::new();
    for word in text.chars().take(MOST_NOTE).collect::<String>().split_inclusive(char::is_whitespace) {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        shown.push_str(if digits >= 6 { "… " } else { word });
    }
    shown
}

/// What the audit log keeps a hash of.
fn about(question: &Question) -> String {
    match question {
        Question::Number(id) | Question::Card(id, _) => id.as_str().to_owned(),
        Question::OldNumber(old) => keys::old_number(*old),
        Question::Case(code) => keys::case(code),
        Question::Serial(serial) => keys::serial(serial),
        Question::Name { name, birth } => keys::name(name, *birth),
    }
}

async fn answer(desk: &Desk, question: &Question, asking: &Asking<'_>) -> Result<Looked, Problem> {
    let shelf = Shelf::open(desk).await?;
    let context = desk.context();
    let sees = |held: &[Held]| asking.outside.is_some() || is_visible(&asking.actor.scope, &context, held);
    let (mut former, mut rows) = (None, Vec::new());
    let people = match question {
        Question::Number(id) | Question::Card(id, _) => {
            let now = now(&shelf, id)?;
            former = (now != id.as_str()).then(|| id.as_str().to_owned());
            BTreeSet::from([now])
        }
        Question::OldNumber(old) => {
            let people = people(&shelf.find(&keys::old_number(*old))?);
            // Rows of somebody whom the population does not have stand under the CMND itself.
            if people.is_empty() { BTreeSet::from([format!("{old:09}")]) } else { people }
        }
        Question::Name { name, birth } => people(&shelf.find(&keys::name(name, *birth))?),
        Question::Case(code) => {
            let (people, of_case) = of_rows(desk, &shelf, &shelf.find(&keys::case(code))?).await?;
            rows = of_case;
            people
        }
        Question::Serial(serial) => {
            let (people, of_serial) = of_rows(desk, &shelf, &shelf.find(&keys::serial(serial))?).await?;
            rows = of_serial;
            people
        }
    };
    let mut each = Vec::with_capacity(people.len());
    for person in people {
        each.push((shelf.of_person(&person)?, person));
    }
    // Of several, those who may be seen; whoever else fits is as good as not there.
    if each.len() > 1 {
        each.retain(|(held, _)| sees(held));
    }
    if each.len() > 1 {
        return Ok(Looked::Several(each.iter().map(|(held, person)| candidate(held, person)).collect()));
    }
    let (of_person, person) = each.pop().map_or((Vec::new(), None), |(held, person)| (held, Some(person)));
    let mut held = rows;
    held.extend(of_person);
    let mut held = shelf.in_order(held);
    let case = match question {
        Question::Case(code) => Some(code.trim().to_uppercase()),
        _ => None,
    };
    let mut person = person.filter(|person| person.len() == 12 && !held.is_empty());
    if !sees(&held) {
        // Nobody, to the last byte: who asks does not learn that there is somebody elsewhere.
        (held, person, former) = (Vec::new(), None, None);
    }
    let live = match (asking.live, &person) {
        (Live::Known(answers), Some(_)) => answers.to_vec(),
        (Live::Ask(sources), Some(person)) => {
            match live::question(desk, &context, &held, person, asking.procedure, case.as_deref()) {
                Some(question) => sources.ask(desk.workspace.clock.now(), &question).await,
                None => Vec::new(),
            }
        }
        _ => Vec::new(),
    };
    let mut scan = None;
    if let (Question::Card(number, card), false) = (question, held.is_empty()) {
        let (row, note) = beside_the_sources(desk, number, card, &held);
        held.extend(row);
        scan = note;
    }
    let case = Case { held, person, code: case, procedure: asking.procedure, live: &live };
    let checked = judge(desk, &shelf, case).await?;
    Ok(Looked::One(Box::new(Checked { former_number: former, scan, live_answers: live, ..checked })))
}

/// What the card says, as one more source.
fn beside_the_sources(
    desk: &Desk,
    number: &PersonalId,
    card: &Card,
    held: &[Held],
) -> (Option<Held>, Option<ScanNote>) {
    if card.is_only_a_number() {
        return (None, Some(ScanNote::OnlyTheNumber));
    }
    let mut card = card.clone();
    let reference = held.iter().find_map(|h| record_row(0, &h.record).mention(h.kind)?.name.map(str::to_owned));
    let mended = reference.is_some_and(|name| card.mend_name(&name));
    let envelope = Envelope {
        record_key: "card".into(),
        part: 0,
        commune: None,
        version: 0,
        updated_at: card.issued_on.as_ref().map(|day| format!("{day}T00:00:00+07:00")),
        deleted: false,
    };
    let row = Held {
        source: desk.card().clone(),
        kind: config::SourceKind::Files,
        dataset: Dataset::Person,
        as_of: desk.workspace.clock.now(),
        record: CanonicalRecord { envelope, record: Canonical::Person(card.record(number)) },
    };
    (Some(row), mended.then_some(ScanNote::NameMended))
}

fn people(entries: &[LookupEntry]) -> BTreeSet<String> {
    entries.iter().filter_map(|entry| entry.person.clone()).collect()
}

/// The number of now; a cancelled number that is somebody's leads to them.
fn now(shelf: &Shelf<'_>, id: &PersonalId) -> Result<String, Problem> {
    let found = people(&shelf.find(&keys::former(id))?);
    Ok(match found.len() {
        1 => found.into_iter().next().unwrap_or_default(),
        _ => id.as_str().to_owned(),
    })
}

/// The rows of a case, and whose it is.
pub(super) async fn rows_of_case(
    desk: &Desk,
    shelf: &Shelf<'_>,
    code: &str,
) -> Result<(Vec<Held>, Vec<String>), Problem> {
    let (people, rows) = of_rows(desk, shelf, &shelf.find(&keys::case(code))?).await?;
    Ok((rows, people.into_iter().collect()))
}

/// The rows of a case or certificate, and whose they are.
async fn of_rows(
    desk: &Desk,
    shelf: &Shelf<'_>,
    entries: &[LookupEntry],
) -> Result<(BTreeSet<String>, Vec<Held>), Problem> {
    let mut people = BTreeSet::new();
    let mut rows = Vec::new();
    for held in entries.iter().map(|entry| shelf.entry(entry)).collect::<Result<Vec<_>, _>>()?.into_iter().flatten() {
        match held.record.record.link_key().map(classify) {
            Some(IdForm::Number(id) | IdForm::UnknownPrefix(id) | IdForm::Repaired(id)) => {
                people.insert(now(shelf, &id)?);
            }
            Some(IdForm::OldNumber(old) | IdForm::RepairedOld(old)) => {
                people.extend(self::people(&shelf.find(&keys::old_number(old))?));
            }
            Some(IdForm::Bad) | None => {
                let filter = LinkFilter {
                    state: Some(LinkState::Linked),
                    source: Some(held.source.to_string()),
                    record_key: Some(held.record.envelope.record_key.clone()),
                    limit: None,
                };
                let pairs = desk.workspace.ledger.link_pairs(&filter).await?;
                let part = held.record.envelope.part;
                people.extend(pairs.into_iter().filter(|pair| pair.key.part == part).map(|pair| pair.key.person));
            }
        }
        rows.push(held);
    }
    Ok((people, rows))
}

fn candidate(held: &[Held], person: &str) -> Candidate {
    let mention = held.first().map(|h| record_row(0, &h.record)).and_then(|row| row.mention(held[0].kind));
    Candidate {
        person: person.to_owned(),
        name: mention.and_then(|m| m.name).map(str::to_owned),
        birth_date: mention.and_then(|m| m.birth_date).map(str::to_owned),
        residence: mention.and_then(|m| m.residence.commune_name.or(m.residence.text)).map(str::to_owned),
    }
}

/// However the source writes the code: as the lookup takes codes for one.
pub(super) fn is_case(code: &str, case: &str) -> bool {
    keys::case(code) == keys::case(case)
}

pub(super) fn is_of_case(record: &Canonical, case: &str) -> bool {
    match record {
        Canonical::Dossier(d) => [&d.code, &d.national_code].into_iter().flatten().any(|code| is_case(code, case)),
        _ => false,
    }
}
