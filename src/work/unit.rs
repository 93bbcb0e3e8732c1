//! Whose work it is: what an officer does is their own commune's, also where they look at somebody of
//! another one.

use crate::access::Actor;
use crate::check::Checked;
use store::Scope;

/// The commune of the case or person where the officer belongs to it, else the officer's own.
pub fn unit_of_work(actor: &Actor, checked: &Checked) -> Option<String> {
    let own = checked.unit.clone().filter(|unit| actor.scope.sees(Some(unit)));
    own.or_else(|| match &actor.scope {
        Scope::Communes(codes) if codes.len() == 1 => codes.first().cloned(),
        _ => None,
    })
}
