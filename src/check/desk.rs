//! What questions are answered with: opened once, used by many at once.

use super::readers::Readers;
use crate::problem::Problem;
use crate::workspace::{Workspace, load_procedures};
use config::SourceKind;
use config::procedures::Procedures;
use reconcile::engine::{Context, SourceInfo};
use schemas::SourceId;
use schemas::clock::vietnam_date;
use std::sync::{Arc, PoisonError, RwLock};

/// The name under which what a card says stands beside the sources.
pub(super) const CARD: &str = "card";

pub struct Desk {
    pub workspace: Workspace,
    pub procedures: Procedures,
    /// Of one day: a unit may be another tomorrow.
    context: RwLock<Arc<Context>>,
    card: SourceId,
    pub(super) readers: Readers,
}

impl Desk {
    pub fn new(workspace: Workspace) -> Result<Self, Problem> {
        let procedures = load_procedures(&workspace.settings)?;
        let card = SourceId::parse(CARD).map_err(|e| Problem::failed("CONFIG_VALUE", e.to_string()))?;
        let context = RwLock::new(Arc::new(context(&workspace, &card)));
        Ok(Self { workspace, procedures, context, card, readers: Readers::default() })
    }

    /// Of today. Sources are those that are enabled, in the order of the settings, and the card.
    pub fn context(&self) -> Arc<Context> {
        let today = vietnam_date(self.workspace.clock.now());
        let known = self.context.read().unwrap_or_else(PoisonError::into_inner).clone();
        if known.date == today {
            return known;
        }
        let fresh = Arc::new(context(&self.workspace, &self.card));
        *self.context.write().unwrap_or_else(PoisonError::into_inner) = fresh.clone();
        fresh
    }

    /// What a scanned card is called among the sources.
    pub fn card(&self) -> &SourceId {
        &self.card
    }
}

fn context(workspace: &Workspace, card: &SourceId) -> Context {
    let enabled = workspace.settings.sources.iter().filter(|(_, settings)| settings.enabled);
    // Only their kinds are looked at: whether a source is complete is in its answer.
    let source = |id: &SourceId, kind| SourceInfo { id: id.clone(), kind, complete: true };
    let mut sources: Vec<SourceInfo> = enabled.map(|(id, settings)| source(id, settings.system())).collect();
    sources.push(source(card, SourceKind::Files));
    Context {
        catalogue: workspace.catalogue(),
        rules: workspace.rules.clone(),
        date: vietnam_date(workspace.clock.now()),
        province: workspace.settings.province.code,
        sources,
    }
}
