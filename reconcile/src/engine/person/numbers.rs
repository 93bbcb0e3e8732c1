//! What the number itself tells: cancelled, old, malformed, unknown, on two people.

use super::super::draft::{Draft, Said, wanted};
use super::super::link::{Via, number_of};
use super::super::records;
use super::super::row::View;
use super::{Group, Seen};
use crate::compare::{compare_dates, compare_names};
use schemas::{FindingKind, Level};

/// Two people under one number in one register of people. Their records are compared with nothing
/// else: which of them is meant is exactly what is not known.
pub(super) fn duplicates(group: &mut Group<'_, '_>, out: &mut Vec<Draft>) {
    let in_one_source = |a: &Seen<'_, '_>, b: &Seen<'_, '_>| {
        let people = matches!((&a.row.view, &b.row.view), (View::Person(_), View::Person(_)));
        people && a.row.source == b.row.source
    };
    // The rows of one source stand together.
    if !group.seen.windows(2).any(|pair| in_one_source(&pair[0], &pair[1])) {
        return;
    }
    let people: Vec<usize> =
        (0..group.seen.len()).filter(|at| matches!(group.seen[*at].row.view, View::Person(_))).collect();
    let same_source = |a: &usize, b: &usize| group.seen[*a].row.source == group.seen[*b].row.source;
    let sources: Vec<Vec<usize>> = people.chunk_by(same_source).map(<[usize]>::to_vec).collect();
    for source in sources {
        let two = |a: &usize| source.iter().any(|b| are_two_people(&group.seen[*a], &group.seen[*b]));
        if !source.iter().any(two) {
            continue;
        }
        if wanted(group.context, FindingKind::IdDuplicate) {
            let mut said = source.iter().map(|at| Said::new(group.seen[*at].row, who(&group.seen[*at])));
            let first = group.seen[source[0]].row;
            let draft =
                Draft::new(FindingKind::IdDuplicate, group.subject().clone(), "personal_id", first, Level::Different);
            let draft = Draft { reference: said.next(), ..draft };
            out.push(said.fold(draft, Draft::saying));
        }
        source.iter().for_each(|at| group.seen[*at].excluded = true);
    }
}

fn are_two_people(a: &Seen<'_, '_>, b: &Seen<'_, '_>) -> bool {
    let (Some(name_a), Some(name_b)) = (a.mention.name, b.mention.name) else { return false };
    let (Some(born_a), Some(born_b)) = (a.mention.birth_date, b.mention.birth_date) else { return false };
    // One number as given: a cancelled number beside the new one is no duplicate.
    a.mention.personal_id.is_some()
        && a.mention.personal_id == b.mention.personal_id
        && compare_names(name_a, name_b).level == Level::Different
        && compare_dates(born_a, born_b).level == Level::Different
}

/// Number, name and birth date: what tells two people of one number apart.
fn who(seen: &Seen<'_, '_>) -> String {
    let parts = [seen.mention.personal_id, seen.mention.name, seen.mention.birth_date];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

pub(super) fn numbers(group: &Group<'_, '_>, out: &mut Vec<Draft>) {
    let population = group.population();
    let unknown = population.is_none() && group.context.population_is_complete();
    for seen in group.seen.iter().filter(|seen| !seen.is_population()) {
        match seen.via {
            Via::Former => number(group, seen, FindingKind::IdReissued, out),
            Via::OldNumber => number(group, seen, FindingKind::Id9Vs12, out),
            Via::RepairedOld => {
                records::bad_number(group.context, seen.row, group.subject(), out);
                number(group, seen, FindingKind::Id9Vs12, out);
            }
            Via::Repaired => records::bad_number(group.context, seen.row, group.subject(), out),
            // Who they are is not known: nothing can be suggested.
            Via::Linked if group.is_nobody() => records::bad_number(group.context, seen.row, group.subject(), out),
            Via::Linked => records::bad_number_of(group.context, seen.row, group.subject(), &group.number(), out),
            Via::Own if unknown => number(group, seen, FindingKind::IdAliasMissing, out),
            Via::Own | Via::UnknownPrefix => {}
        }
    }
}

fn number(group: &Group<'_, '_>, seen: &Seen<'_, '_>, kind: FindingKind, out: &mut Vec<Draft>) {
    let Some((text, _)) = number_of(seen.row).filter(|_| wanted(group.context, kind)) else { return };
    let missing = kind == FindingKind::IdAliasMissing;
    let level = if missing { Level::OnlyHere } else { Level::Compatible };
    let draft = Draft::new(kind, group.subject().clone(), "personal_id", seen.row, level);
    let draft = draft.saying(Said::new(seen.row, text.to_owned())).or_unit(seen.resolution.single());
    if missing {
        out.push(draft);
        return;
    }
    let population = group.population();
    let draft = match population {
        Some(reference) => draft.against(Said::new(reference.row, group.number())),
        None => draft,
    };
    let unit = population.and_then(|reference| reference.resolution.single());
    out.push(draft.or_unit(unit).suggesting(group.number()));
}
