//! The changes between a unit as it was written and a unit of today.

use super::answer::{Step, UnitRef};
use super::history::{Edge, Era, History, UnitId};

impl History {
    pub(crate) fn unit_ref(&self, id: UnitId) -> UnitRef<'_> {
        let unit = self.unit(id);
        UnitRef {
            code: unit.code,
            full_name: &unit.full_name,
            within: &unit.within,
            from: unit.from,
            ended_on: unit.ended_on,
            days_of_lists: unit.era == Era::Older,
        }
    }

    pub(crate) fn step<'a>(&'a self, edge: &'a Edge) -> Step<'a> {
        Step {
            from: self.unit_ref(edge.from),
            to: self.unit_ref(edge.to),
            kind: edge.kind,
            date: edge.date,
            act: &edge.act,
            source: &edge.source,
            confidence: edge.confidence,
        }
    }

    /// The shortest way from a unit to one of today; empty where there is none or it is itself.
    pub(crate) fn path(&self, from: UnitId, to: UnitId) -> Vec<&Edge> {
        // Time moves forward along every edge, and there are few generations.
        let mut ways: Vec<Vec<&Edge>> = self.edges_from(from).map(|edge| vec![edge]).collect();
        for _ in 0..8 {
            if let Some(at) = ways.iter().position(|way| way.last().is_some_and(|edge| edge.to == to)) {
                return ways.swap_remove(at);
            }
            let longer = |way: &Vec<&'_ Edge>| -> Vec<UnitId> { way.last().map(|e| e.to).into_iter().collect() };
            let mut next = Vec::new();
            for way in &ways {
                for end in longer(way) {
                    for edge in self.edges_from(end) {
                        let mut way = way.clone();
                        way.push(edge);
                        next.push(way);
                    }
                }
            }
            ways = next;
        }
        Vec::new()
    }
}
