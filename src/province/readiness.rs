//! What a commune has of what it needs to work, by the list of the settings.

use crate::problem::Problem;
use crate::workspace::Workspace;
use std::collections::{HashMap, HashSet};
use store::Scope;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Readiness {
    pub have: usize,
    /// Of those, signed off by the province.
    pub signed_off: usize,
    pub of: usize,
}

/// What an item can be.
pub const STATES: [&str; 3] = ["have", "partly", "missing"];

/// By commune; one that has filled in nothing is not in it.
pub async fn readiness(workspace: &Workspace) -> Result<HashMap<String, Readiness>, Problem> {
    let items: HashSet<&str> = workspace.settings.health.readiness.iter().map(|item| item.code.as_str()).collect();
    let mut by_commune: HashMap<String, Readiness> = HashMap::new();
    for row in workspace.ledger.readiness(&Scope::Province).await? {
        // An item that left the list does not count any more.
        if !items.contains(row.item.as_str()) {
            continue;
        }
        let readiness = by_commune.entry(row.commune).or_insert(Readiness { of: items.len(), ..Readiness::default() });
        if row.state == "have" {
            readiness.have += 1;
            readiness.signed_off += usize::from(row.signed_off.is_some());
        }
    }
    Ok(by_commune)
}
