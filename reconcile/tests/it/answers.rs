//! What the resolver answers, word for word: status, reason, confidence, candidates with their
//! points, evidence and way, for texts of every kind of writing, for texts that were thought up,
//! and for texts that were mangled.

use super::catalogue::World;
use super::record::is_on_record;
use super::spelling::{Dice, mangled};
use jiff::civil::Date;
use reconcile::units::{Answer, Learned, Query, Scratch};
use std::collections::BTreeMap;

/// Of each kind of writing so many texts.
const OF_A_KIND: usize = 12;

fn head(answer: &Answer<'_>) -> String {
    format!("{} {:?} {:.3}", answer.status, answer.reason, answer.confidence)
}

fn whole(answer: &Answer<'_>) -> Vec<String> {
    let candidate = |candidate: &reconcile::units::Candidate<'_>| {
        let evidence: Vec<String> = candidate.evidence.iter().map(|e| format!("{e:?}")).collect();
        let step = |step: &reconcile::units::Step<'_>| {
            let day = step.date.map_or("?".to_owned(), |day| day.to_string());
            let (from, to) = (step.from, step.to);
            format!(
                "{} {} ({}) {:?}..{:?}{} -{} {day} {} {:.3} {}> {} {} ({})",
                from.code,
                from.full_name,
                from.within,
                from.from,
                from.ended_on,
                if from.days_of_lists { " by lists" } else { "" },
                step.kind.as_str(),
                step.act,
                step.confidence,
                step.source,
                to.code,
                to.full_name,
                to.within
            )
        };
        let path: Vec<String> = candidate.path.iter().map(step).collect();
        format!("  {} {} {} | {}", candidate.code, candidate.score, evidence.join(", "), path.join("; "))
    };
    std::iter::once(format!("  {}", head(answer))).chain(answer.candidates.iter().take(6).map(candidate)).collect()
}

#[test]
fn texts_of_every_kind_of_writing_are_answered_as_is_on_record() {
    let world = World::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut lines = Vec::new();
    for case in super::addresses::cases() {
        let seen = seen.entry(case.kind.clone()).or_default();
        *seen += 1;
        // Those of one kind stand together in the file, so that a few from everywhere are taken.
        if *seen % 7 == 1 && *seen / 7 < OF_A_KIND {
            lines.push(case.address.clone());
            lines.extend(whole(&world.ask(&case.address, None)));
        }
    }
    is_on_record("answers/kinds.txt", &lines);
}

/// `text | code | day`, one a line.
fn thought_up() -> Vec<(String, Option<String>, Option<Date>)> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/answers/questions.txt");
    let text = std::fs::read_to_string(file).expect("readable");
    let line = |line: &str| {
        let mut parts = line.split('|').map(|part| part.trim().to_owned());
        let text = parts.next().unwrap_or_default().replace("\\n", "\n");
        let code = parts.next().filter(|code| !code.is_empty());
        let day = parts.next().filter(|day| !day.is_empty()).map(|day| day.parse().expect("a day"));
        (text, code, day)
    };
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(line).collect()
}

#[test]
fn texts_that_were_thought_up_are_answered_as_is_on_record() {
    let world = World::new();
    let mut lines = Vec::new();
    for (text, code, as_of) in thought_up() {
        let query = Query { text: (!text.is_empty()).then_some(text.as_str()), code: code.as_deref(), as_of };
        let answer = world.resolver.resolve(&query, &Learned::default());
        lines.push(format!("{} | {} | {as_of:?}", text.replace('\n', "\\n"), code.unwrap_or_default()));
        lines.extend(whole(&answer));
    }
    is_on_record("answers/thought_up.txt", &lines);
}

#[test]
fn mangled_texts_are_answered_as_is_on_record() {
    let world = World::new();
    let addresses: Vec<String> = super::addresses::cases().into_iter().map(|case| case.address).collect();
    let (mut dice, mut scratch, learned) = (Dice::new(4), Scratch::default(), Learned::default());
    let mut lines = Vec::new();
    for _ in 0..700 {
        let text = mangled(&mut dice, &addresses);
        let as_of = [None, Some(jiff::civil::date(2020, 1, 1)), Some(jiff::civil::date(2026, 1, 1))][dice.below(3)];
        if text.len() > 400 {
            continue;
        }
        let query = Query { text: Some(&text), code: None, as_of };
        let answer = world.resolver.resolve_with(&query, &learned, &mut scratch);
        let candidates: Vec<String> =
            answer.candidates.iter().take(4).map(|c| format!("{}:{}", c.code, c.score)).collect();
        lines.push(format!("{} {} [{}] {text:?}", head(&answer), answer.candidates.len(), candidates.join(" ")));
    }
    is_on_record("answers/mangled.txt", &lines);
}

#[test]
fn names_complete_themselves_and_codes_are_explained_as_is_on_record() {
    let world = World::new();
    let mut lines = Vec::new();
    for prefix in ["minh", "Phường Hà", "xa tan", "thi tran", "phuong", "ha g", "Đặc khu", "dak", "h", "ky", "1"]
    {
        let found = world.resolver.suggest(prefix, 7);
        let names: Vec<String> = found.iter().map(|u| format!("{} {} ({})", u.code, u.full_name, u.within)).collect();
        lines.push(format!("{prefix}: {}", names.join("; ")));
    }
    for code in ["00004", "00235", "26368", "02494", "00691", "10015", "02509", "00097", "31471"] {
        let code = schemas::CommuneCode::parse(code).expect("a code");
        for meaning in world.resolver.explain(code) {
            let step = |s: &reconcile::units::Step<'_>| format!("{}-{}->{}", s.from.code, s.kind.as_str(), s.to.code);
            let steps = |steps: &[reconcile::units::Step<'_>]| steps.iter().map(step).collect::<Vec<_>>().join(" ");
            let today: Vec<String> = meaning.today.iter().map(ToString::to_string).collect();
            let unit = meaning.unit;
            lines.push(format!(
                "{code} {} {:?}..{:?} from [{}] to [{}] today [{}] disputed {}",
                unit.full_name,
                unit.from,
                unit.ended_on,
                steps(&meaning.predecessors),
                steps(&meaning.successors),
                today.join(" "),
                meaning.disputed.len()
            ));
        }
    }
    is_on_record("answers/names.txt", &lines);
}
