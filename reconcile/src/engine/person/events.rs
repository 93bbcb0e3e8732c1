//! What a register entry means for the other sources: a death, a marriage.

use super::super::draft::{Draft, Said, wanted};
use super::super::objects::cases::is_open;
use super::super::row::{Row, View};
use super::{Group, Seen};
use config::SourceKind;
use config::rules::{Check, When};
use schemas::record::{CivilEventView, LandRightView};
use schemas::{FindingKind, Level, Subject};

pub(super) fn events(group: &Group<'_, '_>, out: &mut Vec<Draft>) {
    if let Some((row, death)) = entry(group, |event| event.event == Some("death")) {
        let said = Said::new(row, death.event_date.or(death.registered_on).map(str::to_owned));
        dead_owner(group, &said, out);
        dead_applicant(group, &said, out);
    }
    let spouse =
        |event: &CivilEventView<'_>| event.event == Some("marriage") && matches!(event.role, Some("husband" | "wife"));
    if let Some((row, marriage)) = entry(group, spouse) {
        let said = Said::new(row, marriage.event_date.or(marriage.registered_on).map(str::to_owned));
        marriage_unknown(group, &said, out);
    }
}

/// The first entry of the person that fits, in the fixed order of the group.
fn entry<'s, 'a>(
    group: &'s Group<'_, 'a>,
    fits: impl Fn(&CivilEventView<'a>) -> bool,
) -> Option<(&'s Row<'a>, &'s CivilEventView<'a>)> {
    group.seen.iter().find_map(|seen| match &seen.row.view {
        View::CivilEvent(event) if fits(event) => Some((seen.row, event)),
        _ => None,
    })
}

fn dead_owner(group: &Group<'_, '_>, death: &Said, out: &mut Vec<Draft>) {
    let Some(rule) = group.context.rules.enabled(FindingKind::DeadOwner) else { return };
    let When::Check(Check::DeadOwner { ended_status }) = &rule.when else { return };
    let rights: Vec<(&Seen<'_, '_>, &LandRightView<'_>)> = group
        .seen
        .iter()
        .filter_map(|seen| match &seen.row.view {
            View::LandRight(view) => Some((seen, view)),
            _ => None,
        })
        .collect();
    let known =
        |source: usize| rights.iter().any(|(seen, view)| seen.row.source == source && view.death_year.is_some());
    for (seen, view) in &rights {
        let ended = view.certificate_status.is_some_and(|status| ended_status.iter().any(|word| word == status));
        if ended || known(seen.row.source) {
            continue;
        }
        let named = view.serial.or(view.certificate_id).unwrap_or(seen.row.record_key);
        let mut draft =
            Draft::new(FindingKind::DeadOwner, group.subject().clone(), "life_status", seen.row, Level::Different);
        draft.unit = draft.unit.or_else(|| view.parcel_commune.map(str::to_owned));
        out.push(draft.against(death.clone()).saying(Said::new(seen.row, named.to_owned())));
    }
}

fn dead_applicant(group: &Group<'_, '_>, death: &Said, out: &mut Vec<Draft>) {
    if !wanted(group.context, FindingKind::DeadActiveDossier) {
        return;
    }
    for seen in group.seen.iter().filter(|seen| seen.kind == SourceKind::OneStop) {
        let View::Dossier(view) = &seen.row.view else { continue };
        let Some(status) = view.status.filter(|status| is_open(status)) else { continue };
        let subject = Subject::case(view.code.unwrap_or(seen.row.record_key));
        let draft = Draft::new(FindingKind::DeadActiveDossier, subject, "life_status", seen.row, Level::Different);
        let draft = draft.or_unit(seen.resolution.single()).against(death.clone());
        out.push(draft.saying(Said::new(seen.row, status.to_owned())));
    }
}

fn marriage_unknown(group: &Group<'_, '_>, marriage: &Said, out: &mut Vec<Draft>) {
    if !wanted(group.context, FindingKind::MaritalStale) {
        return;
    }
    let single =
        |seen: &&Seen<'_, '_>| seen.is_population() && !seen.excluded && seen.mention.marital_status == Some("single");
    for seen in group.seen.iter().filter(single) {
        let draft = Draft::new(
            FindingKind::MaritalStale,
            group.subject().clone(),
            "marital_status",
            seen.row,
            Level::Different,
        );
        let draft = draft.or_unit(seen.resolution.single()).against(marriage.clone());
        out.push(draft.saying(Said::new(seen.row, "single".to_owned())).suggesting("married".to_owned()));
    }
}
