//! Whose citizen is it? A commune sees the people who live in it, and those whose case it has.

use super::gather::Held;
use crate::rows::record_row;
use config::SourceKind;
use reconcile::engine::{Context, residence_communes};
use schemas::Record as Canonical;
use std::collections::BTreeSet;
use store::Scope;

/// Whether somebody of this scope may see the subject of these rows without giving a reason.
pub(super) fn is_visible(scope: &Scope, context: &Context, held: &[Held]) -> bool {
    match scope {
        Scope::Province => true,
        Scope::Communes(_) => homes(context, held).iter().chain(&cases(held)).any(|code| scope.sees(Some(code))),
    }
}

/// The commune that a question about these rows is a matter of: of the case in hand, else of the
/// person where it is one, else none.
pub(super) fn unit_of(context: &Context, held: &[Held], case: Option<&str>) -> Option<String> {
    let of_case = held.iter().filter(|h| case.is_some_and(|case| super::look::is_of_case(&h.record.record, case)));
    let of_case = of_case.filter_map(|h| h.record.envelope.commune.clone()).next();
    of_case.or_else(|| Some(homes(context, held)).filter(|homes| homes.len() == 1)?.into_iter().next())
}

/// Where the person lives by the population; by other registers only where it does not say.
fn homes(context: &Context, held: &[Held]) -> BTreeSet<String> {
    let of = |wanted: &dyn Fn(SourceKind) -> bool| -> BTreeSet<String> {
        held.iter()
            .filter(|h| wanted(h.kind) && matches!(h.record.record, Canonical::Person(_)))
            .flat_map(|h| {
                let communes = residence_communes(context, &record_row(0, &h.record));
                let own = h.record.envelope.commune.clone().filter(|_| communes.is_empty());
                communes.into_iter().map(|code| code.to_string()).chain(own).collect::<Vec<_>>()
            })
            .collect()
    };
    let by_population = of(&|kind| kind == SourceKind::Population);
    if by_population.is_empty() { of(&|kind| kind != SourceKind::Population) } else { by_population }
}

/// The communes that have a case of theirs.
fn cases(held: &[Held]) -> BTreeSet<String> {
    let of_one_stop = |h: &&Held| h.kind != SourceKind::CivilStatus && matches!(h.record.record, Canonical::Dossier(_));
    held.iter().filter(of_one_stop).filter_map(|h| h.record.envelope.commune.clone()).collect()
}
